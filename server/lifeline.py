"""Lets a process notice that the one which started it is gone, however that went.

Strategy: the starter gives its child a pipe as standard input, writes nothing into it and holds
its other end. When the starter ends, killed or not, the system closes that end, and the child
reads the end of its input. This needs no terminal, no process group and no particular way of
starting a process. `client/lifeline.py` is its twin: the two ends never import each other.
"""

import contextlib
import os
import signal
import threading
import time
from typing import Final

STANDARD_INPUT: Final = 0
END_WITHIN_S: Final = 5.0
"""How long an orderly end may take; a process that hangs is ended without one."""


def watch() -> None:
    """Tells this process to end, as SIGTERM does, once its standard input has ended."""
    threading.Thread(target=_end_with_input, name="lifeline", daemon=True).start()


def _end_with_input() -> None:
    with contextlib.suppress(OSError):
        while os.read(STANDARD_INPUT, 64):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_WITHIN_S)
    os._exit(1)
