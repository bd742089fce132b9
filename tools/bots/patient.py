"""A bot patient: sits, walks about, and once checked in follows the call like anybody."""

import asyncio
from collections.abc import Callable

from tools.bots.body import BotBody
from world.people import Role
from world.protocol import messages as m
from world.seats import may_sit
from world.visit_states import HOLDING, State

SIT_S = (15.0, 45.0)
STROLL_S = (3.0, 8.0)
RETRY_S = 3.0
OLD_PLACE_S = 5.0
ACTIVE_STATES = frozenset(state.value for state in (State.CHECKED_IN, *HOLDING))
ANSWER_AFTER_S = 1.5
ANSWERS = ("Thank you for seeing me.", "I feel well today.", "I will do that, thank you.")
HOLDING_STATES = frozenset(state.value for state in HOLDING)


class BotPatient:
    """What a bot patient does all day.

    Args:
      body: walks for it.
      may_check_in: tells whether this bot should get in line.
      may_come_again: tells whether it should do so again after a visit.
    """

    def __init__(
        self,
        body: BotBody,
        may_check_in: Callable[[], bool],
        may_come_again: Callable[[], bool],
    ) -> None:
        self._body = body
        self._may_check_in = may_check_in
        self._may_come_again = may_come_again
        self._was_seen = False
        self._answers = 0

    async def live(self) -> None:
        """Lives in the clinic until cancelled."""
        body = self._body
        await body.arrival()
        await self._give_up_old_place()
        while True:
            if self._is_called():
                await self._follow_call()
                await self._stroll()
                self._was_seen = not self._may_come_again()
            elif self._is_next_to_check_in():
                self._was_seen = True
                await body.link.request(m.CheckIn)
            elif body.rng.random() < 0.7:
                await self._sit_for_a_while()
            else:
                await self._stroll()

    async def _give_up_old_place(self) -> None:
        """Leaves the visit that it had when the clinic was closed: people go first."""
        body = self._body
        await body.until(lambda: body.queue is not None, OLD_PLACE_S)
        queue = body.queue
        if isinstance(queue, m.QueuePlace) and queue.state in ACTIVE_STATES:
            visit_id = queue.visit_id or ""
            await body.link.request(lambda number: m.ChangeVisit(number, visit_id, "leave"))

    def _is_called(self) -> bool:
        queue = self._body.queue
        return isinstance(queue, m.QueuePlace) and queue.state in HOLDING_STATES

    async def _sit_for_a_while(self) -> None:
        body = self._body
        if body.seat is None:
            taken = {person.seat for person in body.people.values()}
            free = [
                seat.name
                for seat in body.layout.seats
                if seat.name not in taken and may_sit(Role.PATIENT, seat.name)
            ]
            if not free or not await body.sit(body.rng.choice(free)):
                await asyncio.sleep(body.rng.uniform(*STROLL_S))
                return
        await body.until(self._is_wanted, body.rng.uniform(*SIT_S))

    async def _stroll(self) -> None:
        body = self._body
        width_m, depth_m, _ = body.layout.size_m
        goal_m = (body.rng.uniform(0.8, width_m - 0.8), body.rng.uniform(0.8, depth_m - 0.8))
        await body.go(goal_m)
        await body.until(self._is_wanted, body.rng.uniform(*STROLL_S))

    def _is_wanted(self) -> bool:
        return self._is_called() or self._is_next_to_check_in()

    def _is_next_to_check_in(self) -> bool:
        return not self._was_seen and self._may_check_in()

    async def _follow_call(self) -> None:
        """Goes in, tries again where somebody stood in the way, and stays to the end."""
        body = self._body
        goal = body.queue.room_id if isinstance(body.queue, m.QueuePlace) else None
        while goal is not None and self._is_called():
            door = next((d.door for d in body.doors.values() if d.leads_to == goal), None)
            if body.is_in(goal):
                if body.seat is None:
                    await body.sit("patient")
            elif door is not None and not await body.go_through(door):
                await self._step_aside()
            await body.until(lambda: not self._is_called() or self._is_spoken_to(), RETRY_S)
            if self._is_spoken_to():
                await self._answer()
        if goal is not None and body.is_in(goal):
            await body.go_through(next(iter(body.doors)))

    def _is_spoken_to(self) -> bool:
        """Whether the last word in the consult room is somebody else's."""
        room = self._body.room
        if room is None or room.room_type != "consult":
            return False
        heard = [words for words in self._body.heard if words.stream == room.stream]
        return bool(heard) and not heard[-1].is_own

    async def _answer(self) -> None:
        await asyncio.sleep(ANSWER_AFTER_S)
        text = ANSWERS[self._answers % len(ANSWERS)]
        self._answers += 1
        await self._body.link.request(lambda number: m.Say(number, text))

    async def _step_aside(self) -> None:
        body = self._body
        x, y = body.at_m
        await body.go((x + body.rng.uniform(-0.6, 0.6), y + body.rng.uniform(-0.6, 0.6)))
