"""Needle, thread and tissue as one: what the suturing tasks are made of."""
