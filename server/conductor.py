"""Tells the voice server who may hear whom, and lets clients and voice server find each other.

Strategy: ten times a second the people of each room are laid over the rules (world/access.py,
who may) and over the room (world/acoustics.py, how loud), and the whole plan goes to the voice
server. Who changes rooms gets a new epoch together with everybody who stays, so that not one
packet crosses a door that has closed. A member number is used once and never again.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from math import log10
from typing import assert_never

import structlog

from server.audience import Audience
from server.gateway import Session
from server.voice import control
from server.voice.link import LinkDown, LinkUp, VoiceEvent, VoiceLink
from server.voice.meter import VoiceMeter
from world import access
from world.access import Action
from world.acoustics import VOICES_MAX_N, BoolArray, audibility_plan
from world.clinic import Clinic
from world.errors import Conflict, Refusal, RemoteProtocolError
from world.people import Person, RoomId, UserId
from world.protocol import messages as m

PLAN_S = 0.1
SILENT_ABOVE_DBOV = -60.0
CANDIDATES = 24
"""Nearest voices that the voice server may choose the loudest VOICES_MAX_N from."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Room:
    """Who hears whom in one room, as long as nobody comes, goes or changes anything."""

    members: tuple[UserId, ...] = ()
    epoch: int = 0
    allowed: BoolArray | None = None
    audible: BoolArray | None = None


@dataclass(slots=True)
class _Rooms:
    """All rooms, judged at one Clinic."""

    judged: Clinic | None = None
    by_id: dict[RoomId, _Room] = field(default_factory=dict)


class Conductor:
    """The world's side of voice.

    Args:
      audience: where bodies are, and how to reach their clients.
      speak: marks a body as speaking in the motion lane.
    """

    def __init__(self, audience: Audience, speak: Callable[[int, bool], None]) -> None:
        self._audience = audience
        self._speak = speak
        self._link: VoiceLink | None = None
        self._member_of: dict[UserId, int] = {}
        self._user_of: dict[int, UserId] = {}
        self._numbers = count(1)
        self._epochs = count(1)
        self._rooms = _Rooms()
        self._meter = VoiceMeter()
        self._offers: set[asyncio.Task[None]] = set()

    def use(self, link: VoiceLink) -> None:
        """Names the link to the voice server."""
        self._link = link

    # --- signaling

    def offer(self, session: Session, request: m.OfferVoice) -> None:
        """Passes a client's offer on; the answer comes as VoiceAnswer, or as a refusal."""
        task = asyncio.ensure_future(self._answer(session, request))
        self._offers.add(task)
        task.add_done_callback(self._offers.discard)

    async def _answer(self, session: Session, request: m.OfferVoice) -> None:
        user_id = session.user_id
        old = self._member_of.pop(user_id, None)
        if old is not None and self._link is not None:
            self._user_of.pop(old, None)
            self._link.leave(old)
        member = next(self._numbers)
        self._member_of[user_id], self._user_of[member] = member, user_id
        try:
            if self._link is None:
                raise Conflict("Voice is not running. Use the text chat, and try again later.")
            sdp = await self._link.join(member, request.sdp)
        except Refusal:
            sentence = "Voice cannot be reached now. Use the text chat; it is tried again."
            session.send(m.Refused(request.request_id, Conflict.code, sentence))
        except RemoteProtocolError:
            sentence = "The voice server cannot use what this program offers. Update the program."
            session.send(m.Refused(request.request_id, Conflict.code, sentence))
        else:
            session.send(m.Accepted(request.request_id))
            session.send(m.VoiceAnswer(sdp))
        finally:
            session.pending -= 1

    def lost(self, user_id: UserId) -> None:
        """Ends the voice of somebody whose connection is gone."""
        member = self._member_of.pop(user_id, None)
        if member is not None:
            self._user_of.pop(member, None)
            if self._link is not None:
                self._link.leave(member)

    # --- the plan

    async def run(self, clinic: Callable[[], Clinic]) -> None:
        """Sends plans until cancelled."""
        while True:
            self.plan(clinic())
            await asyncio.sleep(PLAN_S)

    async def settle(self, clinic: Clinic) -> None:
        """Returns once nobody hears who may no longer be heard.

        To be awaited before anybody is told that a door is closed, somebody is blocked or gone.
        Costs nothing where the change concerns no voice, and half a second at most where the
        voice server does not answer: it is silent by then.
        """
        if clinic is self._rooms.judged or self._link is None or not self._link.is_up:
            return
        if self._judge(clinic):
            await self._link.settled(self.plan(clinic))

    def plan(self, clinic: Clinic) -> int:
        """Sends who may hear whom now; returns the plan's sequence, 0 if none was sent."""
        if self._link is None or not self._link.is_up:
            return 0
        if clinic is not self._rooms.judged:
            self._judge(clinic)
        epochs: dict[int, int] = {}
        grants: dict[int, list[tuple[int, float]]] = {}
        for room in self._rooms.by_id.values():
            members = [self._member_of.get(user_id, 0) for user_id in room.members]
            heads_m = self._audience.heads_m(room.members)
            if room.allowed is None or heads_m is None:
                continue
            heard = audibility_plan(heads_m, room.allowed, room.audible, CANDIDATES)
            room.audible = heard.audible
            for index, member in enumerate(members):
                if member:
                    epochs[member] = room.epoch
                    grants[member] = [
                        (members[speaker], 20 * log10(gain))
                        for speaker, gain in heard.heard_by(index)
                        if members[speaker]
                    ]
        return self._link.set_plan(epochs, grants)

    def _judge(self, clinic: Clinic) -> bool:
        """Judges every room anew; returns whether somebody may no longer be heard."""
        before, self._rooms.judged, is_restricted = self._rooms.judged, clinic, False
        if before is not None and _is_same_standing(before, clinic):
            return False
        for room_id in clinic.plans:
            people = [p for p in clinic.visits.inside(room_id) if self._is_here(p)]
            members = tuple(person.user_id for person in people)
            room = self._rooms.by_id.setdefault(room_id, _Room())
            allowed = access.permitted(Action.HEAR, people, clinic.standing)
            if room.members != members:
                is_restricted |= bool(set(room.members) - set(members))
                room.members, room.epoch, room.audible = members, next(self._epochs), None
            elif room.allowed is not None:
                is_restricted |= bool((room.allowed & ~allowed).any())
            room.allowed = allowed
        return is_restricted

    def _is_here(self, person: Person) -> bool:
        return self._audience.row_of(person.user_id) is not None and person.is_connected

    # --- what the voice server tells

    def heard(self, event: VoiceEvent) -> None:
        """Takes notice of something that happened at the voice server."""
        match event:
            case LinkUp(members):
                _log.info("voice.up", members=len(members))
                self._ask_for_offers(set(members))
            case LinkDown():
                _log.warning("voice.down")
                self._meter.lost()
                self._silence_everybody()
            case control.SlotAssigned():
                self._assign(event)
            case control.Speaking(member, level_dbov):
                row = self._audience.row_of(self._user_of.get(member, UserId("")))
                if row is not None:
                    is_loud = level_dbov is not None and level_dbov > SILENT_ABOVE_DBOV
                    self._speak(row, is_loud)
            case control.MemberDisconnected(member, _):
                self._disconnected(member)
            case control.VoiceCounts():
                self._meter.take(event)
            case control.MemberConnected():
                pass
            case _:
                assert_never(event)

    def _assign(self, event: control.SlotAssigned) -> None:
        session = self._audience.session_of(self._user_of.get(event.listener, UserId("")))
        if session is None:
            return
        avatar = None
        if event.speaker is not None:
            speaker_id = self._user_of.get(event.speaker)
            avatar = self._audience.slot_seen(session.user_id, speaker_id)
        session.send(m.VoiceSlot(event.slot, avatar, event.first_sequence & 0xFFFF))

    def _silence_everybody(self) -> None:
        for user_id in self._member_of:
            session = self._audience.session_of(user_id)
            if session is not None:
                for slot in range(VOICES_MAX_N):
                    session.send(m.VoiceSlot(slot, None))

    def _ask_for_offers(self, still_connected: set[int]) -> None:
        """Tells those whose voice connection is gone to offer again."""
        for member in [member for member in self._user_of if member not in still_connected]:
            self._disconnected(member)

    def _disconnected(self, member: int) -> None:
        user_id = self._user_of.pop(member, None)
        if user_id is None or self._member_of.get(user_id) != member:
            return
        del self._member_of[user_id]
        session = self._audience.session_of(user_id)
        if session is not None:
            session.send(m.VoiceLost())


def _is_same_standing(one: Clinic, other: Clinic) -> bool:
    """Whether nobody moved, came, went, blocked or agreed between the two."""
    return one.visits is other.visits and one.moderation is other.moderation
