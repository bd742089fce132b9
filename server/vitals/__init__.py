"""Vital signs on the server: sources that deliver them, and the one way in."""
