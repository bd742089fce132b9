"""Draws rooms: window, baked rooms and their light, doors, live panels, text in the room."""
