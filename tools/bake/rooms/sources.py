"""What the catalog says of the files that this baker writes, and of the typeface it uses."""

from pathlib import Path

OWN = ("tools/bake/rooms: made by this repository's own code", "Apache-2.0")
FONT = (
    "npm package @fontsource/atkinson-hyperlegible 5.3.0 (Braille Institute): latin and latin-ext",
    "OFL-1.1",
)
FOLDERS = {"rooms": OWN, "textures": OWN, "fonts": FONT}


def described(assets: Path) -> dict[str, tuple[str, str]]:
    """Returns source and licence of each file of the rooms, by its path below assets/."""
    return {
        path.relative_to(assets).as_posix(): row
        for folder, row in FOLDERS.items()
        for path in sorted((assets / folder).rglob("*"))
        if path.is_file()
    }
