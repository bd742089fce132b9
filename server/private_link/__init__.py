"""A link between the world and a process that serves it, on loopback (frames.py has the rules)."""
