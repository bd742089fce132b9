"""The world is killed under a consult: the visit goes on, each word is said once or refused."""

import asyncio
import sys
from collections import Counter

import pytest

from tests.end_to_end.demo_clinic import demo_patient, kill, open_demo, visit_of
from world.protocol import messages as m

KILLS, WORDS = 3, 5
CALLED_WITHIN_S, ANSWERED_WITHIN_S = 90.0, 60.0
LOOK_LONGER_S = 8.0
"""Longer than the demo's doctor takes to look whether the patient has said good-bye, and to say it
herself."""


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes by /proc")
async def test_a_consult_outlives_its_world_and_each_word_of_the_outage_is_said_once(tmp_path):
    heard, answers = Counter(), {}

    def hear(message):
        if isinstance(message, m.Event) and isinstance(message.body, m.Said):
            heard[message.body.text, message.stream, message.body.slot == body.room.own_slot] += 1

    def write(text):
        stream = body.room.stream
        answers[text, stream] = body.link.request(lambda number: m.Say(number, text, stream))

    with open_demo(tmp_path) as data:
        async with demo_patient(data) as body:
            body.on_message = hear
            assert await body.until(lambda: visit_of(body)[0] == "in-consult", CALLED_WITHIN_S)
            assert await body.until(lambda: any("Good day" in key[0] for key in heard))
            visit = visit_of(body)
            for number in range(KILLS):
                write(f"before {number}")
                await asyncio.sleep(0.002 * number)  # not taken, taken, or answered by then
                kill(data, "world")
                for word in range(WORDS):
                    write(f"word {word} of outage {number}")
                    await asyncio.sleep(0.2)
                async with asyncio.timeout(ANSWERED_WITHIN_S):
                    await asyncio.gather(*answers.values())
            assert not await body.until(lambda: visit_of(body) != visit, LOOK_LONGER_S)
    for (text, stream), answer in answers.items():
        is_said = isinstance(answer.result(), m.Accepted)
        assert heard[text, stream, True] == is_said, text
        assert heard[text, stream, False] == 0, text
    assert sum(isinstance(answer.result(), m.Accepted) for answer in answers.values()) >= KILLS
