"""Suture thread: a chain that never passes through itself, and the knots that are found in it."""
