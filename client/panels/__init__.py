"""The screens of the clinic: what is to be shown goes in as values, panels come out.

Each module has a view (a frozen dataclass), a function that builds its panels, and where people
type, an `update` that applies what they did to the view. Nothing here knows sockets or the scene.
"""
