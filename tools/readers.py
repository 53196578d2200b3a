"""The two readers of every page: the name of each one's framework, and the package it imports."""

READERS = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
PACKAGES = {"pytorch": "torch", "tensorflow": "tensorflow"}
