"""The client as a program with a picture: the loop, and what goes into it from a window."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from client.config import ClientConfig
from client.desktop.input import Input
from client.desktop.picture import Picture
from client.program import Program, Step, load_layouts
from client.scene import pace
from client.scene.window import WindowOptions, open_window
from world.errors import ClinicError

OFFSCREEN_S: Final = 1 / 30
GOES_ON: Final = 1
"""Task.cont of Panda3D: call again next frame."""
DRAWING_SHARE: Final = 0.03
"""Without a window nobody sees the frames between two pictures: few of them are drawn, so that who
plays in a person's place sees what goes on."""


class App:
    """One person's client with its picture.

    Args:
      config: its settings.
      now_s: seconds that run evenly.
      is_stopped: tells whether the program was told to end.

    Attributes:
      program: everything but the picture.
    """

    def __init__(
        self,
        config: ClientConfig,
        now_s: Callable[[], float] = time.monotonic,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_stopped = is_stopped
        self._now_s, self._is_offscreen = now_s, config.is_offscreen
        options = WindowOptions(config.size_px, config.is_offscreen, config.tier)
        # The network process starts while the window opens.
        self.program = Program(config, load_layouts(config.assets))
        try:
            self.stage = open_window(options)
        except ClinicError:
            self.program.close()
            raise
        self._picture = Picture(self.stage, config.assets, has_window=not config.is_offscreen)
        self._input: Input | None = None
        if not config.is_offscreen:
            self._input = Input(self.stage, self.program)
            # After Panda3D has read the devices, before it draws.
            self.stage.base.taskMgr.add(self._task, "client", sort=10)
        self._quality = pace.start(
            self.stage.highest, self.stage.rung, is_fixed=config.tier is not None
        )
        self._frame_due_s = self._draw_due_s = now_s()
        self._is_loaded = False

    def step(self) -> None:
        """Goes on by one frame."""
        if self.program.step is Step.DEVICE_CHECK and not self._is_loaded:
            # Here nobody moves yet, and no door may lead to a wait later.
            self._is_loaded = True
            self._picture.preload(self.program.role)
        if self._input is not None:
            self._draw_in_window()
            return
        self.program.advance(self._now_s())
        self._pace()
        self._picture.operate(self.program, self._now_s())
        began_s = self._now_s()
        if began_s >= self._draw_due_s:
            self._picture.update(self.program, began_s)
            self.stage.frame()
            self._draw_due_s = began_s + (self._now_s() - began_s) / DRAWING_SHARE

    def run(self) -> None:
        """Goes on until the person leaves or closes the window."""
        while self.program.step is not Step.ENDED and not self.is_closed:
            self.step()

    @property
    def is_closed(self) -> bool:
        """Whether the window was closed, or the program was told to end."""
        return self._is_stopped() or (self._input is not None and self._input.is_closed)

    def screenshot(self, path: Path) -> None:
        """Writes what is seen now as an image file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._picture.hurry()
        self._picture.update(self.program, self._now_s())
        self.stage.screenshot(path)

    def close(self) -> None:
        """Ends the network process and closes the window."""
        self.program.close()
        self.stage.close()

    def _draw_in_window(self) -> None:
        began_s = self._now_s()
        # Its `step` would take Ctrl-C for itself, in the middle of a frame.
        self.stage.base.taskMgr.mgr.poll()
        work_s = self._now_s() - began_s
        if self._quality.take(work_s):
            self._picture.draw_as(self._quality.rung)
        # Voice and network want their share of the processor, also where pictures are free.
        time.sleep(max(0.0, 1.0 / self.stage.tier.frames_per_s - work_s))

    def _task(self, task: object) -> int:
        del task
        if self._input is not None:
            self._input.take(self._picture.surface)
        self.program.advance(self._now_s())
        self._picture.operate(self.program, self._now_s())
        self._picture.update(self.program, self._now_s())
        return GOES_ON

    def _pace(self) -> None:
        now_s = self._now_s()
        time.sleep(max(0.0, self._frame_due_s - now_s))
        self._frame_due_s = max(self._frame_due_s + OFFSCREEN_S, now_s)
