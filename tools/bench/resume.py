"""What kills and lost connections cost: whether one acknowledged text is lost, or told twice."""

import argparse
from typing import Any


def add_arguments(kinds: Any) -> None:  # noqa: ANN401 -- argparse's own type is private
    """Adds the command line of this benchmark."""
    parser = kinds.add_parser("resume", help=__doc__, description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(measure=measure)


async def measure(given: argparse.Namespace) -> dict[str, float]:
    """Returns the figures of one run."""
    raise NotImplementedError(given)
