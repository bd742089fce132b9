"""What is compiled apart: once a release, by a process that ends with who started it."""

import shutil
import sys

import pytest

from server.simulation import warm_up
from server.simulation.warm_up import compile_apart
from sim.instruments.station import STATIONS


@pytest.fixture
def starts(tmp_path, monkeypatch):
    """Takes the program that stands in for Python, and keeps compiled code in an empty folder."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    (tmp_path / "kernels").mkdir()
    monkeypatch.setattr(warm_up, "text_digest", lambda _: "release-1")
    return lambda program: monkeypatch.setattr(sys, "executable", shutil.which(program))


def test_a_release_that_was_compiled_is_not_compiled_again(starts, tmp_path, monkeypatch):
    starts("true")
    compile_apart()
    assert [path.name for path in (tmp_path / "kernels").iterdir()] == ["tried-release-1"]
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    compile_apart()
    monkeypatch.setattr(warm_up, "text_digest", lambda _: "release-2")
    with pytest.raises(FileNotFoundError):
        compile_apart()


def test_what_failed_to_compile_is_tried_again(starts, tmp_path):
    starts("false")
    compile_apart()
    assert not list((tmp_path / "kernels").iterdir())


def test_every_procedure_is_offered_in_the_words_of_its_table():
    offered = warm_up.warm_up()
    assert [one.name for one in offered] == list(warm_up.PROCEDURES)
    assert all(one.limit_s > 0 and one.brief for one in offered)
    assert [STATIONS[one.station] for one in offered] == [
        procedure.station for procedure in warm_up.PROCEDURES.values()
    ]
