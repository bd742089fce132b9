"""Renders the clinic and takes a person's input."""
