"""Whatever a client sends: documented closes, no other error, and nobody else's state changes."""

import asyncio
import random
from collections import Counter

import numpy as np
import pytest
import structlog

from tests.server.fuzz_house import AT_DOOR_M, FuzzHouse
from tests.server.hostile_frames import HostileFrames, Known
from world.protocol import messages as m
from world.protocol.session import (
    NOT_SIGNED_IN,
    ROOM_FULL,
    SIGNED_OUT,
    TAKEN_OVER,
    TOO_SLOW,
)

RFC_6455 = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1013}
DOCUMENTED = RFC_6455 | {TAKEN_OVER, SIGNED_OUT, NOT_SIGNED_IN, TOO_SLOW, ROOM_FULL}
ECHOED = {0, 999, 1005, 1006, 65535, 4001}
HOSTILE = 16
FRAMES_A_ROUND = 4
VICTIMS = ("victim", "doctor", "idle")


async def test_twenty_thousand_hostile_frames_change_nothing_of_anybody_else():
    await _fuzz(20_000, seed=1)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(2, 7))
async def test_a_million_hostile_frames_change_nothing_of_anybody_else(seed):
    await _fuzz(200_000, seed)


async def _fuzz(frames, seed):
    rng, errors = random.Random(seed), []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    house = FuzzHouse()
    try:
        with structlog.testing.capture_logs() as log:
            people = await _consult(house)
            visit_id = next(iter(house.desk.clinic.visits.visits))
            known = Known((visit_id, "0" * 32, "f" * 32))
            crowd = [_Hostile(house, number, rng, known) for number in range(HOSTILE)]
            before, heads_m = _state_of(house), _heads_m(house)
            sent = 0
            while sent < frames:
                for hostile in crowd:
                    sent += hostile.send(FRAMES_A_ROUND)
                await house.settle(dt_s=5.0)
                house.gateway.look()
                for protocol, _ in people:
                    protocol.heard_s = house.now_s
            assert _state_of(house) == before
            assert np.array_equal(_heads_m(house), heads_m)
    finally:
        is_serving = not house.serving.done()
        await house.close()
    assert is_serving
    assert errors == []
    assert [line for line in log if line["log_level"] in {"critical", "error"}] == []
    assert all(not transport.close_codes and not transport.is_lost for _, transport in people)
    assert {code for hostile in crowd for code in hostile.close_codes} <= DOCUMENTED
    answers = sum((hostile.answers for hostile in crowd), Counter())
    assert min(answers[kind] for kind in (m.Welcome, m.Accepted, m.Refused)) > frames / 100


class _Hostile:
    """One account that connects again whenever it was cut off."""

    def __init__(self, house, number, rng, known):
        self._house = house
        self._frames = HostileFrames(rng, known, is_sly=number % 2 == 0)
        role = ("patient", "carer", "interpreter", "trainee")[number // 2 % 4]
        self._ticket = house.doorman.ticket(f"mallory-{number}", role)
        self._device = "belt" if number % 8 == 7 else None
        self._protocol, self._transport = None, None
        self._who, self._is_at_door = f"mallory-{number}", number % 4 == 0
        self.times_in, self.close_codes, self.answers = 0, set(), Counter()

    def send(self, count):
        if self._transport is None or self._transport.is_lost or self._transport.close_codes:
            if self._transport is not None:
                self.close_codes |= set(self._transport.close_codes) - ECHOED
                self._transport.close()
            self._protocol, self._transport = self._house.connect(self._ticket, self._device)
            self.times_in += 1
            return 0
        self.answers.update(type(message) for message in self._transport.messages)
        self._transport.written.clear()
        if self._is_at_door and self._house.is_in(self._who):
            self._house.place(self._who, AT_DOOR_M)
        for _ in range(count):
            if not self._transport.is_lost:
                self._protocol.data_received(self._frames())
        return count


async def _consult(house):
    """Brings a victim and a doctor into a consult room; another patient waits."""
    people = {
        who: await house.person(who, "doctor" if who == "doctor" else "patient") for who in VICTIMS
    }
    await house.consult(people["victim"][0], people["doctor"][0])
    await house.ask(people["idle"][0], m.CheckIn(1))
    assert {house.desk.clinic.bodies[house.user_id(who)].room_id for who in VICTIMS} == {
        "consult-1",
        "waiting",
    }
    return list(people.values())


def _state_of(house):
    """Returns everything of the clinic that is the victims' own."""
    clinic = house.desk.clinic
    users = [house.user_id(who) for who in VICTIMS]
    visits = [v for v in clinic.visits.visits.values() if v.participant_ids & set(users)]
    return {
        "bodies": [clinic.bodies[user] for user in users],
        "profiles": [clinic.profiles[user] for user in users],
        "people": [clinic.visits.people[user] for user in users],
        "answered": [clinic.answered[user] for user in users],
        "visits": visits,
        "ties": [
            (clinic.moderation.blocks.get(user), clinic.moderation.agreements.get(user))
            for user in users
        ],
        "numbers": {
            stream: number
            for stream, number in clinic.numbers.items()
            if stream.removeprefix("user:") in users
        },
    }


def _heads_m(house):
    return house.audience.heads_m([house.user_id(who) for who in VICTIMS])
