"""The client's own process for sockets and voice, and the rings that join it to the renderer."""
