"""A trainee's visit without a window: the client, with an expert bot's hands at the station.

Takes the client's own options (`python -m client --help`); tools/run.py starts it.
"""

from client.__main__ import main


def visit() -> int:
    """Returns the exit status of the visit."""
    # The network process loads this module again, and must not load the simulation with it.
    from tools.bots.training.player import player_of  # noqa: PLC0415 -- see above

    return main(player_of)


if __name__ == "__main__":
    raise SystemExit(visit())
