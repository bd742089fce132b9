"""The voice server: forwards encoded voice between people whom the world lets hear each other."""
