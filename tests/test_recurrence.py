"""Doubts about the lesson on recurrence."""
