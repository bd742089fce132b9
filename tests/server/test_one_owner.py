"""A data folder has one server, and whoever was killed no longer holds it."""

import subprocess
import sys
from pathlib import Path

import pytest

from server.one_owner import sole_owner
from world.errors import ConfigurationError

HOLDS = """
import sys
from pathlib import Path
from server.one_owner import sole_owner
with sole_owner(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_server_is_refused_with_what_to_do_until_the_first_is_killed(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as first:
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(ConfigurationError, match="another server has this clinic open"):
            sole_owner(tmp_path).__enter__()
        first.kill()
        first.wait()
        with sole_owner(tmp_path):
            pass


def test_one_after_the_other_may_have_it(tmp_path):
    for _ in range(2):
        with sole_owner(tmp_path):
            assert (tmp_path / "owner.lock").exists()
