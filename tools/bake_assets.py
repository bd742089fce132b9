"""Makes the files under assets/ anew: `python -m tools.bake_assets KIND [options]`.

KIND is rooms, people, sounds or experts. Afterwards the catalog holds the new hashes; `python -m
tools.bake_assets catalog` writes only those. Needs the `bake` extra; the baked files are in the
repository, so nobody else needs this.
"""

import runpy
import sys
from pathlib import Path

from tools.bake import catalog, sources

KINDS = ("rooms", "people", "sounds", "experts", "catalog")


def main() -> None:
    """Hands over to the baker of the kind that is asked for, then brings the catalog up to date."""
    kind = sys.argv[1] if len(sys.argv) > 1 else ""
    if kind not in KINDS:
        raise SystemExit(f"usage: python -m tools.bake_assets {'|'.join(KINDS)} [options]")
    sys.argv = [f"bake_assets {kind}", *sys.argv[2:]]
    if kind != "catalog":
        runpy.run_module(f"tools.bake.{kind}", run_name="__main__")
    assets = Path("assets")
    catalog.record(assets, sources.described(assets))


if __name__ == "__main__":
    main()
