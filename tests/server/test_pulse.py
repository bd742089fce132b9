"""Whether a process hangs, judged by when it was heard and by when somebody listened."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.pulse import BEAT_S, LOOK_S, SILENT_FOR_S, STARTS_WITHIN_S, Watch

ROOT = Path(__file__).parents[2]
BEATS = (
    "import asyncio\n"
    "from server import pulse\n"
    "pulse.BEAT_S = 0.01\n"
    "async def serve():\n"
    "    pulse.begin(hangs=0)\n"
    "    await asyncio.sleep({s})\n"
    "asyncio.run(serve())\n"
    "print('done')\n"
)


def _looks(watch, from_s, to_s):
    """Asks once a second; returns when the process was first said to hang."""
    for second in range(int(from_s) + 1, int(to_s) + 1):
        if watch.hangs(float(second)):
            return second
    return None


def test_who_beats_does_not_hang():
    watch = Watch(0.0, 0.0)
    for second in range(1, 1_000):
        watch.hear(second - BEAT_S / 2)
        assert not watch.hangs(float(second))


def test_who_falls_silent_hangs_after_the_patience_and_not_before():
    watch = Watch(0.0, 0.0)
    watch.hear(0.0)
    assert _looks(watch, 0, 100) == int(SILENT_FOR_S) + 1


def test_who_has_not_begun_to_serve_has_more_time():
    assert _looks(Watch(0.0, 0.0), 0, 1_000) == int(STARTS_WITHIN_S) + 1


@pytest.mark.parametrize("slept_s", [10.0, 3_600.0])
def test_nobody_hangs_because_the_one_who_listens_has_slept(slept_s):
    watch = Watch(0.0, 0.0)
    watch.hear(9.0)
    assert _looks(watch, 0, 10) is None
    woken_s = 10.0 + slept_s
    assert not watch.hangs(woken_s)
    assert not watch.hangs(woken_s + LOOK_S)
    assert _looks(watch, woken_s + 1, woken_s + 100) == int(woken_s + SILENT_FOR_S) + 1


def _beating(seconds):
    command = [sys.executable, "-c", BEATS.format(s=seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def test_a_loop_that_turns_beats():
    with _beating(0.5) as process:
        out, _ = process.communicate(timeout=20)
    assert out.count(b"\n") > 5


@pytest.mark.skipif(sys.platform != "linux", reason="makes a pipe small")
def test_a_starter_that_does_not_listen_holds_nobody_up():
    import fcntl  # noqa: PLC0415 -- does not exist on Windows

    with _beating(1.0) as process:
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, os.sysconf("SC_PAGE_SIZE"))
        assert process.wait(20) in {0, 120}  # 120: Python could not flush its last line
