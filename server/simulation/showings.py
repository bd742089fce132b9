"""The showings of one simulation process: films that are being made, and those that are watched.

Filming takes what the steps leave of the time, after the records that wait for their score. A film
that cannot be played is given up alone, and said so.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from server.private_link.frames import Message
from server.simulation import control
from server.simulation.film import Film, Playing, Projector
from server.simulation.records import FINISHED, UNFINISHED, read_record
from sim.arrays import STEP_S
from sim.recording import Record, RecordDamaged
from sim.replay import ReplayRefused
from world.protocol import messages as m

SHOWINGS = 4
TELL_STEPS = 120
"""A film tells how far it is each time so many steps were filmed."""
TOO_MANY = "Other replays are being shown. Wait until one of them has ended, and try again."
NO_RECORD = "The record of this attempt is not kept any more."
NOT_SHOWN = "This record cannot be shown by this release. Tell the administrator."

_log = structlog.get_logger(__name__)


class Showings:
    """All films of one process.

    Args:
      records: folder of the records.
      tell: sends a message to the world, or drops it.
      wake: called when there is something to do.
    """

    def __init__(
        self, records: Path, tell: Callable[[Message], None], wake: Callable[[], None]
    ) -> None:
        self._records, self._tell, self._wake = records, tell, wake
        self._projectors: dict[str, Projector] = {}
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, control.Play] = {}
        self._tiers: dict[str, tuple[m.Tier, ...]] = {}
        self._told: dict[str, tuple[int, bool]] = {}

    @property
    def held(self) -> tuple[str, ...]:
        """All showings that the world has not let go."""
        return (*self._projectors, *self._reading)

    @property
    def are_watched(self) -> bool:
        """Whether there is a film to be shown."""
        return bool(self._projectors)

    @property
    def are_filmed(self) -> bool:
        """Whether a film is not whole yet."""
        return any(not one.film.is_whole for one in self._projectors.values())

    def begin(self, asked: control.Film) -> None:
        """Begins to make a film, or says why not."""
        if asked.showing in self.held:
            return
        if len(self.held) >= SHOWINGS:
            self._tell(control.Failed(asked.showing, TOO_MANY))
            return
        self._reading[asked.showing] = asyncio.ensure_future(self._read(asked))

    def play(self, asked: control.Play) -> None:
        """Lets a showing go on in another way."""
        projector = self._projectors.get(asked.showing)
        if projector is not None:
            projector.steer(Playing(asked.is_playing, asked.speed), asked.at_s)
        elif asked.showing in self._reading:
            self._asked[asked.showing] = asked

    def show(self, showing_id: str, tiers: tuple[m.Tier, ...]) -> None:
        """Sets in which tiers pictures are made."""
        self._tiers[showing_id] = tiers
        projector = self._projectors.get(showing_id)
        if projector is not None:
            projector.show(tiers)

    def key(self, showing_id: str, tier: m.Tier) -> bytes | None:
        """Returns the last picture of a showing, whole; None if there is none."""
        projector = self._projectors.get(showing_id)
        return projector.key(tier) if projector is not None else None

    def forget(self, showing_id: str) -> None:
        """Lets go of a showing."""
        task = self._reading.pop(showing_id, None)
        if task is not None:
            task.cancel()
        for kept in (self._projectors, self._asked, self._tiers, self._told):
            kept.pop(showing_id, None)

    def tell_everything(self) -> None:
        """Tells a world that may know nothing how each film stands."""
        self._told.clear()
        for projector in self._projectors.values():
            self._tell_of(projector)

    async def close(self) -> None:
        """Ends what is being read."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def turn(self, rate_divisor: int) -> None:
        """Shows all films for the time of one step."""
        for showing_id, projector in list(self._projectors.items()):
            projector.turn()
            for tier, frame in projector.frames(rate_divisor):
                self._tell(control.SceneFrame(showing_id, tier, False, frame))
            self._tell_of(projector)

    def film(self) -> None:
        """Plays one step of one record that is not filmed to its end."""
        for showing_id, projector in self._projectors.items():
            if projector.film.is_whole:
                continue
            try:
                projector.film.advance()
            except ReplayRefused:
                self._give_up(showing_id, NOT_SHOWN)
            return

    # --- inside

    async def _read(self, asked: control.Film) -> None:
        showing_id = asked.showing
        try:
            record = await asyncio.to_thread(_record_of, self._records, asked.attempt)
            film = Film(record)
        except (OSError, RecordDamaged):
            self._give_up(showing_id, NO_RECORD)
            return
        except ReplayRefused:
            self._give_up(showing_id, NOT_SHOWN)
            return
        del self._reading[showing_id]
        projector = self._projectors[showing_id] = Projector(showing_id, film)
        projector.show(self._tiers.get(showing_id, ()))
        if showing_id in self._asked:
            self.play(self._asked.pop(showing_id))
        self._tell_of(projector)
        self._wake()

    def _tell_of(self, projector: Projector) -> None:
        """Tells how a film stands, where that has changed enough to be told."""
        film, is_playing = projector.film, projector.playing.is_playing
        part = film.ready_step // TELL_STEPS + film.is_whole
        if self._told.get(projector.replay_id) == (part, is_playing):
            return
        self._told[projector.replay_id] = (part, is_playing)
        self._tell(
            control.Filmed(
                projector.replay_id,
                film.procedure.name,
                film.duration_s,
                film.ready_step * STEP_S,
                is_playing,
                tuple(film.marks),
                film.starts_step * STEP_S,
            )
        )

    def _give_up(self, showing_id: str, sentence: str) -> None:
        _log.warning("simulation.not_shown", showing=showing_id)
        self._reading.pop(showing_id, None)
        self.forget(showing_id)
        self._tell(control.Failed(showing_id, sentence))


def _record_of(folder: Path, attempt_id: str) -> Record:
    """Returns the record of an attempt, as far as it goes.

    Raises:
      RecordDamaged: if it was changed.
      OSError: if it cannot be read.
    """
    path = folder / f"{attempt_id}{FINISHED}"
    record, _ = read_record(path if path.exists() else path.with_suffix(UNFINISHED))
    return record
