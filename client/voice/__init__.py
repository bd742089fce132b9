"""Voice on a person's machine: capture, Opus, playout, placing each voice at its speaker's head.

Runs in the network process, beside the sockets; never in the renderer.
"""
