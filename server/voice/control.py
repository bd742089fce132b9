"""The control link between the world and the voice server: its messages and its frames.

Rules:
* The voice server listens on loopback; frames and proofs are those of server/private_link.
* Everything on the link keeps its order. A plan is the whole truth: it replaces the one before.
  Plans and revocations carry rising sequences; Applied(sequence) says that they are in force.
* Plan, Revoke and Lease carry the time at which they were sent, by the monotonic clock that the
  processes of one machine share. The voice server falls silent LEASE_S after the newest of them,
  so a restriction holds at its Applied, or LEASE_S after it was sent, whichever is first.
* Whenever somebody leaves a place where others stay and talk on, the world gives those who stay a
  new epoch: the epochs are a second barrier beside the grants.
* Member numbers are the world's choice and mean nothing outside the link. No names travel here.
"""

from typing import Annotated, TypeAlias

from msgspec import Meta
from msgspec.msgpack import Decoder

from server.private_link.frames import Message

LINK_KIND = "voice"
MAX_SDP_CHARACTERS = 14_000

MemberId: TypeAlias = Annotated[int, Meta(ge=0, lt=2**31)]
Epoch: TypeAlias = Annotated[int, Meta(ge=0, lt=2**53)]
Sequence: TypeAlias = Annotated[int, Meta(ge=1, lt=2**53)]
Sdp: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_SDP_CHARACTERS)]
GainDb: TypeAlias = Annotated[float, Meta(ge=-200.0, le=40.0)]


class Welcome(Message, frozen=True, tag=4):
    """Voice server, first on a link: who is still connected.

    Members are kept only for the run of the world that made them; grants are never kept.
    """

    members: list[MemberId]


class Join(Message, frozen=True, tag=10):
    """World: connect a member by this WebRTC offer; an older connection of theirs ends."""

    member: MemberId
    attempt: Sequence
    offer_sdp: Sdp


class Leave(Message, frozen=True, tag=11):
    """World: end a member's connection."""

    member: MemberId


class Plan(Message, frozen=True, tag=12):
    """World, 10 to 20 times a second and at each restriction: who may hear whom, how loud.

    Attributes:
      epochs: member -> epoch of the place where they are; who is missing is mute and deaf.
      grants: listener -> (speaker, gain in dB) of each whom they may hear.
    """

    sequence: Sequence
    sent_s: float
    epochs: dict[MemberId, Epoch]
    grants: dict[MemberId, list[tuple[MemberId, GainDb]]]


class Revoke(Message, frozen=True, tag=13):
    """World: these (listener, speaker) pairs end now, until a later plan grants them."""

    sequence: Sequence
    sent_s: float
    pairs: list[tuple[MemberId, MemberId]]


class Lease(Message, frozen=True, tag=14):
    """World: I am here and nothing has changed."""

    sent_s: float


class Answer(Message, frozen=True, tag=20):
    """Voice server: the WebRTC answer to a Join."""

    member: MemberId
    attempt: Sequence
    answer_sdp: str


class Unanswered(Message, frozen=True, tag=21):
    """Voice server: no answer to a Join, because of the offer or because it is full.

    The reason quotes nothing of the offer.
    """

    member: MemberId
    attempt: Sequence
    reason: str
    is_full: bool


class Applied(Message, frozen=True, tag=22):
    """Voice server: the plan or revocation of that sequence is in force."""

    sequence: Sequence


class SlotAssigned(Message, frozen=True, tag=23):
    """Voice server: who is heard on a listener's slot from a sequence number on; None: nobody."""

    listener: MemberId
    slot: int
    speaker: MemberId | None
    first_sequence: int


class Speaking(Message, frozen=True, tag=24):
    """Voice server, at most 5 times a second a member: how loud; None: no longer speaking."""

    member: MemberId
    level_dbov: float | None


class MemberConnected(Message, frozen=True, tag=25):
    """Voice server: media can flow; says which SRTP profile was negotiated."""

    member: MemberId
    attempt: Sequence
    srtp_profile: str


class MemberDisconnected(Message, frozen=True, tag=26):
    """Voice server: a member's connection has ended; only a new Join brings it back."""

    member: MemberId
    attempt: Sequence


class VoiceCounts(Message, frozen=True, tag=27):
    """Voice server, once a second: what happened to packets since it started."""

    received: int
    forwarded: int
    malformed: int
    refused: int
    denied: int
    unsent: int
    members: int
    cpu_s: float


ToVoice: TypeAlias = Join | Leave | Plan | Revoke | Lease
ToWorld: TypeAlias = (
    Welcome
    | Answer
    | Unanswered
    | Applied
    | SlotAssigned
    | Speaking
    | MemberConnected
    | MemberDisconnected
    | VoiceCounts
)

TO_VOICE: Decoder[ToVoice] = Decoder(ToVoice)
TO_WORLD: Decoder[ToWorld] = Decoder(ToWorld)
