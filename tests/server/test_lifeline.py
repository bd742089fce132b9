"""A process that holds on to whoever started it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WATCHES = "from {end} import lifeline; lifeline.watch(); print('ready', flush=True); "


def _started(end, then):
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHES.format(end=end) + then],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("end", ["server", "client"])
def test_the_end_of_the_starter_is_a_request_to_end(end):
    then = "import signal; signal.signal(signal.SIGTERM, lambda *_: print('told', flush=True)); "
    with _started(end, then + "print('waits', flush=True); signal.pause()") as process:
        assert process.stdout.readline() == "waits\n"
        process.stdin.close()
        assert process.stdout.readline() == "told\n"
        assert process.wait(10) == 0


@pytest.mark.parametrize("end", ["server", "client"])
def test_what_the_starter_writes_is_not_its_end(end):
    with _started(end, "import time; time.sleep(60)") as process:
        process.stdin.write("a word")
        process.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.stdin.close()
        assert process.wait(10) == -signal.SIGTERM


def test_a_process_that_does_not_listen_is_ended_all_the_same():
    deaf = (
        "from server import lifeline; lifeline.END_WITHIN_S = 0.2; "
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('waits', flush=True); time.sleep(60)"
    )
    with _started("server", deaf) as process:
        assert process.stdout.readline() == "waits\n"
        process.stdin.close()
        assert process.wait(10) == 1
