import math

import msgspec
import pytest
from msgspec.structs import replace

from world.vitals.catalog import HEART_RATE, SIGNS
from world.vitals.observation import Observation, Quality, State, age_s, reading

PULSE = Observation(
    code=HEART_RATE,
    value=72.0,
    unit="/min",
    device_id="band-1",
    sequence=4,
    device_time_s=10.0,
    measured_s=100.0,
    received_s=100.1,
)


@pytest.mark.parametrize(
    ("later_s", "state", "value"),
    [
        (0.0, State.LIVE, 72.0),
        (4.99, State.LIVE, 72.0),
        (5.0, State.STALE, 72.0),
        (29.99, State.STALE, 72.0),
        (30.0, State.ABSENT, None),
        (1e6, State.ABSENT, None),
    ],
)
def test_a_value_ages_from_live_over_stale_to_absent(
    later_s: float, state: State, value: float | None
) -> None:
    shown = reading(HEART_RATE, PULSE, 100.0 + later_s)
    assert (shown.state, shown.value) == (state, value)
    assert shown.age_s == pytest.approx(later_s)


def test_what_never_came_is_absent_without_a_value() -> None:
    shown = reading(HEART_RATE, None, 100.0)
    assert (shown.state, shown.value, shown.age_s) == (State.ABSENT, None, None)


def test_a_device_that_finds_nothing_shows_nothing_and_says_why() -> None:
    shown = reading(HEART_RATE, replace(PULSE, value=None, quality=int(Quality.FLAT)), 100.0)
    assert (shown.state, shown.value) == (State.ABSENT, None)
    assert shown.quality is Quality.FLAT


@pytest.mark.parametrize("value", [0.0, -1.0, 351.0, math.nan, math.inf])
def test_an_implausible_value_is_invalid_and_not_shown(value: float) -> None:
    shown = reading(HEART_RATE, replace(PULSE, value=value), 100.0)
    assert (shown.state, shown.value) == (State.INVALID, None)


def test_an_invalid_value_also_grows_old() -> None:
    shown = reading(HEART_RATE, replace(PULSE, value=0.0), 100.0 + 31.0)
    assert shown.state is State.ABSENT


def test_a_value_without_a_time_is_not_shown() -> None:
    assert reading(HEART_RATE, replace(PULSE, measured_s=None), 100.0).state is State.ABSENT
    assert age_s(replace(PULSE, measured_s=None), 100.0) is None


def test_age_is_never_below_zero() -> None:
    assert age_s(PULSE, 99.0) == 0.0


def test_limits_are_each_signs_own() -> None:
    for code, sign in SIGNS.items():
        if sign.kind == "numeric":
            value = replace(PULSE, code=code, unit=sign.unit, value=(sign.low + sign.high) / 2)
            assert reading(code, value, 100.0 + 0.99 * sign.stale_after_s).state is State.LIVE
            assert reading(code, value, 100.0 + sign.stale_after_s).state is State.STALE
            assert reading(code, value, 100.0 + sign.absent_after_s).state is State.ABSENT


def test_the_wire_form_comes_back_the_same() -> None:
    sent = msgspec.msgpack.encode(PULSE)
    assert msgspec.msgpack.decode(sent, type=Observation) == PULSE


@pytest.mark.parametrize(
    "fields",
    [
        ["8867-4", math.nan, "/min", "band-1", 0, 0.0],
        ["8867-4", 1e300, "/min", "band-1", 0, 0.0],
        ["8867-4", 72.0, "/min", "Band 1", 0, 0.0],
        ["8867-4", 72.0, "/min", "band-1", -1, 0.0],
        ["8867-4", 72.0, "/min", "band-1", 0, math.inf],
        ["", 72.0, "/min", "band-1", 0, 0.0],
        ["8867-4", 72.0, "x" * 17, "band-1", 0, 0.0],
        ["8867-4", 72.0, "/min", "band-1", 0, 0.0, 2**16],
        ["8867-4", "72", "/min", "band-1", 0, 0.0],
    ],
)
def test_the_wire_form_is_bounded(fields: list[object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(fields, Observation)
