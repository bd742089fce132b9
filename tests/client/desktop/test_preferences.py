from client.desktop.preferences import FILE, Preferences, load_preferences, save_preferences
from client.panels.settings import DEFAULTS, Settings

USER = "f" * 32


def test_what_was_set_is_there_the_next_time_but_nobody_starts_muted(tmp_path):
    settings = Settings(175.0, is_high_contrast=True, is_muted=True, is_push_to_talk=True)
    save_preferences(tmp_path / "new", Preferences(settings, {USER: "Red Kite"}))
    kept = load_preferences(tmp_path / "new")
    assert kept.settings == Settings(175.0, is_high_contrast=True, is_push_to_talk=True)
    assert kept.alias_of(USER) == "Red Kite"


def test_only_the_person_may_read_what_is_kept(tmp_path):
    folder = tmp_path / "new"
    folder.mkdir(mode=0o755)
    (folder / FILE).touch(mode=0o644)
    save_preferences(folder, Preferences())
    assert (folder.stat().st_mode & 0o777, (folder / FILE).stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_a_damaged_file_is_no_reason_not_to_start(tmp_path):
    for text in ("{", "[]", '{"text_percent": "x"}', '{"text_percent": 120, "aliases": 3}'):
        (tmp_path / FILE).write_text(text)
        assert load_preferences(tmp_path).settings == DEFAULTS


def test_a_suggested_name_says_nothing_of_the_person_and_stays_the_same():
    names = {Preferences().alias_of(f"{number:032x}") for number in range(64)}
    assert len(names) == 64
    assert Preferences().alias_of(USER) == Preferences().alias_of(USER)
    assert all(len(name) <= 24 for name in names)


def test_the_accounts_own_name_is_suggested_unless_another_was_chosen_here():
    assert Preferences().alias_of(USER, "Own Name") == "Own Name"
    assert Preferences(aliases={USER: "Chosen"}).alias_of(USER, "Own Name") == "Chosen"
