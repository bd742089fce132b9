"""Vital signs: what is measured, how it is told, shown, and read out of a signal."""
