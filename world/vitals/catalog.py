"""The vital signs that Metaclinic knows: one row a sign, and nothing about a sign stands elsewhere.

Codes and units: HL7 FHIR R4 4.0.1, vital-signs profiles (heartrate, resprate, oxygensat, bodytemp,
bp); 59408-5 beside 2708-6 as in US Core, pulse oximetry. The ECG has no vital-signs profile: its
code is ISO/IEEE 11073-10101 131330, MDC_ECG_ELEC_POTL_II, as in FHIR's example Observation/ekg.

Plausible ranges separate a broken reading from an ill person, so they are wide: the "valid" bounds
of MIMIC-Extract (Wang et al. 2020, ACM CHIL; its variable_ranges.csv). Where these begin at 0, ours
begin at one displayed step, because a device's 0 says "no reading". For the ECG: the +-5 mV that
AAMI EC13 and IEC 60601-2-27 ask of an input.

Age limits are this project's choice, no clinical standard: a value that a device sends every second
is stale after a few missed ones, and gone when a person could have changed; a reading taken by hand
stays worth showing, with its age, much longer.
"""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from world.errors import RemoteProtocolError

LOINC: Final = "http://loinc.org"
MDC: Final = "urn:iso:std:iso:11073:10101"

HEART_RATE: Final = "8867-4"
RESPIRATION: Final = "9279-1"
OXYGEN_SATURATION: Final = "59408-5"
TEMPERATURE: Final = "8310-5"
SYSTOLIC: Final = "8480-6"
DIASTOLIC: Final = "8462-4"
ECG_LEAD_II: Final = "131330"


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign.

    Attributes:
      code: the sign's code in `system`, unique in the catalog.
      system: the code system's URI, as FHIR writes it.
      also: further codes of the same system that FHIR wants beside `code`.
      kind: a number now and then, or a signal of many samples a second.
      unit: the only UCUM unit in which the sign is accepted.
      low: the smallest plausible value, in `unit`.
      high: the largest plausible value, in `unit`.
      decimals: digits shown after the point.
      name_key: the key of the sign's name in the locales.
      color: the theme's token, never a color itself.
      stale_after_s: the age from which a value is shown as stale.
      absent_after_s: the age from which a value is no longer shown.
    """

    code: str
    system: str
    also: tuple[str, ...]
    kind: Literal["numeric", "waveform"]
    unit: str
    low: float
    high: float
    decimals: int
    name_key: str
    color: str
    stale_after_s: float
    absent_after_s: float

    def is_plausible(self, value: float) -> bool:
        """Returns whether a sensor in order could have measured this on a living person."""
        return math.isfinite(value) and self.low <= value <= self.high

    def text(self, value: float) -> str:
        """Returns the digits to show; a half is rounded up, as people do."""
        step = 10**self.decimals
        return f"{math.floor(value * step + 0.5) / step:.{self.decimals}f}"


_ROWS: Final = (
    Sign(HEART_RATE, LOINC, (), "numeric", "/min", 1, 350, 0, "vitals.heart-rate",
         "vital-ecg", 5, 30),
    Sign(RESPIRATION, LOINC, (), "numeric", "/min", 1, 300, 0, "vitals.respiration",
         "vital-respiration", 15, 60),
    Sign(OXYGEN_SATURATION, LOINC, ("2708-6",), "numeric", "%", 1, 100, 0,
         "vitals.oxygen-saturation", "vital-pleth", 5, 30),
    Sign(TEMPERATURE, LOINC, (), "numeric", "Cel", 26, 45, 1, "vitals.temperature",
         "vital-temperature", 15 * 60, 4 * 3600),
    Sign(SYSTOLIC, LOINC, (), "numeric", "mm[Hg]", 1, 375, 0, "vitals.systolic",
         "vital-pressure", 15 * 60, 4 * 3600),
    Sign(DIASTOLIC, LOINC, (), "numeric", "mm[Hg]", 1, 375, 0, "vitals.diastolic",
         "vital-pressure", 15 * 60, 4 * 3600),
    Sign(ECG_LEAD_II, MDC, (), "waveform", "uV", -5000, 5000, 0, "vitals.ecg-lead-ii",
         "vital-ecg", 1, 10),
)  # fmt: skip

SIGNS: Final = MappingProxyType({row.code: row for row in _ROWS})


def sign_of(code: str, unit: str, kind: Literal["numeric", "waveform"]) -> Sign:
    """Returns the sign that a device says it measures.

    Raises:
      RemoteProtocolError: unknown code, or not exactly the sign's own unit and kind. There is no
        conversion here: a guessed unit is a wrong value.
    """
    sign = SIGNS.get(code)
    if sign is None or sign.kind != kind:
        raise RemoteProtocolError(f"no {kind} vital sign has the code {code!r}", 1008)
    if unit != sign.unit:
        raise RemoteProtocolError(f"sign {code} comes in {sign.unit!r}, got {unit!r}", 1008)
    return sign
