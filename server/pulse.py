"""Shows that a process of the server still works, and judges from outside whether one hangs.

Strategy: once a process serves, its event loop writes an empty line on its standard output every
BEAT_S; its starter reads them. Whatever keeps the loop from turning (a lock that nobody gives back,
a stopped process, a disk that never answers) keeps it from beating. A clock alone proves nothing:
when a laptop has slept all processes were silent, and so was the one that judges. Silence counts
only while the starter was there to listen.
"""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass
from typing import Final

from server import telemetry

STANDARD_OUTPUT: Final = 1
HANGS: Final = "METACLINIC_HANGS"
"""The environment variable by which a process learns how often one before it was killed as hanging.
The starter cannot count into the metrics itself: it has loaded them before their folder was named.
"""
BEAT_S: Final = 1.0
SILENT_FOR_S: Final = 15.0
"""Nothing that takes long runs in these loops: argon2, disk and database are waited for in threads.
On two cores under a load of 14 the longest silence was 1.1 s; a disk that makes a machine swap may
take some more. People are without the clinic for as long as this lasts.
"""
STARTS_WITHIN_S: Final = 120.0
"""Under the same load the start of all processes took up to 35 s."""
LOOK_S: Final = 1.0
UNATTENDED_S: Final = 3 * LOOK_S


def begin(hangs: int) -> None:
    """Lets this process beat for as long as its running loop turns.

    Args:
      hangs: how often one before it was killed as hanging; counted here.
    """
    telemetry.HANGS.inc(hangs)
    if sys.platform != "win32":
        # A starter that is stopped itself reads nothing; the process must not wait for it.
        os.set_blocking(STANDARD_OUTPUT, False)
    _beat(asyncio.get_running_loop())


def _beat(loop: asyncio.AbstractEventLoop) -> None:
    with contextlib.suppress(OSError):
        os.write(STANDARD_OUTPUT, b"\n")
    loop.call_later(BEAT_S, _beat, loop)


@dataclass(slots=True)
class Watch:
    """Listens to one process.

    Attributes:
      heard_s: when it was last heard, on a clock that nobody sets; its start counts.
      looked_s: when it was last asked whether the process hangs.
      is_serving: whether it has been heard at all.
    """

    heard_s: float
    looked_s: float
    is_serving: bool = False

    def hear(self, now_s: float) -> None:
        """Takes a beat."""
        self.heard_s, self.is_serving = now_s, True

    def silence_s(self, now_s: float) -> float:
        """Returns for how long it has been silent while somebody listened.

        To be asked every LOOK_S: who asks later has not listened meanwhile.
        """
        if now_s - self.looked_s > UNATTENDED_S:
            self.heard_s = now_s
        self.looked_s = now_s
        return now_s - self.heard_s

    def hangs(self, now_s: float) -> bool:
        """Whether the process has been silent for too long; to be asked every LOOK_S."""
        return self.silence_s(now_s) > (SILENT_FOR_S if self.is_serving else STARTS_WITHIN_S)
