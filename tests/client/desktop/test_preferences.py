import pytest

from client.desktop.preferences import (
    DAMAGED,
    FILE,
    Preferences,
    keep_private,
    load_preferences,
    save_preferences,
)
from client.panels.settings import DEFAULTS, Settings

USER = "f" * 32


def test_all_that_was_set_is_there_the_next_time(tmp_path):
    settings = Settings(
        175.0,
        is_high_contrast=True,
        is_muted=True,
        is_push_to_talk=True,
        is_announcing=False,
        microphone="Headset, ALSA",
        speaker="Built-in, ALSA",
    )
    save_preferences(tmp_path / "new", Preferences(settings, {USER: "Red Kite"}))
    kept = load_preferences(tmp_path / "new")
    assert kept.settings == settings
    assert kept.alias_of(USER) == "Red Kite"
    assert not kept.problem


def test_only_the_person_may_read_what_is_kept(tmp_path):
    folder = tmp_path / "new"
    folder.mkdir(mode=0o755)
    (folder / FILE).touch(mode=0o644)
    keep_private(folder)
    assert (folder.stat().st_mode & 0o777, (folder / FILE).stat().st_mode & 0o777) == (0o700, 0o600)
    (folder / f"{FILE}.new").touch(mode=0o644)
    save_preferences(folder, Preferences())
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert (folder.stat().st_mode & 0o777, (folder / FILE).stat().st_mode & 0o777) == (0o700, 0o600)


def test_at_first_and_after_an_older_version_there_are_defaults_and_no_complaint(tmp_path):
    assert load_preferences(tmp_path) == Preferences()
    (tmp_path / FILE).touch()
    assert load_preferences(tmp_path) == Preferences()
    (tmp_path / FILE).write_text('{"text_percent": 150.0, "aliases": {}, "other": 1}')
    assert load_preferences(tmp_path) == Preferences(Settings(150.0))


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"text_percent": "x"}',
        b'{"text_percent": 900}',
        b'{"is_muted": "no"}',
        b'{"microphone": ""}',
        b'{"text_percent": 120, "aliases": 3}',
    ],
)
def test_a_damaged_file_is_said_in_a_sentence_and_is_no_reason_not_to_start(tmp_path, data):
    (tmp_path / FILE).write_bytes(data)
    kept = load_preferences(tmp_path)
    assert kept.settings == DEFAULTS
    assert kept.problem == DAMAGED
    save_preferences(tmp_path, kept)
    assert not load_preferences(tmp_path).problem


def test_a_suggested_name_says_nothing_of_the_person_and_stays_the_same():
    names = {Preferences().alias_of(f"{number:032x}") for number in range(64)}
    assert len(names) == 64
    assert Preferences().alias_of(USER) == Preferences().alias_of(USER)
    assert all(len(name) <= 24 for name in names)


def test_the_accounts_own_name_is_suggested_unless_another_was_chosen_here():
    assert Preferences().alias_of(USER, "Own Name") == "Own Name"
    assert Preferences(aliases={USER: "Chosen"}).alias_of(USER, "Own Name") == "Chosen"
