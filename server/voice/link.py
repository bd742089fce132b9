"""The world's end of the control link: never blocks the world, comes back by itself.

How a world uses it: keep `run()` going as a task; give it a plan 10 to 20 times a second and at
each restriction; wait for `settled()` before telling anybody that a door is closed. Whoever was
connected when the voice server died gets nothing until they make a new offer: LinkUp says so.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from server.private_link.frames import Secret
from server.private_link.world_end import WorldEnd
from server.voice import control
from server.voice.forwarder import LEASE_S
from world.errors import Conflict, RemoteProtocolError

JOIN_TIMEOUT_S = 10.0
MAX_WAITING_MESSAGES = 1024


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The voice server can be reached.

    Attributes:
      members: who is still connected to it; all others must make a new offer.
    """

    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The voice server is away: after LEASE_S nobody hears anybody, and all slots are free."""


VoiceEvent: TypeAlias = (
    LinkUp
    | LinkDown
    | control.SlotAssigned
    | control.Speaking
    | control.MemberConnected
    | control.MemberDisconnected
    | control.VoiceCounts
)


class VoiceLink(WorldEnd[control.ToWorld]):
    """A connection to one voice server.

    Args:
      port: the voice server's control port on this machine.
      secret: what both ends know.
      on_event: told what happens, from the event loop's thread; must not raise.
    """

    def __init__(self, port: int, secret: bytes, on_event: Callable[[VoiceEvent], None]) -> None:
        proof = Secret(secret, control.LINK_KIND)
        super().__init__(port, proof, control.TO_WORLD, MAX_WAITING_MESSAGES)
        self._on_event = on_event
        self._sequence = self._applied = self._attempt = 0
        self._settling: dict[int, asyncio.Future[None]] = {}
        self._joins: dict[tuple[int, int], asyncio.Future[str]] = {}

    def set_plan(
        self,
        epochs: Mapping[int, int],
        grants: Mapping[int, Sequence[tuple[int, float]]],
    ) -> int:
        """Replaces who may hear whom: listener -> (speaker, gain in dB). Returns its sequence."""
        self._sequence += 1
        plan = control.Plan(
            self._sequence,
            time.monotonic(),
            dict(epochs),
            {listener: list(speakers) for listener, speakers in grants.items()},
        )
        if self._outbox and isinstance(self._outbox[-1], control.Plan):
            self._outbox.pop()
        self._put(plan)
        return self._sequence

    def revoke(self, pairs: Iterable[tuple[int, int]]) -> int:
        """Ends these (listener, speaker) pairs now. Returns the sequence to wait for."""
        self._sequence += 1
        self._put(control.Revoke(self._sequence, time.monotonic(), list(pairs)))
        return self._sequence

    def extend_lease(self) -> None:
        """Says that the last plan still holds."""
        if not self._outbox:
            self._put(control.Lease(time.monotonic()))

    async def settled(self, sequence: int) -> None:
        """Returns once that plan or revocation is certainly in force, after LEASE_S at most."""
        if self._applied >= sequence:
            return
        future = self._settling.setdefault(sequence, asyncio.get_running_loop().create_future())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEASE_S):
                await asyncio.shield(future)
        self._settling.pop(sequence, None)

    async def join(self, member: int, offer_sdp: str) -> str:
        """Returns the answer to a member's WebRTC offer.

        Raises:
          Conflict: if the voice server cannot be reached now, or is full.
          RemoteProtocolError: if the offer cannot be used.
        """
        if not self.is_up:
            raise Conflict("the voice server cannot be reached now")
        self._attempt += 1
        key = (member, self._attempt)
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._joins[key] = future
        try:
            self._put(control.Join(member, self._attempt, offer_sdp))
            async with asyncio.timeout(JOIN_TIMEOUT_S):
                return await future
        except TimeoutError:
            raise Conflict("the voice server did not answer in time") from None
        finally:
            self._joins.pop(key, None)

    def leave(self, member: int) -> None:
        """Ends a member's connection."""
        self._put(control.Leave(member))

    def _on_message(self, message: control.ToWorld) -> None:
        match message:
            case control.Welcome(members):
                self._on_event(LinkUp(tuple(members)))
            case control.Answer(member, attempt, answer_sdp):
                self._resolve(member, attempt, answer_sdp)
            case control.Unanswered(member, attempt, reason, is_full):
                error = Conflict(reason) if is_full else RemoteProtocolError(reason)
                self._resolve(member, attempt, error)
            case control.Applied(sequence):
                self._applied = sequence
                for waiting in [s for s in self._settling if s <= sequence]:
                    future = self._settling.pop(waiting)
                    if not future.done():
                        future.set_result(None)
            case _:
                self._on_event(message)

    def _resolve(self, member: int, attempt: int, outcome: str | Exception) -> None:
        future = self._joins.get((member, attempt))
        if future is None or future.done():
            return
        if isinstance(outcome, str):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)

    def _on_down(self) -> None:
        self._on_event(LinkDown())

    def _forget(self) -> None:
        super()._forget()
        for future in self._joins.values():
            if not future.done():
                future.set_exception(Conflict("the voice server went away"))
