from pathlib import Path

import pytest

from tools.bake import catalog

ASSETS = Path(__file__).parents[3] / "assets"
LICENCES = {"Apache-2.0", "CC0-1.0", "OFL-1.1", "MIT"}


@pytest.fixture(scope="module")
def rows():
    return {row["path"]: row for row in catalog.read(ASSETS)}


def test_every_asset_is_in_the_catalog_and_nothing_else_is(rows):
    files = {
        path.relative_to(ASSETS).as_posix()
        for path in ASSETS.rglob("*")
        if path.is_file() and path.name != catalog.NAME and not path.name.startswith(".")
    }
    assert files - set(rows) == set()
    assert set(rows) - files == set()


def test_every_asset_is_the_one_that_was_catalogued(rows):
    wrong = [
        path
        for path, row in rows.items()
        if (ASSETS / path).exists() and catalog.digest(ASSETS / path) != row["sha256"]
    ]
    assert wrong == []


def test_every_asset_has_a_source_and_a_permissive_licence(rows):
    for path, row in rows.items():
        assert row["source"], path
        assert row["licence"] in LICENCES, path


def test_rooms_and_their_textures_stay_small():
    size = sum(
        path.stat().st_size
        for folder in ("rooms", "textures")
        for path in (ASSETS / folder).rglob("*")
        if path.is_file()
    )
    assert size < 12_000_000


def test_recording_keeps_the_rows_of_others(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text('b "quoted"')
    catalog.record(tmp_path, {"a.txt": ("ours", "MIT")})
    before = catalog.read(tmp_path)[0]
    catalog.record(tmp_path, {"b.txt": ('a "source"', "OFL-1.1")})
    first, second = catalog.read(tmp_path)
    assert first == before
    assert second["source"] == 'a "source"'
    assert second["sha256"] == catalog.digest(tmp_path / "b.txt")


def test_recording_again_changes_nothing_but_what_changed(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    described = {"a.txt": ("ours", "MIT")}
    catalog.record(tmp_path, described)
    text = (tmp_path / catalog.NAME).read_text()
    catalog.record(tmp_path, described)
    assert (tmp_path / catalog.NAME).read_text() == text


def test_a_lost_file_loses_its_row(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    catalog.record(tmp_path, {"a.txt": ("ours", "MIT")})
    (tmp_path / "a.txt").unlink()
    catalog.record(tmp_path, {})
    assert catalog.read(tmp_path) == []
