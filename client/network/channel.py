"""What renderer and network process say to each other, each declared once, and the lanes it takes.

Rules:
* Commands go down to the network process, reports come up. Both are of one house: nothing here is
  checked as the world's messages are, which come from strangers.
* A record that begins with the byte of a lane is a frame of it: motion, scenes of a training
  station, or what is asked of its instruments. It comes after the time at which it came or was
  made (time.monotonic, which all processes of a machine share): when the renderer looks says
  nothing about the network. Every other record is one message. Both share one ring, so that a
  frame never overtakes the room that it belongs to.
* Frames are written only while the ring is less than half full, and nothing else waits; else one
  is left out: the next motion or steering is newer, and of a scene a key frame is asked for. So
  events always find room.
* Messages are never left out. One that finds no room waits in order, MAX_BACKLOG_BYTES at most;
  whoever would exceed that has a partner that no longer reads, and gives up on it (`PartnerStuck`).
"""

import struct
from collections import deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

import msgspec

from client.network.ring import Ring
from world.errors import ClinicError
from world.protocol import messages as m
from world.protocol.motion import LANE
from world.protocol.scene_lane import SCENE_LANE
from world.protocol.steering import STEERING_LANE

DOWN_BYTES, UP_BYTES = 256 * 1024, 4 * 1024 * 1024
MAX_BACKLOG_BYTES = 4 * 1024 * 1024
STAMP = struct.Struct("=Bd")
BEAT_S = 0.5
"""How often the network process says that it goes on."""


class MotionFrame(NamedTuple):
    """A frame of the motion lane, and when it came or was made."""

    at_s: float
    frame: bytes


class SceneFrame(NamedTuple):
    """A frame of the scene lane, and when it came: up only."""

    at_s: float
    frame: bytes


class SteeringFrame(NamedTuple):
    """A frame of the steering lane, and when it was made: down only."""

    at_s: float
    frame: bytes


Frame: TypeAlias = MotionFrame | SceneFrame | SteeringFrame
FRAMES: Final[Mapping[int, type[MotionFrame | SceneFrame | SteeringFrame]]] = MappingProxyType(
    {LANE: MotionFrame, SCENE_LANE: SceneFrame, STEERING_LANE: SteeringFrame}
)
"""By the first byte of a frame."""


class PartnerStuck(ClinicError):
    """The process at the other end takes nothing any more."""


class Command(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Base of what the renderer asks for."""


class Report(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Base of what the network process tells."""


# --- Down


class SignIn(Command, frozen=True):
    """Sign in at a clinic; answered by SignedIn, CertificateShown or Trouble."""

    host: str
    web_port: int
    login: str
    password: str


class LookAtInvitation(Command, frozen=True):
    """Ask what for an invitation is; answered by InvitationShown, CertificateShown or Trouble."""

    host: str
    web_port: int
    code: str


class AcceptInvitation(Command, frozen=True):
    """Make the account and sign in to it; answered as SignIn is."""

    host: str
    web_port: int
    code: str
    login: str
    password: str
    display_name: str
    alias: str


class ChangePassword(Command, frozen=True):
    """Change the password of who is signed in; answered by one PasswordAnswered."""

    old: str
    new: str


class Trust(Command, frozen=True):
    """The person says that the words match: pin the certificate that was shown.

    Another one than is pinned takes its place only if the person has said so as well.
    """

    fingerprint: str
    is_instead: bool = False


class StopSigningIn(Command, frozen=True):
    """Give up what SignIn began."""


class Resume(Command, frozen=True):
    """Take up a session that an earlier network process began, and its streams."""

    host: str
    web_port: int
    token: str
    is_entered: bool
    seen: tuple[m.Seen, ...] = ()


class Enter(Command, frozen=True):
    """Connect to the world of the clinic that one is signed in at."""


class Ask(Command, frozen=True):
    """Send a request, whose id is filled in; answered by one Answered with the same key."""

    key: int
    request: m.Request


class OpenDevices(Command, frozen=True):
    """Open the sound devices; levels and troubles are reported from then on.

    Empty is the system's own choice, and so is a device that is not there.
    """

    microphone: str = ""
    speaker: str = ""


class TestSound(Command, frozen=True):
    """Play a short sound to the person; where nothing can be heard, Trouble says why."""


class Play(Command, frozen=True):
    """Play sounds to the person, in order; `client.voice.announcements` names them."""

    names: tuple[str, ...]


class SetVoice(Command, frozen=True):
    """How the microphone stands; the whole of it."""

    is_muted: bool
    is_push_to_talk: bool = False
    is_talk_held: bool = False
    is_mono: bool = False


class Reconnect(Command, frozen=True):
    """Cut the connection and connect anew at once."""


class SignOut(Command, frozen=True):
    """End connection, voice and session."""


AnyCommand: TypeAlias = (
    SignIn
    | LookAtInvitation
    | AcceptInvitation
    | ChangePassword
    | Trust
    | StopSigningIn
    | Resume
    | Enter
    | Ask
    | OpenDevices
    | TestSound
    | Play
    | SetVoice
    | Reconnect
    | SignOut
)

# --- Up


class SignedIn(Report, frozen=True):
    """The person is signed in; the token lets another network process take over."""

    user_id: str
    token: str
    clinic: str
    is_demo: bool
    role: str = ""
    alias: str = ""


class InvitationShown(Report, frozen=True):
    """The invitation stands: which clinic it is of, and for which role."""

    clinic: str
    role: str


class PasswordAnswered(Report, frozen=True):
    """How changing the password went; without a problem it is changed.

    The field is `old`, `new` or none.
    """

    problem: str = ""
    field: str = ""


class CertificateShown(Report, frozen=True):
    """The clinic's certificate is not the one that is pinned; nothing was sent.

    Only one that is "unknown", or "changed" from a pin that a person has made, can be trusted;
    a "refused" one is not that of this machine's own clinic, or not that of the join link.
    """

    fingerprint: str
    words: tuple[str, ...]
    standing: Literal["unknown", "changed", "refused"]
    known_words: tuple[str, ...] = ()


class Trouble(Report, frozen=True):
    """Something failed; the sentence says what to do next.

    The field is that of a form, `address`, `code`, `login` or `password`; empty for none. What
    is about "account" is that it was made, and that one signs in by oneself.
    """

    about: Literal["sign-in", "account", "microphone", "output", "voice", "network"]
    sentence: str
    is_denied: bool = False
    field: str = ""


class FoundDevice(msgspec.Struct, frozen=True, array_like=True):
    """One that can be chosen; `key` is what OpenDevices takes."""

    key: str
    name: str


class DevicesFound(Report, frozen=True):
    """What sound devices there are, each time that they are opened."""

    microphones: tuple[FoundDevice, ...]
    speakers: tuple[FoundDevice, ...]


class ConnectionChanged(Report, frozen=True):
    """How the world is connected; "silent" where the network process itself does not answer."""

    state: Literal["connecting", "connected", "reconnecting", "silent", "ended"]
    sentence: str


class Arrived(Report, frozen=True):
    """A message of the server's event lane."""

    message: m.ServerMessage


class Answered(Report, frozen=True):
    """The answer to an Ask; code 0 and no reason where it is done."""

    key: int
    is_accepted: bool
    code: int = 0
    reason: str = ""


class Clock(Report, frozen=True):
    """The server's clock less this machine's, and the round trip."""

    offset_s: float
    round_trip_s: float


class MicrophoneLevel(Report, frozen=True):
    """The microphone's meter, -127 to 0 dBov, and whether it is sent now."""

    dbov: float
    is_sending: bool


class VoiceChanged(Report, frozen=True):
    """How voice stands."""

    state: Literal["new", "connecting", "connected", "lost", "closed"]


class VoiceCounts(Report, frozen=True):
    """What voice has done so far; `heard_dbov` is the loudness of the last second of voices."""

    packets_sent: int
    packets_received: int
    heard_dbov: float


class SignedOut(Report, frozen=True):
    """The session has ended as the person wanted."""


class Alive(Report, frozen=True):
    """The network process goes on; told every BEAT_S, and meant for nobody but its keeper."""


AnyReport: TypeAlias = (
    SignedIn
    | InvitationShown
    | PasswordAnswered
    | CertificateShown
    | Trouble
    | ConnectionChanged
    | Arrived
    | Answered
    | Clock
    | DevicesFound
    | MicrophoneLevel
    | VoiceChanged
    | VoiceCounts
    | SignedOut
    | Alive
)

Out = TypeVar("Out")
In = TypeVar("In")


class Channel(Generic[Out, In]):
    """One end of both rings.

    Args:
      outgoing: written here.
      incoming: read here.
      kind: the union of what comes in.

    Attributes:
      dropped_frames: frames that were left out.
    """

    def __init__(self, outgoing: Ring, incoming: Ring, kind: Any) -> None:  # noqa: ANN401 -- a union is no type
        self._outgoing, self._incoming = outgoing, incoming
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[In] = msgspec.msgpack.Decoder(kind)
        self._backlog: deque[bytes] = deque()  # bounded in bytes; full: PartnerStuck
        self._backlog_bytes = 0
        self.dropped_frames = 0

    def send(self, message: Out) -> None:
        """Sends a message, now or as soon as there is room.

        Raises:
          PartnerStuck: if too much waits already.
        """
        record = self._encoder.encode(message)
        if self.flush() and self._outgoing.write(record):
            return
        self._backlog_bytes += len(record)
        if self._backlog_bytes > MAX_BACKLOG_BYTES:
            raise PartnerStuck(f"{self._backlog_bytes} bytes wait for a process that does not read")
        self._backlog.append(record)

    def send_frame(self, frame: bytes, at_s: float) -> bool:
        """Sends a frame of the lane that its first byte names; False if it was left out."""
        is_written = (
            self.flush()
            and self._outgoing.used_bytes * 2 < self._outgoing.capacity_bytes
            and self._outgoing.write(STAMP.pack(frame[0], at_s) + frame)
        )
        self.dropped_frames += not is_written
        return is_written

    def flush(self) -> bool:
        """Writes what waits; returns whether nothing waits any more."""
        while self._backlog and self._outgoing.write(self._backlog[0]):
            self._backlog_bytes -= len(self._backlog.popleft())
        return not self._backlog

    def receive(self) -> Iterator[In | Frame]:
        """Yields what has come: messages and frames."""
        while (record := self._incoming.read()) is not None:
            if record[0] in FRAMES:
                lane, at_s = STAMP.unpack_from(record)
                yield FRAMES[lane](at_s, record[STAMP.size :])
            else:
                yield self._decoder.decode(record)

    def close(self) -> None:
        """Lets go of both rings."""
        self._outgoing.close()
        self._incoming.close()
