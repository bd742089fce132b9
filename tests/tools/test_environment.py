import subprocess
import sys
import types

import pytest

from tools import environment, run


def test_the_server_alone_asks_for_nothing_of_the_client():
    server = " ".join(environment.requirements(environment.SERVER))
    assert "SQLAlchemy" in server
    for package in ("panda3d", "pillow", "sounddevice", "ruff", "pytest"):
        assert package not in server


def test_opening_the_clinic_installs_no_development_tools():
    clinic = " ".join(environment.requirements(environment.CLINIC))
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


def _with_free_gib(monkeypatch, gib):
    usage = types.SimpleNamespace(free=int(gib * environment.GIB))
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: usage)


def test_a_full_disk_is_told_with_what_is_needed_where_and_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "VENV", tmp_path / "none")
    _with_free_gib(monkeypatch, 0.1)
    with pytest.raises(SystemExit) as told:
        environment._require_disk(environment.CLINIC)
    sentence = str(told.value)
    assert f"0.1 GiB are free on the disk of {environment.ROOT}" in sentence
    assert "takes 2.0 GiB there" in sentence
    assert "Free some space and start the same command again" in sentence


def test_adding_to_an_environment_needs_less_than_making_it(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "VENV", tmp_path)
    _touch(tmp_path / "bin" / "python")
    _with_free_gib(monkeypatch, 0.6)
    environment._require_disk(environment.CLINIC)
    _with_free_gib(monkeypatch, 0.4)
    with pytest.raises(SystemExit, match=r"takes 0\.5 GiB"):
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


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """What pip was asked for, run by run; nothing is installed."""
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "_require_system_parts", lambda _: None)
    monkeypatch.setattr(environment, "_make_venv", lambda: _touch(tmp_path / "bin" / "python"))
    runs = []

    class Pip:
        stdout = ()

        def __init__(self, command, **_):
            runs.append(command[command.index("off") + 1 :])

        def wait(self):
            return 0

    monkeypatch.setattr(environment.subprocess, "Popen", Pip)
    return runs


def test_what_is_installed_is_not_installed_again(runs):
    environment.prepare(environment.SERVER)
    environment.prepare(environment.SERVER)
    assert len(runs) == 1
    environment.prepare(environment.CLINIC)
    assert len(runs) == 2


@pytest.mark.parametrize("less", [environment.SERVER, environment.CLIENT])
def test_who_has_set_up_everything_needs_no_network_for_less(runs, less):
    environment.prepare(environment.CLINIC)
    environment.prepare(less)
    assert len(runs) == 1


def test_another_python_or_a_broken_stamp_installs_anew(runs, monkeypatch, tmp_path):
    environment.prepare(environment.SERVER)
    (tmp_path / "installed.json").write_text("[]")
    environment.prepare(environment.SERVER)
    assert len(runs) == 2
    monkeypatch.setattr(sys, "version", "3.13.0 another")
    environment.prepare(environment.SERVER)
    assert len(runs) == 3


@pytest.mark.parametrize(
    ("options", "has", "lacks"),
    [
        ([], ("panda3d", "SQLAlchemy"), ("pytest",)),
        (["--server-only"], ("SQLAlchemy", "argon2"), ("panda3d", "pillow", "sounddevice")),
        (["--connect"], ("panda3d", "sounddevice"), ("SQLAlchemy", "argon2", "alembic")),
        (["--connect", "clinic.example"], ("panda3d",), ("SQLAlchemy",)),
    ],
)
def test_only_setting_up_installs_what_the_same_command_would_need(runs, options, has, lacks):
    environment.prepare(run.profile(run.parse(["--setup-only", *options])))
    planned = " ".join(runs[0])
    assert all(package in planned for package in has)
    assert not any(package in planned for package in lacks)


WITHOUT = """
import importlib, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split(","):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
for name in sys.argv[2:]:
    importlib.import_module(name)
"""


@pytest.mark.parametrize(
    ("absent", "modules"),
    [
        (
            "panda3d,direct,PIL,sounddevice",
            ("tools.session", "tools.bots.__main__", "server.world_process", "server.web_process"),
        ),
        (
            "sqlalchemy,alembic,argon2,starlette,uvicorn,prometheus_client,pydicom",
            ("tools.session", "tools.invitation", "client.app", "client.network.process"),
        ),
    ],
    ids=["--server-only", "--connect"],
)
def test_what_a_command_starts_needs_nothing_that_it_does_not_install(absent, modules):
    command = [sys.executable, "-c", WITHOUT, absent, *modules]
    subprocess.run(command, cwd=environment.ROOT, check=True, timeout=100)


def test_to_join_a_clinic_elsewhere_its_address_is_asked_for(capsys):
    with pytest.raises(SystemExit):
        run.parse(["--connect"])
    assert "--connect wants the clinic's address" in capsys.readouterr().err


WHEEL = "panda3d-1.10.15-cp311-cp311-manylinux2014_x86_64.whl"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Collecting numpy<3,>=1.26 (from -r all.txt (line 3))", "  numpy<3,>=1.26"),
        (f"  Downloading https://example.org/{WHEEL} (57.9 MB)", "    panda3d: 57.9 MB"),
        ("Installing collected packages: numpy, scipy", "Putting them in place ..."),
        ("Requirement already satisfied: numpy", ""),
    ],
)
def test_pip_is_told_in_few_words(line, told):
    assert environment.progress(line) == told


@pytest.mark.parametrize("columns", [24, 40, 80, 200])
def test_on_a_terminal_of_any_width_no_word_is_cut(monkeypatch, capsys, columns):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    text = "Installing system packages: libegl1, libgl1-mesa-dri, libportaudio2 ..."
    environment.say(text)
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= columns for line in lines)
    assert " ".join(" ".join(lines).split()) == text


def test_without_a_terminal_each_line_is_whole(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "24")
    text = "Installing system packages: libegl1, libgl1-mesa-dri, libportaudio2 ..."
    environment.say(text)
    assert capsys.readouterr().out == text + "\n"


def _touch(path):
    path.parent.mkdir(parents=True)
    path.touch()
