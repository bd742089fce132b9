"""Rooms: their layout, and what each type of room decides."""
