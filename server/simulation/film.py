"""A record as it can be watched: played again, kept in pictures, and shown from any moment of it.

Strategy: the record is played once, step by step, where a process has time to spare, and a picture
is kept of every PICTURE_STEPS. What is watched is taken from the pictures, so that going back costs
nothing, and what was filmed can be watched while the rest is still being played.

What is full and then: a film holds LONGEST_STEPS of its record; what comes later is not shown.
"""

import zlib
from dataclasses import dataclass

from server.simulation.streams import RATES, SceneStream
from sim.arrays import STEP_S
from sim.procedures.procedure import Procedure
from sim.recording import Record
from sim.replay import Replay
from world.protocol import messages as m
from world.protocol.scene_lane import Hands, Scene, SceneDecoder, SceneEncoder

PICTURE_STEPS = 4
"""Fifteen pictures a second: clients show what is between two."""
LONGEST_STEPS = 60 * 60 * 12
"""Twelve minutes: longer than any task takes; of free play it is the beginning."""
MARKS = 256
SETTLE_TURNS = 60
"""A picture that rests is sent for so long, since a frame within its bytes may be a coarse one."""


class Film:
    """A record, as far as it was played again.

    Args:
      record: what is played.

    Raises:
      ReplayRefused: if it belongs to another program or scene.

    Attributes:
      procedure: of the attempt.
      is_whole: nothing more will be filmed.
      marks: what happened so far.
      last_step: of the film.
      starts_step: at which the attempt's clock began, as far as that is known.
    """

    def __init__(self, record: Record) -> None:
        self._replay = Replay(record)
        self._pictures: list[bytes] = []
        self._noted = 0
        self.procedure: Procedure = self._replay.environment.procedure
        self.marks: list[m.ReplayMark] = []
        self.last_step = min(record.step_count, LONGEST_STEPS)
        self.starts_step = 0
        self.is_whole = False
        self._take_picture()

    @property
    def duration_s(self) -> float:
        """How long it will be."""
        return self.last_step * STEP_S

    @property
    def ready_step(self) -> int:
        """The last step that can be shown by now."""
        return (len(self._pictures) - 1) * PICTURE_STEPS

    def advance(self) -> None:
        """Plays one step of the record, and keeps its picture if one is due.

        Raises:
          ReplayRefused: if it is none that can be taken.
        """
        environment = self._replay.environment
        if environment.step_count >= self.last_step or not self._replay.advance():
            self.is_whole = True
            return
        self._note()
        if environment.elapsed_s <= 0:
            self.starts_step = environment.step_count
        if environment.step_count % PICTURE_STEPS == 0:
            self._take_picture()

    def picture(self, step: int) -> tuple[int, Scene, Hands]:
        """Returns the picture at a step that was filmed: its own step, the scene, and the hands."""
        number = min(max(step, 0) // PICTURE_STEPS, len(self._pictures) - 1)
        decoder = SceneDecoder()
        decoder.read(zlib.decompress(self._pictures[number]))
        return number * PICTURE_STEPS, decoder.scene, decoder.hands

    def _take_picture(self) -> None:
        environment = self._replay.environment
        left, right = environment.hands
        step = environment.step_count
        hands = Hands(step, (left.posture.jaw, right.posture.jaw), environment.forces_n)
        frame = SceneEncoder().frame(step, environment.scene(), 0, hands)
        self._pictures.append(zlib.compress(frame, 1))

    def _note(self) -> None:
        noted = self._replay.environment.noted
        rules = self.procedure.rules
        for one in noted[self._noted :]:
            kind = one.what.kind
            is_error = rules is not None and (kind in rules.penalties or kind in rules.fatal)
            sentence = self.procedure.sentences.get(kind, kind)
            if len(self.marks) < MARKS:
                at_s = one.step * STEP_S
                self.marks.append(m.ReplayMark(at_s, kind[:60], sentence[:300], is_error))
        self._noted = len(noted)


@dataclass(slots=True)
class Playing:
    """How a film is to go on.

    Attributes:
      is_playing: it goes on; else it rests.
      speed: how fast, 1 as it was.
    """

    is_playing: bool = True
    speed: float = 1.0


class Projector:
    """A film that is watched.

    Args:
      replay_id: by which the world knows this showing.
      film: what is shown.

    Attributes:
      playing: how it goes on.
    """

    def __init__(self, replay_id: str, film: Film) -> None:
        self.replay_id, self.film = replay_id, film
        self.playing = Playing()
        self._at_step = 0.0
        self._turns = 0
        self._shown = -1
        self._settled_at = SETTLE_TURNS
        self._streams: dict[m.Tier, SceneStream] = {}

    @property
    def is_at_end(self) -> bool:
        """Whether the last picture of a whole film is shown."""
        return self.film.is_whole and self._at_step >= self.film.ready_step

    def steer(self, playing: Playing, at_s: float | None) -> None:
        """Goes on in another way; from another moment, if one is named."""
        self.playing = playing
        if at_s is not None:
            self._at_step = min(max(at_s / STEP_S, 0.0), float(self.film.ready_step))
        elif playing.is_playing and self.is_at_end:
            self._at_step = 0.0

    def show(self, tiers: tuple[m.Tier, ...]) -> None:
        """Sets in which tiers pictures are made."""
        kept = {tier: stream for tier, stream in self._streams.items() if tier in tiers}
        self._streams = {tier: kept.get(tier) or SceneStream(RATES[tier]) for tier in tiers}
        self._settled_at = self._turns + SETTLE_TURNS

    def turn(self) -> None:
        """Goes on by the time of one step of the simulation; at the end it rests."""
        self._turns += 1
        if self.playing.is_playing:
            last = float(self.film.ready_step)
            self._at_step = min(self._at_step + self.playing.speed, last)
            if self.is_at_end:
                self.playing = Playing(is_playing=False, speed=self.playing.speed)

    def frames(self, rate_divisor: int) -> list[tuple[m.Tier, bytes]]:
        """Returns the pictures that are due; each tells as `taken` which step it shows.

        Their ticks count turns, since a film that is put back goes on in time.
        """
        due = [
            (tier, stream)
            for tier, stream in self._streams.items()
            if stream.is_due(self._turns, rate_divisor)
        ]
        number = int(self._at_step) // PICTURE_STEPS
        if number != self._shown:
            self._shown, self._settled_at = number, self._turns + SETTLE_TURNS
        if not due or self._turns > self._settled_at:
            return []
        _, scene, hands = self.film.picture(int(self._at_step))
        made = [(tier, stream.frame(self._turns, scene, hands)) for tier, stream in due]
        return [(tier, frame) for tier, frame in made if frame is not None]

    def key(self, tier: m.Tier) -> bytes | None:
        """Returns the last picture of a tier, whole; None if there is none yet."""
        stream = self._streams.get(tier)
        return stream.key() if stream is not None else None
