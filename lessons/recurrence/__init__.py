"""Recurrence: networks that read step by step, and remember."""
