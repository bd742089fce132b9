"""Makes the environment that Metaclinic runs in, with nothing but the standard library.

Strategy: the two commands of README start on whatever Python the machine has, so this module
imports nothing that must first be installed. It checks Python and the disk, installs missing
system libraries where it may, makes `.venv`, and installs the packages that pyproject.toml names
for a profile. A stamp in `.venv` remembers all that was installed, so a second start takes no time
and needs no network, and neither does a start that needs less than an earlier one.
"""

import ctypes.util
import json
import os
import platform
import shutil
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NARROWEST = 20
"""Columns of a terminal; in a narrower one lines are not broken at words."""
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)


@dataclass(frozen=True, slots=True)
class Profile:
    """What one command needs.

    Attributes:
      extras: the optional dependencies of pyproject.toml to install.
      libraries: the system libraries and programs to have, keys of SYSTEM_PARTS.
      free_bytes: the disk space that a first installation takes.
    """

    extras: tuple[str, ...]
    libraries: tuple[str, ...]
    free_bytes: int


@dataclass(frozen=True, slots=True)
class SystemPart:
    """A part of the operating system: how to see that it is there, and Debian's name for it."""

    debian_package: str
    library: str = ""
    paths: tuple[str, ...] = ()


SYSTEM_PARTS = {
    "egl": SystemPart("libegl1", library="EGL"),
    "gl": SystemPart("libgl1", library="GL"),
    "mesa": SystemPart(
        "libgl1-mesa-dri",
        paths=("/usr/lib/*/dri/swrast_dri.so", "/usr/lib/*/dri/kms_swrast_dri.so"),
    ),
    "portaudio": SystemPart("libportaudio2", library="portaudio"),
    "xvfb": SystemPart("xvfb", paths=("/usr/bin/Xvfb",)),
    "postgresql": SystemPart("postgresql", paths=("/usr/lib/postgresql/*/bin/initdb",)),
}
GIB = 1 << 30
ADDED_SHARE = 4
"""Adding to an environment that is there takes at most this part of a first installation."""
SERVER = Profile(("server",), (), GIB)
CLIENT = Profile(("client",), ("egl", "gl", "mesa", "portaudio"), 2 * GIB)
CLINIC = Profile(("server", "client"), CLIENT.libraries, 2 * GIB)
CHECKS = Profile(("server", "client", "dev"), (*CLIENT.libraries, "postgresql", "xvfb"), 3 * GIB)


def stop(sentence: str) -> NoReturn:
    """Ends the program with a sentence that says what to do next."""
    raise SystemExit(f"metaclinic: {sentence}")


def say(text: str) -> None:
    """Prints progress at once: broken between words on a terminal, else a line as it is."""
    columns = shutil.get_terminal_size().columns
    if sys.stdout.isatty() and columns >= NARROWEST:
        text = textwrap.fill(
            text,
            columns,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    print(text, flush=True)


def prepare(profile: Profile) -> Path:
    """Returns the Python interpreter of a `.venv` that has all that the profile names.

    Raises:
      SystemExit: with the exact next step where it cannot go on by itself.
    """
    _require_python()
    _require_system_parts(profile.libraries)
    wanted = requirements(profile)
    missing = [line for line in wanted if line not in _installed()]
    if missing:
        _require_disk(profile)
        if not _python().exists():
            _make_venv()
        _install(wanted)
    return _python()


def requirements(profile: Profile) -> list[str]:
    """Returns the packages that a profile installs, as pyproject.toml names them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in profile.extras:
        wanted += project["optional-dependencies"][extra]
    return sorted(set(wanted))


def _python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _stamp() -> Path:
    return VENV / "installed.json"


def _installed() -> set[str]:
    """Returns what was installed so far into the environment of this very Python."""
    if not (_python().exists() and _stamp().exists()):
        return set()
    try:
        stamp = json.loads(_stamp().read_text(encoding="utf-8"))
        return set(stamp["packages"]) if stamp["python"] == sys.version else set()
    except (ValueError, KeyError, TypeError):
        return set()


def _require_python() -> None:
    version = sys.version_info[:2]
    if not OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        stop(
            f"this is Python {version[0]}.{version[1]}; Metaclinic runs on 3.11 to 3.13. "
            "Install one of these and start the same command with it, for example: python3.12 "
            + " ".join(sys.argv)
        )


def _require_disk(profile: Profile) -> None:
    is_first = not _python().exists()
    needed_bytes = profile.free_bytes if is_first else profile.free_bytes // ADDED_SHARE
    free_bytes = shutil.disk_usage(ROOT).free
    if free_bytes < needed_bytes:
        stop(
            f"{free_bytes / GIB:.1f} GiB are free on the disk of {ROOT}, and the installation "
            f"takes {needed_bytes / GIB:.1f} GiB there, in .venv. Free some space and start the "
            "same command again, or move this folder to a larger disk."
        )


def _require_system_parts(names: Iterable[str]) -> None:
    if platform.system() != "Linux":
        return
    missing = [SYSTEM_PARTS[name].debian_package for name in names if not _is_there(name)]
    if missing:
        _install_debian(missing)


def _is_there(name: str) -> bool:
    part = SYSTEM_PARTS[name]
    if part.library:
        return ctypes.util.find_library(part.library) is not None
    return any(next(Path("/").glob(path.lstrip("/")), None) for path in part.paths)


def _install_debian(packages: Sequence[str]) -> None:
    line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    prefix = _rights_to_install()
    if prefix is None:
        stop(
            "the operating system lacks "
            + ", ".join(packages)
            + ". Start this command again after this one, which is for Debian or Ubuntu:\n"
            + "  sudo "
            + " ".join(line)
        )
    say(f"Installing system packages: {', '.join(packages)} ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-q"], line):
        done = subprocess.run(
            [*prefix, *step], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        stop(f"`{' '.join([*prefix, *line])}` failed:\n{done.stderr.strip()[-800:]}")


def _rights_to_install() -> list[str] | None:
    """Returns what to write before apt-get, or None where we may not or cannot install."""
    if platform.system() != "Linux" or shutil.which("apt-get") is None:
        return None
    if _is_root():
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)  # noqa: S607 -- whichever sudo the person uses
    return ["sudo", "-n"] if asked.returncode == 0 else None


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _make_venv() -> None:
    say(f"Making a Python environment in {VENV} ...")
    command = [sys.executable, "-m", "venv", str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "ensurepip" in done.stdout + done.stderr:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        _install_debian([f"python{version}-venv"])
        shutil.rmtree(VENV, ignore_errors=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr).strip()[-800:]}")


def _install(wanted: Sequence[str]) -> None:
    """Installs the packages, a line of progress for each one that is looked for."""
    say(f"Installing {len(wanted)} packages and what they need ...")
    command = [
        *(str(_python()), "-m", "pip", "install", "--disable-pip-version-check"),
        *("--no-input", "--progress-bar", "off", *wanted),
    ]
    pip = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    log = []
    for line in pip.stdout or ():
        log.append(line)
        told = progress(line)
        if told:
            say(told)
    if pip.wait():
        stop(
            "the Python packages could not be installed. pip said:\n"
            + "".join(log[-12:])
            + "Check the network and the free disk space, then start this command again."
        )
    known = sorted(_installed() | set(wanted))
    stamp = {"python": sys.version, "packages": known}
    _stamp().write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def progress(line: str) -> str:
    """Returns what to tell of a line of pip's; empty for nothing."""
    word, _, rest = line.strip().partition(" ")
    if word == "Collecting":
        return f"  {rest.partition(' (from')[0]}"
    if word == "Downloading" and rest.endswith("MB)"):
        file, _, size = rest.rpartition(" (")
        return f"    {file.rpartition('/')[2].partition('-')[0]}: {size.removesuffix(')')}"
    return "Putting them in place ..." if line.startswith("Installing collected") else ""
