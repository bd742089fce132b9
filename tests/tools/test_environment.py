import sys
import types

import pytest

from tools import environment


def test_the_server_alone_asks_for_nothing_of_the_client():
    server = " ".join(environment._requirements(environment.SERVER.extras))
    assert "SQLAlchemy" in server
    for package in ("panda3d", "pillow", "sounddevice", "ruff", "pytest"):
        assert package not in server


def test_opening_the_clinic_installs_no_development_tools():
    clinic = " ".join(environment._requirements(environment.CLINIC.extras))
    assert "panda3d" in clinic
    assert "argon2" in clinic
    for package in ("ruff", "mypy", "pytest", "hypothesis", "mitsuba"):
        assert package not in clinic


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_a_python_that_is_too_old_or_new_is_told_which_to_take(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", types.SimpleNamespace(__getitem__=None))
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    with pytest.raises(SystemExit, match=r"3\.11 to 3\.13"):
        environment._require_python()


def test_a_full_disk_is_told_with_what_is_needed(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "VENV", tmp_path / "none")
    usage = types.SimpleNamespace(free=environment.GIB // 10)
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(SystemExit, match=r"0\.1 GiB are free .* takes 2 GiB"):
        environment._require_disk(environment.CLINIC)


def test_without_the_right_to_install_the_exact_line_is_given(monkeypatch):
    monkeypatch.setattr(environment.platform, "system", lambda: "Linux")
    monkeypatch.setattr(environment, "_is_there", lambda name: name != "portaudio")
    monkeypatch.setattr(environment, "_rights_to_install", lambda: None)
    line = "sudo apt-get install -y --no-install-recommends libportaudio2"
    with pytest.raises(SystemExit, match=line):
        environment._require_system_parts(environment.CLINIC.libraries)


def test_every_library_of_a_profile_has_its_debian_package():
    for profile in (environment.CLIENT, environment.CLINIC, environment.CHECKS):
        assert set(profile.libraries) <= set(environment.SYSTEM_PARTS)


def test_what_is_installed_is_not_installed_again(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "_require_system_parts", lambda _: None)
    runs = []
    monkeypatch.setattr(environment, "_install", lambda python, wanted: runs.append(wanted))
    monkeypatch.setattr(environment, "_make_venv", lambda: _touch(tmp_path / "bin" / "python"))
    environment.prepare(environment.SERVER)
    environment.prepare(environment.SERVER)
    assert len(runs) == 1
    environment.prepare(environment.CLINIC)
    assert len(runs) == 2


def _touch(path):
    path.parent.mkdir(parents=True)
    path.touch()
