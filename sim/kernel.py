"""The one way a loop is compiled, so that no kernel can drift from the rules of exact replay."""

import functools
import hashlib
import importlib.util
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_IMPORT = re.compile(
    r"^(?:from ((?:sim|world)[\w.]*) import (\([^)]*\)|[^\n]*)|import ((?:sim|world)[\w.]*))",
    re.MULTILINE,
)


def kernel(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Returns the function compiled to machine code that gives the same bits everywhere.

    `fastmath` and `parallel` stay off: both let the order of a sum depend on the machine.
    A division by zero gives an infinity, as numpy does, and callers guard where it can happen.
    The interpreter's lock is released while it runs.

    The machine code is kept for the next start, in NUMBA_CACHE_DIR or beside this module. numba
    looks for changes in the kernel's own file only, although constants and callees of other
    modules are compiled into it: so the code of each module lies in a folder named by the text
    of all that it imports, and an updated program never runs a loop of the release before.
    """
    numba.config.CACHE_DIR = str(_folder(function.__module__))
    compiled = numba.njit(cache=True, nogil=True, fastmath=False, error_model="numpy")(function)
    return cast("Callable[Parameters, Result]", compiled)


def home() -> Path:
    """Returns the folder in which compiled code is kept."""
    return Path(os.environ.get("NUMBA_CACHE_DIR") or Path(__file__).parent / "__pycache__")


def _folder(module: str) -> Path:
    folder = home() / "kernels" / module / text_digest(module)
    if folder.parent.exists() and not folder.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
    return folder


@functools.cache
def text_digest(module: str) -> str:
    """Returns a digest of the text of a module and of all of `sim` and `world` that it imports."""
    digest = hashlib.sha256()
    for name in sorted(_reachable(module)):
        digest.update(f"{name} {hashlib.sha256(_text(name).encode()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _reachable(module: str) -> set[str]:
    found, waiting = {module}, [module]
    while waiting:
        for name in _imports(waiting.pop()) - found:
            found.add(name)
            waiting.append(name)
    return found


@functools.cache
def _imports(module: str) -> frozenset[str]:
    """Returns what a module imports; names that are no modules read as the empty text."""
    names = set[str]()
    for origin, imported, whole in _IMPORT.findall(_text(module)):
        names.add(origin or whole)
        names.update(f"{origin}.{name}" for name in re.findall(r"\w+", imported) if origin)
    return frozenset(name for name in names if _text(name))


@functools.cache
def _text(module: str) -> str:
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):  # a name in a module, or a program's main module
        spec = None
    if spec is None or spec.origin is None:
        return ""
    return Path(spec.origin).read_text(encoding="utf-8")
