import pytest

from tests.world.small_clinic import SmallClinic
from world.errors import TooManyRequests
from world.protocol import messages as m
from world.restraint import (
    DAY_S,
    INVITATIONS,
    KNOCKS,
    MOST_A_DAY_BYTES,
    NAMES,
    TEXT_COSTS_BYTES,
    Limit,
    count,
    write,
)

TWICE = Limit(2, 10.0, "Wait.")


def test_what_is_too_often_is_refused_until_the_oldest_is_past():
    deeds = count(count({}, ("a",), TWICE, 100.0), ("a",), TWICE, 104.0)
    with pytest.raises(TooManyRequests, match="Wait"):
        count(deeds, ("a",), TWICE, 109.9)
    deeds = count(deeds, ("a",), TWICE, 110.0)
    assert deeds[("a",)] == (104.0, 110.0)


def test_each_key_is_counted_for_itself():
    deeds = count({}, ("a", "door-1"), KNOCKS, 100.0)
    deeds = count(deeds, ("a", "door-2"), KNOCKS, 100.0)
    assert len(count(deeds, ("b", "door-1"), KNOCKS, 100.0)) == 3


def test_what_nobody_asks_for_any_more_is_forgotten():
    deeds = {}
    for second in range(5_000):
        deeds = count(deeds, (f"user-{second}",), NAMES, 1_000.0 + second)
    assert len(deeds) == INVITATIONS.within_s


def _written_in(duration_s, text, every_s=1.0):
    """Returns how many texts somebody gets in who tries it at a steady pace."""
    written, taken_n, now_s = {}, 0, 0.0
    while now_s < duration_s:
        try:
            written = write(written, "p", text, now_s)
            taken_n += 1
        except TooManyRequests:
            pass
        now_s += every_s
    return taken_n


@pytest.mark.parametrize("text", ["a", "a" * 500, "\N{GRINNING FACE}" * 500])
def test_who_writes_all_the_time_fills_no_more_than_a_days_measure_a_day(text):
    costs_bytes = len(text.encode()) + TEXT_COSTS_BYTES
    days = 3
    kept_bytes = _written_in(days * DAY_S, text) * costs_bytes
    assert days * MOST_A_DAY_BYTES * 0.99 < kept_bytes <= (days + 1) * MOST_A_DAY_BYTES


def test_who_types_fast_for_a_working_day_is_never_held_up():
    line = "w" * 80  # 16 words of five letters: at 40 words a minute one line in 24 s
    assert _written_in(8 * 3_600.0, line, every_s=24.0) == 8 * 3_600 / 24


def test_each_writes_from_a_measure_of_their_own_and_old_words_are_forgotten():
    written = {}
    for number in range(100):
        written = write(written, f"user-{number}", "a" * 500, 1_000.0 + number * 3_600.0)
    assert len(written) == 1
    both = write(write({}, "a", "text", 0.0), "b", "text", 0.0)
    assert both.keys() == {"a", "b"}


def test_texts_and_reports_are_paid_from_the_same_measure_and_the_rest_goes_on():
    small = SmallClinic()
    small.come("p")
    small.come("q")
    slot = small.clinic.bodies["q"].slot
    for _ in range(MOST_A_DAY_BYTES // (500 + TEXT_COSTS_BYTES)):
        small.ask("p", m.Say, "a" * 500)
    for kind, fields in ((m.Say, ("a" * 500,)), (m.Report, (slot, "a" * 500))):
        with pytest.raises(TooManyRequests, match="write again in an hour"):
            small.ask("p", kind, *fields)
    small.ask("q", m.Say, "text")
    small.sit("p", "chair-1")
    small.wait(3_600.0)
    small.ask("p", m.Say, "a" * 500)
