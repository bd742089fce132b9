"""Every message of the event lane, each declared once and used by both ends.

Rules:
* A message is an immutable struct with a numbered tag that is never reused. Fields are appended
  with defaults, never reordered; a change that breaks this bumps PROTOCOL_VERSION.
* Every str, list and number is bounded in its type, because the decoder runs on bytes from
  strangers. Times are seconds since 1970 (UTC), lengths metres, angles radians.
* Within a room a person is a slot: a number that means nothing outside it. Account ids never
  reach another patient's machine.
* Requests carry a `request_id` that the client makes, larger than each one before it in the same
  account. The server answers each with exactly one Accepted or Refused; Accepted follows only
  after what was asked is durable, and a request sent again is answered again, not done again.
* Numbered messages (Event) are durable, and missed ones are sent again after a drop. All others
  tell the present state, and are sent in full after a drop.

Motion is no message: see world/protocol/motion.py.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from world.vitals.observation import Observation
from world.vitals.waveform import WaveformBlock

PROTOCOL_VERSION = 1
SUBPROTOCOL = f"metaclinic.v{PROTOCOL_VERSION}"

RequestId: TypeAlias = Annotated[int, Meta(ge=1, lt=2**53)]
Number: TypeAlias = Annotated[int, Meta(ge=0, lt=2**53)]
Slot: TypeAlias = Annotated[int, Meta(ge=0, lt=4096)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000)]
Id: TypeAlias = Annotated[str, Meta(min_length=32, max_length=32, pattern="^[0-9a-f]{32}$")]
RoomId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z0-9-]+$")]
PlaceName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z0-9-]+$")]
Stream: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[a-z0-9:-]+$")]
Ticket: TypeAlias = Annotated[str, Meta(min_length=16, max_length=128)]
PersonName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=80)]
Alias: TypeAlias = Annotated[str, Meta(min_length=1, max_length=24)]
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=500)]
Sentence: TypeAlias = Annotated[str, Meta(max_length=300)]
Sdp: TypeAlias = Annotated[str, Meta(min_length=1, max_length=14_000)]
Role: TypeAlias = Literal[
    "patient", "carer", "interpreter", "nurse", "doctor", "trainee", "instructor", "admin"
]
Instant: TypeAlias = Annotated[float, Meta(ge=0.0, le=1e11)]
Metres: TypeAlias = Annotated[float, Meta(ge=-100.0, le=100.0)]
Radians: TypeAlias = Annotated[float, Meta(ge=-6.3, le=6.3)]
Minutes: TypeAlias = Annotated[float, Meta(ge=0.0, le=100_000.0)]
Appearance: TypeAlias = Annotated[int, Meta(ge=0, le=255)]
VisitState: TypeAlias = Literal[
    "booked", "checked-in", "called", "in-consult", "ended", "cancelled", "no-show", "left"
]
Announcement: TypeAlias = Literal["called", "called-again", "met", "ended"]
ProcedureName: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=40, pattern="^[a-z0-9_-]+$")
]
Seconds: TypeAlias = Annotated[float, Meta(ge=0.0, le=1e6)]
Figure: TypeAlias = Annotated[float, Meta(ge=-1e9, le=1e9)]
Share: TypeAlias = Annotated[float, Meta(ge=0.0, le=1.0)]
Label: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
Brief: TypeAlias = Annotated[str, Meta(max_length=1_000)]
Tier: TypeAlias = Literal["full", "low"]
Speed: TypeAlias = Annotated[float, Meta(ge=0.25, le=8.0)]


class Message(Struct, frozen=True, array_like=True):
    """Base of all messages: an array on the wire, its tag first."""


# --- Client to server -----------------------------------------------------------------------


class Seen(Message, frozen=True):
    """The last number that the client has of one stream."""

    stream: Stream
    number: Number


class Authenticate(Message, frozen=True, tag=1):
    """First message of every connection: who comes, and what of the streams it already has.

    A connection that names a device has no body: it only brings the account's measured values.
    """

    ticket: Ticket
    seen: Annotated[tuple[Seen, ...], Meta(max_length=8)] = ()
    device: PlaceName | None = None


class Ping(Message, frozen=True, tag=2):
    """Client measures the round trip, about once a second; answered by Pong at once."""

    sent_s: Instant


class Say(Message, frozen=True, tag=3):
    """Client writes into the chat of its room.

    Names the stream for which it was written, so that nothing which waited for a connection, or
    for an answer, is read by others than the writer saw; without one it is for whoever is there.
    """

    request_id: RequestId
    text: Text
    stream: Stream | None = None


class Sit(Message, frozen=True, tag=4):
    """Client takes a free seat of its room."""

    request_id: RequestId
    seat: PlaceName


class Stand(Message, frozen=True, tag=5):
    """Client gets up from its seat."""

    request_id: RequestId


class GoThrough(Message, frozen=True, tag=6):
    """Client walks through an open door next to it, or one that opens for it."""

    request_id: RequestId
    door: PlaceName


class Knock(Message, frozen=True, tag=7):
    """Client knocks on a closed door of its room."""

    request_id: RequestId
    door: PlaceName


class CheckIn(Message, frozen=True, tag=8):
    """Patient reports at the desk: for the appointment that stands, else as a walk-in."""

    request_id: RequestId


class CallPatient(Message, frozen=True, tag=9):
    """Doctor calls the next patient of the queue, or the one whose visit is named."""

    request_id: RequestId
    room_id: RoomId
    visit_id: Id | None = None


class ChangeVisit(Message, frozen=True, tag=10):
    """A visit's person asks for one of the transitions of world/visits.py."""

    request_id: RequestId
    visit_id: Id
    change: Literal["end", "cancel", "no-show", "uncall", "go-back", "leave"]


class Invite(Message, frozen=True, tag=11):
    """Patient or doctor of a visit asks a carer or interpreter to come along, or no longer.

    The slot is one of the own room, or of the room that is named.
    """

    request_id: RequestId
    visit_id: Id
    slot: Slot
    is_invited: bool = True
    room_id: RoomId | None = None


class ChooseAlias(Message, frozen=True, tag=12):
    """Client chooses the neutral name that others in the waiting room see."""

    request_id: RequestId
    alias: Alias


class Block(Message, frozen=True, tag=13):
    """Client no longer wants to see texts of, or hear, the person in that slot (or wants again)."""

    request_id: RequestId
    slot: Slot
    is_blocked: bool = True


class Report(Message, frozen=True, tag=14):
    """Client tells the clinic's staff about the person in that slot."""

    request_id: RequestId
    slot: Slot
    text: Text


class AgreeToTalk(Message, frozen=True, tag=15):
    """Client agrees (or no longer) to talk with the stranger in that slot; both must agree."""

    request_id: RequestId
    slot: Slot
    agrees: bool = True


class OfferVoice(Message, frozen=True, tag=16):
    """Client's WebRTC offer to the voice server."""

    request_id: RequestId
    sdp: Sdp


class MuteVoice(Message, frozen=True, tag=17):
    """Client says whether its microphone is on, and whether it has one that it may use."""

    request_id: RequestId
    is_muted: bool
    has_microphone: bool = True


class SendObservation(Message, frozen=True, tag=18):
    """A patient's device reports one measured value; not answered, newest wins."""

    observation: Observation


class SendWaveform(Message, frozen=True, tag=19):
    """A patient's device reports equally spaced samples; not answered, droppable."""

    block: WaveformBlock


class LeaveClinic(Message, frozen=True, tag=20):
    """Client goes home; its place in the queue is given up."""

    request_id: RequestId


class OpenDoor(Message, frozen=True, tag=21):
    """Client opens the door of its consult room from inside, to let somebody in or to go out."""

    request_id: RequestId
    door: PlaceName


class AllowVitals(Message, frozen=True, tag=22):
    """Patient lets a guest of the visit, by slot, see the vital signs, or no longer."""

    request_id: RequestId
    visit_id: Id
    slot: Slot
    is_allowed: bool


class AnswerInvitation(Message, frozen=True, tag=23):
    """Carer or interpreter agrees to come along to a visit, or does not."""

    request_id: RequestId
    visit_id: Id
    agrees: bool


class BeginAttempt(Message, frozen=True, tag=24):
    """Client begins to practise at the station of its training room."""

    request_id: RequestId
    procedure: ProcedureName
    is_left_handed: bool = False


class EndAttempt(Message, frozen=True, tag=25):
    """Who practises says that the task is finished; an instructor in the room may say it too."""

    request_id: RequestId


class WatchStation(Message, frozen=True, tag=26):
    """Client wants the pictures of its room's station, as many as the tier has; None: no more.

    To be asked again after each RoomView.
    """

    request_id: RequestId
    tier: Tier | None


class ReadAttempts(Message, frozen=True, tag=27):
    """Client wants the list of its own attempts; of somebody's in its room, if a slot is named.

    Answered by AttemptsView, besides Accepted.
    """

    request_id: RequestId
    trainee: Slot | None = None


class ShowReplay(Message, frozen=True, tag=28):
    """Client wants an attempt played again at the station of its room, from its record.

    The attempt is the client's own, or that of the person in the room whose slot is named.
    """

    request_id: RequestId
    attempt_id: Id
    trainee: Slot | None = None


class SteerReplay(Message, frozen=True, tag=29):
    """Client lets the replay at its station go on or rest, so fast, and from another moment."""

    request_id: RequestId
    is_playing: bool
    speed: Speed = 1.0
    at_s: Seconds | None = None


class EndReplay(Message, frozen=True, tag=30):
    """Client has seen enough of the replay at its station."""

    request_id: RequestId


ClientMessage: TypeAlias = (
    Authenticate
    | Ping
    | Say
    | Sit
    | Stand
    | GoThrough
    | Knock
    | CheckIn
    | CallPatient
    | ChangeVisit
    | Invite
    | ChooseAlias
    | Block
    | Report
    | AgreeToTalk
    | OfferVoice
    | MuteVoice
    | SendObservation
    | SendWaveform
    | LeaveClinic
    | OpenDoor
    | AllowVitals
    | AnswerInvitation
    | BeginAttempt
    | EndAttempt
    | WatchStation
    | ReadAttempts
    | ShowReplay
    | SteerReplay
    | EndReplay
)
Request: TypeAlias = (
    Say
    | Sit
    | Stand
    | GoThrough
    | Knock
    | CheckIn
    | CallPatient
    | ChangeVisit
    | Invite
    | ChooseAlias
    | Block
    | Report
    | AgreeToTalk
    | OfferVoice
    | MuteVoice
    | LeaveClinic
    | OpenDoor
    | AllowVitals
    | AnswerInvitation
    | BeginAttempt
    | EndAttempt
    | WatchStation
    | ReadAttempts
    | ShowReplay
    | SteerReplay
    | EndReplay
)

# --- Server to client: answers and present state ----------------------------------------------


class Welcome(Message, frozen=True, tag=64):
    """First message of the server: the client is in.

    A client that has nothing of its own stream counts on from `user_stream_number`.
    """

    user_id: Id
    role: Role
    name: PersonName
    alias: Alias
    tick_hz: Annotated[float, Meta(gt=0.0, le=120.0)]
    server_s: Instant
    last_request_id: Number
    user_stream_number: Number = 0


class Pong(Message, frozen=True, tag=65):
    """Answer to Ping, with the server's clock."""

    sent_s: Instant
    server_s: Instant


class Accepted(Message, frozen=True, tag=66):
    """What was asked is done and durable."""

    request_id: RequestId


class Refused(Message, frozen=True, tag=67):
    """What was asked is not done; the sentence says why and what to do next."""

    request_id: Number
    code: Annotated[int, Meta(ge=0, le=255)]
    reason: Sentence


class Person(Message, frozen=True):
    """What the receiver may know of somebody in its room.

    `sees_vitals` is told to the patient alone, of each guest of the own visit.
    """

    slot: Slot
    name: PersonName
    role: Role | None
    appearance: Appearance
    seat: PlaceName | None = None
    is_muted: bool = True
    is_blocked: bool = False
    agrees_to_talk: bool = False
    sees_vitals: bool | None = None


class DoorState(Message, frozen=True):
    """One door of the receiver's room."""

    door: PlaceName
    leads_to: RoomId
    is_open: bool
    may_pass: bool


class RoomView(Message, frozen=True, tag=68):
    """The room that the client is now in, whole: sent on entering and after a drop.

    A client that has nothing of the stream counts on from `stream_number`.
    """

    room_id: RoomId
    room_type: PlaceName
    own_slot: Slot
    position_m: tuple[Metres, Metres, Metres]
    yaw_rad: Radians
    people: Annotated[tuple[Person, ...], Meta(max_length=4_096)]
    doors: Annotated[tuple[DoorState, ...], Meta(max_length=64)]
    stream: Stream
    stream_number: Number = 0


class PersonView(Message, frozen=True, tag=69):
    """Somebody came into the room, or what the client may know of a person changed."""

    person: Person


class PersonGone(Message, frozen=True, tag=70):
    """Somebody is no longer in the room."""

    slot: Slot


class DoorView(Message, frozen=True, tag=71):
    """A door of the room opened, closed, or became passable for the receiver."""

    door: DoorState


class Corrected(Message, frozen=True, tag=72):
    """The server moved the client's body elsewhere than asked: walls, doors, speed."""

    sequence: Annotated[int, Meta(ge=0, le=65_535)]
    position_m: tuple[Metres, Metres, Metres]
    yaw_rad: Radians | None = None


class QueuePlace(Message, frozen=True, tag=73):
    """Where the patient stands in the queue, and the honest expected wait if there is one.

    `doctor_name` is whose visit it is, once one has called.
    """

    visit_id: Id | None
    state: VisitState | None
    place: Count
    waiting: Count
    wait_low_min: Minutes | None = None
    wait_high_min: Minutes | None = None
    room_id: RoomId | None = None
    sentence: Sentence = ""
    doctor_name: PersonName | None = None


class QueueEntry(Message, frozen=True):
    """One visit in the doctor's list; `is_inside` says that the patient is in the visit's room."""

    visit_id: Id
    state: VisitState
    patient_name: PersonName
    waited_min: Minutes
    room_id: RoomId | None = None
    is_connected: bool = True
    is_inside: bool = False


class QueueView(Message, frozen=True, tag=74):
    """The doctor's list, whole, in the order of calling; and who could be invited in."""

    entries: Annotated[tuple[QueueEntry, ...], Meta(max_length=512)]
    companions: Annotated[tuple[Person, ...], Meta(max_length=512)] = ()


class Invitation(Message, frozen=True):
    """A visit into which the receiver is asked; the names are neutral ones."""

    visit_id: Id
    by_name: PersonName
    by_role: Role
    patient_name: PersonName


class Invitations(Message, frozen=True, tag=82):
    """The visits into which the receiver is asked and has not answered, whole."""

    entries: Annotated[tuple[Invitation, ...], Meta(max_length=64)]


class VoiceAnswer(Message, frozen=True, tag=75):
    """The voice server's WebRTC answer to the client's offer."""

    sdp: Sdp


class VoiceSlot(Message, frozen=True, tag=76):
    """Which avatar speaks on a voice slot from an RTP sequence number on; none: nobody."""

    voice_slot: Annotated[int, Meta(ge=0, le=63)]
    speaker: Slot | None
    first_sequence: Annotated[int, Meta(ge=0, le=65_535)] | None = None


class Observed(Message, frozen=True, tag=77):
    """A vital sign of the patient whose visit the receiver takes part in.

    How it may be shown follows from its age by the server's clock (world/vitals/observation.py).
    """

    observation: Observation


class Waveform(Message, frozen=True, tag=78):
    """Samples for the vitals panel; droppable, gaps are shown as gaps."""

    block: WaveformBlock


class VitalsOver(Message, frozen=True, tag=80):
    """The receiver no longer sees vital signs; what the panel holds is to be wiped."""


class VoiceLost(Message, frozen=True, tag=81):
    """The client's voice connection is gone; it makes a new offer."""


class Notice(Message, frozen=True, tag=79):
    """The clinic tells the client something that no request of its own asked for."""

    kind: Literal["info", "warning", "closing"]
    sentence: Sentence


class Procedure(Message, frozen=True):
    """A task that can be practised at the stations of this clinic.

    A proficient attempt takes no longer than `proficient_s`; 0 where nobody states a time. The
    trocars and the scope are those of that `station` (sim/instruments/station.py).
    """

    name: ProcedureName
    title: Label
    brief: Brief
    limit_s: Seconds
    proficient_s: Seconds = 0.0
    station: ProcedureName = "box"


class Procedures(Message, frozen=True, tag=83):
    """What can be practised now, whole: to everybody who comes into a training room."""

    entries: Annotated[tuple[Procedure, ...], Meta(max_length=64)]


class StationView(Message, frozen=True, tag=84):
    """How it stands at the station of the receiver's room: on coming in, and at every change.

    The trainee is told by slot; of a replay nobody is. The clock starts with the first motion of
    an instrument; while it runs, this is sent about once a second.
    """

    state: Literal["free", "preparing", "running", "scoring", "replaying"]
    procedure: ProcedureName | None = None
    trainee: Slot | None = None
    elapsed_s: Seconds = 0.0
    limit_s: Seconds = 0.0
    is_left_handed: bool = False
    notice: Sentence = ""


class Happened(Message, frozen=True, tag=85):
    """Something happened in the attempt at the receiver's station, good or bad.

    An error is what the rules of the task penalize; the amount is in the unit that they count in.
    """

    kind: Label
    sentence: Sentence
    elapsed_s: Seconds
    is_error: bool = False
    amount: Figure = 1.0
    unit: Label = "event"


class ReplayMark(Message, frozen=True):
    """Something that happened in an attempt, at this time since its beginning."""

    at_s: Seconds
    kind: Label
    sentence: Sentence
    is_error: bool


class ReplayView(Message, frozen=True, tag=87):
    """How it stands with the replay at the receiver's station: to everybody there, at each change.

    Of the record, `ready_s` can be shown by now, and marks are known as far. Scenes tell which
    moment they show: what they name as `taken` is the number of the record's step. The attempt's
    own clock began at `starts_s`.
    """

    attempt_id: Id
    procedure: ProcedureName
    is_playing: bool
    speed: Speed
    duration_s: Seconds
    ready_s: Seconds
    marks: Annotated[tuple[ReplayMark, ...], Meta(max_length=256)] = ()
    may_steer: bool = False
    starts_s: Seconds = 0.0


# --- Server to client: numbered events --------------------------------------------------------


class Said(Message, frozen=True, tag=1):
    """Somebody wrote into the room's chat."""

    slot: Slot
    name: PersonName
    text: Text


class Knocked(Message, frozen=True, tag=2):
    """Somebody knocked on a door of this room."""

    door: PlaceName
    name: PersonName


class VisitChanged(Message, frozen=True, tag=3):
    """A visit of the receiver's went from one state to the next."""

    visit_id: Id
    state: VisitState
    room_id: RoomId | None


class Came(Message, frozen=True, tag=4):
    """Somebody came into the room."""

    slot: Slot
    name: PersonName


class Went(Message, frozen=True, tag=5):
    """Somebody left the room."""

    slot: Slot
    name: PersonName


class Told(Message, frozen=True, tag=6):
    """The clinic tells the receiver what happened to a visit, and what to do next.

    `announcement` names what is to be spoken too, and `room_id` the room that it is about.
    """

    sentence: Sentence
    visit_id: Id | None
    announcement: Announcement | None = None
    room_id: RoomId | None = None


class Part(Message, frozen=True):
    """One part of a score, from 0 to 1."""

    name: Label
    value: Share


class Mistake(Message, frozen=True):
    """How much of one kind of error there was, and what it cost."""

    kind: Label
    amount: Figure
    unit: Label
    points: Figure


class Measure(Message, frozen=True):
    """One measure of how the instruments moved, in the unit that is named."""

    name: Label
    value: Figure
    unit: Label


class Verdict(Message, frozen=True):
    """What an attempt came to, as the record of it says when it is played again.

    `unverified` names the numbers of the rules that stand in no source or are this project's own.
    `is_confirmed` is False where the replay went another way than the attempt: nothing counts then.
    """

    time_s: Seconds
    is_proficient: bool
    is_confirmed: bool
    parts: Annotated[tuple[Part, ...], Meta(max_length=16)]
    mistakes: Annotated[tuple[Mistake, ...], Meta(max_length=32)]
    measures: Annotated[tuple[Measure, ...], Meta(max_length=64)]
    unverified: Annotated[tuple[Label, ...], Meta(max_length=64)]


class Progress(Message, frozen=True):
    """Where a trainee stands in the proficiency schedule of a task.

    `curve` is the cumulative sum of failures after each attempt: it falls while they are rare.
    """

    attempts: Count
    in_a_row: Count
    needed_in_a_row: Count
    further: Count
    needed_further: Count
    reached_at: Count | None
    curve: Annotated[tuple[Figure, ...], Meta(max_length=200)]


class AttemptOver(Message, frozen=True, tag=7):
    """An attempt is over: to who practised, and to the instructors in the room.

    Without a verdict it was lost, and the sentence says what became of it; without progress the
    task has no schedule.
    """

    attempt_id: Id
    procedure: ProcedureName
    sentence: Sentence
    notice: Sentence
    verdict: Verdict | None = None
    progress: Progress | None = None


class AttemptEntry(Message, frozen=True):
    """One attempt of a list; the composite score is None where there is none."""

    attempt_id: Id
    procedure: ProcedureName
    began_s: Instant
    state: Literal["scored", "unconfirmed", "lost"]
    time_s: Seconds = 0.0
    composite: Share | None = None
    is_proficient: bool = False
    has_record: bool = False


class TaskProgress(Message, frozen=True):
    """Where a trainee stands in one task."""

    procedure: ProcedureName
    progress: Progress


class AttemptsView(Message, frozen=True, tag=86):
    """The attempts that the receiver asked for, newest first, and where their trainee stands.

    The trainee is told by slot; None is the receiver.
    """

    trainee: Slot | None
    entries: Annotated[tuple[AttemptEntry, ...], Meta(max_length=100)]
    progress: Annotated[tuple[TaskProgress, ...], Meta(max_length=16)]


EventBody: TypeAlias = Said | Knocked | VisitChanged | Came | Went | Told | AttemptOver


class Event(Message, frozen=True, tag=96):
    """A durable event; numbers within a stream rise, and each is delivered exactly once."""

    stream: Stream
    number: Annotated[int, Meta(ge=1, lt=2**53)]
    happened_s: Instant
    body: EventBody


ServerMessage: TypeAlias = (
    Welcome
    | Pong
    | Accepted
    | Refused
    | RoomView
    | PersonView
    | PersonGone
    | DoorView
    | Corrected
    | QueuePlace
    | QueueView
    | Invitations
    | VoiceAnswer
    | VoiceSlot
    | Observed
    | Waveform
    | VitalsOver
    | VoiceLost
    | Notice
    | Procedures
    | StationView
    | Happened
    | AttemptsView
    | ReplayView
    | Event
)
