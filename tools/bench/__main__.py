"""Measures on this machine: `python -m tools.bench KIND ... --json`; `--help` tells the kinds.

Timings vary from run to run and from machine to machine: compare ratios and medians. The last
line of standard output is one JSON object.
"""

import argparse
import asyncio
import json

from tools.bench import frames, joins, resume, tissue, training, world


def main() -> None:
    """Runs one benchmark."""
    parser = argparse.ArgumentParser(prog="tools.bench", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    for module in (world, resume, joins, frames, tissue, training):
        module.add_arguments(kinds)
    given = parser.parse_args()
    figures = asyncio.run(given.measure(given))
    if not given.json:
        for name, value in figures.items():
            print(f"{name:32} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
