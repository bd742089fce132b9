"""A result in the words in which it is stored and told."""

from dataclasses import asdict
from math import isfinite

from sim.environment import Result
from sim.instruments.station import name_of
from sim.procedures.procedure import Procedure
from sim.scoring.motion import HandMotion, Motion
from sim.scoring.rules import TaskRules, unverified
from world.protocol import messages as m

BIGGEST = 1e9
_HAND_UNITS = {
    "path_m": "m",
    "smoothness": "1",
    "jerk": "1",
    "idle_s": "s",
    "out_of_view_s": "s",
    "out_of_view": "event",
    "collisions": "event",
    "peak_force_n": "N",
    "mean_force_n": "N",
}
"""UCUM, but for events."""


def verdict(procedure: Procedure, result: Result, *, is_confirmed: bool) -> m.Verdict:
    """Returns what an attempt came to; nothing of it counts if it is not confirmed."""
    rules = procedure.rules
    return m.Verdict(
        time_s=_figure(result.attempt.time_s),
        is_proficient=result.is_proficient and is_confirmed,
        is_confirmed=is_confirmed,
        parts=_parts(result),
        mistakes=() if rules is None else _mistakes(rules, result),
        measures=_measures(result),
        unverified=() if rules is None else tuple(text[:60] for text in unverified(rules)),
    )


def as_offered(procedure: Procedure, limit_s: float) -> m.Procedure:
    """Returns a procedure as it is told to clients."""
    title = (
        procedure.rules.title if procedure.rules else procedure.name.replace("_", " ").capitalize()
    )
    proficient_s = procedure.rules.proficient_s.value if procedure.rules else 0.0
    return m.Procedure(
        procedure.name,
        title[:60],
        procedure.brief[:1_000],
        limit_s,
        proficient_s,
        name_of(procedure.station),
    )


def _parts(result: Result) -> tuple[m.Part, ...]:
    if result.score is None:
        return ()
    shares = {name: value for name, value in asdict(result.score).items() if name != "fls_style"}
    return tuple(m.Part(name, min(max(value, 0.0), 1.0)) for name, value in shares.items())


def _mistakes(rules: TaskRules, result: Result) -> tuple[m.Mistake, ...]:
    attempt = result.attempt
    counted = [
        m.Mistake(
            kind,
            _figure(amount),
            rules.penalties[kind].unit,
            _figure(amount * rules.penalties[kind].points.value),
        )
        for kind, amount in sorted(attempt.errors.items())
    ]
    return (*counted, *(m.Mistake(kind, 1.0, "fatal", 0.0) for kind in sorted(attempt.events)))


def _measures(result: Result) -> tuple[m.Measure, ...]:
    measures = []
    if result.score is not None:
        measures.append(m.Measure("FLS-style points", _figure(result.score.fls_style), "point"))
    if result.motion is not None:
        measures += _of_motion(result.motion)
    return tuple(measures)


def _of_motion(motion: Motion) -> list[m.Measure]:
    measures = [
        m.Measure("duration_s", _figure(motion.duration_s), "s"),
        m.Measure("bimanual", _figure(motion.bimanual), "1"),
        m.Measure("damage_m3", _figure(motion.damage_m3), "m3"),
    ]
    for side, hand in (("left", motion.left), ("right", motion.right)):
        measures += [
            m.Measure(f"{side} {name}", _figure(_value(hand, name)), unit)
            for name, unit in _HAND_UNITS.items()
        ]
    return measures


def _value(hand: HandMotion, name: str) -> float:
    return hand.smoothness.value if name == "smoothness" else float(getattr(hand, name))


def _figure(value: float) -> float:
    """Returns a number that may be sent; what is none is 0."""
    return min(max(value, -BIGGEST), BIGGEST) if isfinite(value) else 0.0
