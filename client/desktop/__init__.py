"""A person at a desktop: keyboard and mouse, walking, and the screens around the picture."""
