"""The catalog of assets: for each file its source, license and hash, in `assets/catalog.toml`.

One `[[asset]]` table a file, with `path` (below assets/), `source`, `licence`, `sha256`. A baker
records its own files anew and leaves all other rows as they are.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

NAME = "catalog.toml"
KEYS = ("path", "source", "licence", "sha256")
Row = dict[str, str]


def read(assets: Path) -> list[Row]:
    """Returns the catalog's rows, in the order of the file; none if there is no catalog yet."""
    path = assets / NAME
    if not path.exists():
        return []
    rows: list[Row] = tomllib.loads(path.read_text()).get("asset", [])
    return rows


def record(assets: Path, described: Mapping[str, tuple[str, str]]) -> None:
    """Writes rows for files, with their hashes as they are now, and drops rows of lost files.

    Args:
      assets: the folder.
      described: for each path below it, source and licence.
    """
    rows = {row["path"]: row for row in read(assets)}
    for path, (source, licence) in described.items():
        rows[path] = {
            "path": path,
            "source": source,
            "licence": licence,
            "sha256": digest(assets / path),
        }
    kept = [row for row in rows.values() if (assets / row["path"]).exists()]
    (assets / NAME).write_text("\n".join(_table(row) for row in kept))


def digest(path: Path) -> str:
    """Returns a file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _table(row: Row) -> str:
    keys = [*KEYS, *(key for key in row if key not in KEYS)]
    # A JSON string is a TOML basic string.
    lines = [f"{key} = {json.dumps(row[key], ensure_ascii=False)}" for key in keys if key in row]
    return "[[asset]]\n" + "\n".join(lines) + "\n"
