"""Doubts about the lesson on the perceptron."""
