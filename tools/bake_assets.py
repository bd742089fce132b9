"""Makes the files under assets/ anew: `python -m tools.bake_assets rooms|people [options]`.

Needs the `bake` extra; the baked files are in the repository, so nobody else needs this.
"""

import runpy
import sys

KINDS = ("rooms", "people")


def main() -> None:
    """Hands over to the baker of the kind that is asked for."""
    kind = sys.argv[1] if len(sys.argv) > 1 else ""
    if kind not in KINDS:
        raise SystemExit(f"usage: python -m tools.bake_assets {'|'.join(KINDS)} [options]")
    sys.argv = [f"bake_assets {kind}", *sys.argv[2:]]
    runpy.run_module(f"tools.bake.{kind}", run_name="__main__")


if __name__ == "__main__":
    main()
