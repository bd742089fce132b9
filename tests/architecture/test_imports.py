"""Who may import what, where import-linter cannot say "only"."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("world", "sim", "server", "client", "tools")
ONLY = {
    "sqlalchemy": ("server/store",),
    "alembic": ("server/store",),
    "aiortc": ("server/voice", "client/voice"),
    "panda3d": ("client",),
    "direct": ("client",),
    "xr": ("client/xr",),
    "starlette": ("server/web",),
    "uvicorn": ("server/web",),
    "mitsuba": ("tools/bake",),
    "drjit": ("tools/bake",),
    "scipy": ("tools/bake",),
    "numba": ("sim/kernel.py",),
    "mujoco": ("sim/rigid",),
}
NO_RENDERER = ("client/network", "client/voice")


def _modules():
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            place = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((place, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield place, node.module


def _imports():
    return ((place, module.split(".")[0]) for place, module in _modules())


@pytest.mark.parametrize("library", ONLY)
def test_a_library_is_met_in_its_own_folder_only(library):
    strays = {
        place
        for place, name in _imports()
        if name == library and not place.startswith(ONLY[library])
    }
    assert not strays


def test_the_network_and_voice_process_never_loads_the_renderer():
    strays = {
        place
        for place, name in _imports()
        if name in {"panda3d", "direct"} and place.startswith(NO_RENDERER)
    }
    assert not strays


def test_the_client_meets_the_simulation_only_where_nothing_compiles():
    strays = {
        place
        for place, module in _modules()
        if module.split(".")[0] == "sim"
        and place.startswith("client")
        and not module.startswith("sim.instruments")
    }
    assert not strays


def test_instruments_are_free_of_compiled_kernels():
    strays = {
        place
        for place, module in _modules()
        if place.startswith("sim/instruments")
        and module.split(".")[0] in {"sim", "numba", "mujoco"}
        and not module.startswith("sim.instruments")
    }
    assert not strays


def test_no_init_module_does_work_at_import():
    for package in PACKAGES:
        for path in (ROOT / package).rglob("__init__.py"):
            body = ast.parse(path.read_text(encoding="utf-8")).body
            kinds = {type(node) for node in body}
            allowed = {ast.Expr, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom}
            assert kinds <= allowed, path


def test_tests_have_no_init_module_that_shadows_the_product():
    assert not list((ROOT / "tests").rglob("__init__.py"))
