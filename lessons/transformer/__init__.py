"""The lesson on transformers."""
