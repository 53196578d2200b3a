"""The case study on chest X-rays: data, splits, a small network, and honest scores."""
