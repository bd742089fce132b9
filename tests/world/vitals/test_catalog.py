import math

import pytest

from world.errors import RemoteProtocolError
from world.vitals.catalog import HEART_RATE, LOINC, SIGNS, SYSTOLIC, TEMPERATURE, Sign, sign_of

# HL7 FHIR R4 4.0.1, typed anew from the profiles.
FHIR_UNITS = {
    "8867-4": "/min",
    "9279-1": "/min",
    "59408-5": "%",
    "8310-5": "Cel",
    "8480-6": "mm[Hg]",
    "8462-4": "mm[Hg]",
}


def test_units_are_those_of_the_published_profiles() -> None:
    numeric = {s.code: s.unit for s in SIGNS.values() if s.kind == "numeric"}
    assert numeric == FHIR_UNITS
    assert all(SIGNS[code].system == LOINC for code in numeric)


def test_saturation_also_carries_the_code_that_fhir_wants() -> None:
    assert SIGNS["59408-5"].also == ("2708-6",)


@pytest.mark.parametrize("sign", SIGNS.values(), ids=lambda s: s.name_key)
def test_every_sign_can_be_judged_and_shown(sign: Sign) -> None:
    assert sign.low < sign.high
    assert 0 < sign.stale_after_s < sign.absent_after_s
    assert sign.name_key.startswith("vitals.")
    assert sign.color.startswith("vital-")
    assert sign.is_plausible(sign.low)
    assert sign.is_plausible(sign.high)
    assert not sign.is_plausible(math.nextafter(sign.high, math.inf))
    assert not sign.is_plausible(math.nan)


@pytest.mark.parametrize("code", FHIR_UNITS)
def test_nobody_alive_measures_zero(code: str) -> None:
    assert not SIGNS[code].is_plausible(0.0)


@pytest.mark.parametrize("unit", ["bpm", "/min ", "beats/min", "{beats}/min", "/MIN", ""])
def test_a_unit_that_is_nearly_right_is_refused(unit: str) -> None:
    with pytest.raises(RemoteProtocolError):
        sign_of(HEART_RATE, unit, "numeric")


def test_fahrenheit_is_refused_rather_than_converted() -> None:
    with pytest.raises(RemoteProtocolError):
        sign_of(TEMPERATURE, "[degF]", "numeric")


def test_a_number_is_no_waveform() -> None:
    with pytest.raises(RemoteProtocolError):
        sign_of(HEART_RATE, "/min", "waveform")


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        sign_of("8867-5", "/min", "numeric")


def test_a_known_sign_is_found() -> None:
    assert sign_of(SYSTOLIC, "mm[Hg]", "numeric") is SIGNS[SYSTOLIC]


def test_digits_follow_the_sign() -> None:
    assert SIGNS[HEART_RATE].text(60.5) == "61"
    assert SIGNS[TEMPERATURE].text(36.95) == "37.0"
    assert SIGNS[TEMPERATURE].text(36.04) == "36.0"
