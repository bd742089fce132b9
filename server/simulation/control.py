"""The link between the world and one simulation process: its messages.

Rules:
* The simulation listens; frames and proofs are those of server/private_link.
* Everything on the link keeps its order, so that a key frame and the deltas after it fit.
* The simulation tells again, on every new link, how each attempt stands that it holds: the world
  may be a new one. What the world knows already is of no consequence.
* An attempt is held, with its result, until the world says Forget: nothing is lost with a world.
* No person is named here: attempts have ids, and the world alone knows whose they are.
"""

from typing import Annotated, TypeAlias

from msgspec import Meta
from msgspec.msgpack import Decoder

from server.private_link.frames import Message, Nonce
from world.protocol import messages as m
from world.protocol.steering import INPUT_BYTES, SEQUENCES

LINK_KIND = "simulation"
FRAME_MAX_BYTES = 500_000

AttemptId: TypeAlias = m.Id
Input: TypeAlias = Annotated[bytes, Meta(min_length=INPUT_BYTES, max_length=INPUT_BYTES)]
Seal: TypeAlias = Annotated[bytes, Meta(min_length=32, max_length=32)]
Frame: TypeAlias = Annotated[bytes, Meta(max_length=FRAME_MAX_BYTES)]


class Welcome(Message, frozen=True, tag=4):
    """Simulation, first on a link: which run of it this is, what it offers, what it holds."""

    run: Nonce
    procedures: tuple[m.Procedure, ...]
    attempts: tuple[AttemptId, ...]


class Begin(Message, frozen=True, tag=10):
    """World: make the scene of an attempt and begin to step it."""

    attempt: AttemptId
    procedure: m.ProcedureName
    seed: Annotated[int, Meta(ge=0, lt=2**32)]
    is_left_handed: bool


class Steer(Message, frozen=True, tag=11):
    """World: what is asked of the next steps; the newest counts, and frames tell its sequence."""

    attempt: AttemptId
    inputs: Input
    sequence: Annotated[int, Meta(ge=0, lt=SEQUENCES)] = 0


class Finish(Message, frozen=True, tag=12):
    """World: take it that the trainee has said that the task is finished."""

    attempt: AttemptId


class Show(Message, frozen=True, tag=13):
    """World: tell of the scene in these tiers, and in no other."""

    attempt: AttemptId
    tiers: tuple[m.Tier, ...]


class AskKey(Message, frozen=True, tag=14):
    """World: somebody has nothing of the scene yet, or missed a frame."""

    attempt: AttemptId
    tier: m.Tier


class Forget(Message, frozen=True, tag=15):
    """World: the result is stored, or nobody wants it."""

    attempt: AttemptId


class Film(Message, frozen=True, tag=16):
    """World: play the record of an attempt again to be watched, under the id of this showing.

    A showing is held, watched and forgotten by its id as attempts are.
    """

    showing: AttemptId
    attempt: AttemptId


class Play(Message, frozen=True, tag=17):
    """World: let a showing go on or rest, so fast; from another moment, if one is named."""

    showing: AttemptId
    is_playing: bool
    speed: m.Speed
    at_s: m.Seconds | None = None


class Begun(Message, frozen=True, tag=20):
    """Simulation: the scene stands, and ends by itself at this time."""

    attempt: AttemptId
    limit_s: m.Seconds


class Failed(Message, frozen=True, tag=21):
    """Simulation: there is no such attempt here any more; the sentence says why."""

    attempt: AttemptId
    sentence: m.Sentence


class Clock(Message, frozen=True, tag=22):
    """Simulation, once a second while it runs: what the clock of the attempt says."""

    attempt: AttemptId
    elapsed_s: m.Seconds


class Occurred(Message, frozen=True, tag=23):
    """Simulation: something happened in the attempt."""

    attempt: AttemptId
    happened: m.Happened


class SceneFrame(Message, frozen=True, tag=24):
    """Simulation: what the scene looks like now, in a tier (world/protocol/scene_lane.py).

    A frame that was asked for is a key frame, and for those who wait for one.
    """

    attempt: AttemptId
    tier: m.Tier
    is_asked: bool
    frame: Frame


class Over(Message, frozen=True, tag=25):
    """Simulation: nothing changes any more; the record is played again."""

    attempt: AttemptId


class Scored(Message, frozen=True, tag=26):
    """Simulation: what the record says, played again."""

    attempt: AttemptId
    procedure: m.ProcedureName
    verdict: m.Verdict
    seal: Seal


class Filmed(Message, frozen=True, tag=27):
    """Simulation: how far the record of a showing can be watched, and whether it goes on."""

    showing: AttemptId
    procedure: m.ProcedureName
    duration_s: m.Seconds
    ready_s: m.Seconds
    is_playing: bool
    marks: Annotated[tuple[m.ReplayMark, ...], Meta(max_length=256)] = ()
    starts_s: m.Seconds = 0.0


ToSimulation: TypeAlias = Begin | Steer | Finish | Show | AskKey | Forget | Film | Play
ToWorld: TypeAlias = (
    Welcome | Begun | Failed | Clock | Occurred | SceneFrame | Over | Scored | Filmed
)

TO_SIMULATION: Decoder[ToSimulation] = Decoder(ToSimulation)
TO_WORLD: Decoder[ToWorld] = Decoder(ToWorld)
