"""The tasks that can be practised, one module each; catalog.py lists them."""
