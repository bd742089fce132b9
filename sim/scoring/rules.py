"""The five FLS-style tasks: limits, penalties and what counts as proficient, each with its source.

"Unverified" marks what is common knowledge of the field and was read in no source of the table;
trainees are shown the mark. Official formulas are not public: points per error are this project's
own. Not affiliated with the FLS program; not a certification.

Sources:
  S1 "FLS Manual Skills Written Instructions" (scribd 561591552)
  S2 surgeonbox.com/mistels
  S3 "Surgeons as Educators", pages 57 to 59
  S4 tassl.org/fls.asp
  S5 FLS course page, besta.guru
  own: this project's choice
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

UNVERIFIED = "unverified"
OWN = "own"
MOST_ATTEMPTS = 80
"""Curriculum maximum. Source: S4."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number and who states it.

    Attributes:
      value: in the unit that the name of the field tells.
      source: a source of the module's table, OWN or UNVERIFIED.
    """

    value: float
    source: str

    @property
    def is_verified(self) -> bool:
        """Whether the number was read in a source."""
        return self.source not in {UNVERIFIED, OWN}


@dataclass(frozen=True, slots=True)
class Penalty:
    """What one kind of error costs.

    Attributes:
      unit: of the amount: "object", "%", "mm", "event".
      points: a unit costs so many of the seconds' points.
      allowed: a proficient attempt has no larger amount.
    """

    unit: str
    points: Stated
    allowed: Stated


@dataclass(frozen=True, slots=True)
class TaskRules:
    """The rules of one task.

    Attributes:
      title: as trainees read it.
      limit_s: at this time and later the score is 0.
      proficient_s: a proficient attempt takes no longer.
      penalties: by kind of error.
      fatal: kinds of event that make the score 0.
      consecutive: so many proficient attempts in a row.
      further: and so many more after them, in a row or not.
    """

    title: str
    limit_s: Stated
    proficient_s: Stated
    penalties: Mapping[str, Penalty]
    fatal: frozenset[str]
    consecutive: int
    further: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one attempt.

    Attributes:
      time_s: from the first motion in the field to the end.
      errors: amount of each kind of error, in the unit of its penalty; missing is none.
      events: what else happened, by kind.
    """

    time_s: float
    errors: Mapping[str, float]
    events: frozenset[str] = frozenset()


def _none(unit: str, points: float, allowed_source: str = "S4") -> Penalty:
    return Penalty(unit, Stated(points, OWN), Stated(0.0, allowed_source))


_MILLIMETER = Penalty("mm", Stated(10.0, OWN), Stated(1.0, "S4"))
_KNOT = MappingProxyType(
    {
        "mark deviation": _MILLIMETER,
        "slit gap": _MILLIMETER,
        "knot slip": _none("event", 50.0),
    }
)
TASKS = MappingProxyType(
    {
        "peg_transfer": TaskRules(
            "Peg transfer (FLS-style)",
            Stated(300.0, "S1"),
            Stated(48.0, "S4"),
            MappingProxyType(
                {
                    # Points are the percentage not transferred (S2): one of six objects.
                    "dropped outside the field": Penalty(
                        "object", Stated(100 / 6, "S2"), Stated(0.0, "S4")
                    ),
                    "not transferred": Penalty("object", Stated(100 / 6, "S2"), Stated(0.0, "S4")),
                    "board touched": Penalty("event", Stated(1.0, OWN), Stated(10.0, OWN)),
                }
            ),
            frozenset(),
            consecutive=2,
            further=10,
        ),
        "precision_cutting": TaskRules(
            "Precision cutting (FLS-style)",
            Stated(300.0, "S2"),
            Stated(98.0, "S4"),
            MappingProxyType(
                {
                    "area deviation": Penalty("%", Stated(1.0, "S2"), Stated(100.0, OWN)),
                    "line deviation": Penalty("mm", Stated(0.0, OWN), Stated(2.0, "S4")),
                    "torn from clip": _none("event", 20.0, UNVERIFIED),
                }
            ),
            frozenset(),
            consecutive=2,
            further=0,
        ),
        "ligating_loop": TaskRules(
            "Ligating loop (FLS-style)",
            Stated(180.0, UNVERIFIED),
            Stated(53.0, "S4"),
            MappingProxyType(
                {"mark deviation": _MILLIMETER, "knot insecurity": _none("event", 50.0)}
            ),
            frozenset(),
            consecutive=2,
            further=0,
        ),
        "extracorporeal_knot": TaskRules(
            "Suture with extracorporeal knot (FLS-style)",
            Stated(420.0, UNVERIFIED),
            Stated(136.0, "S4"),
            _KNOT,
            frozenset({"avulsion"}),
            consecutive=2,
            further=0,
        ),
        "intracorporeal_knot": TaskRules(
            "Suture with intracorporeal knot (FLS-style)",
            Stated(600.0, UNVERIFIED),
            Stated(112.0, "S4"),
            _KNOT,
            frozenset({"avulsion"}),
            consecutive=2,
            further=10,
        ),
    }
)


def penalty_points(rules: TaskRules, attempt: Attempt) -> float:
    """Returns what the errors of an attempt cost together.

    Raises:
      ValueError: if an error is none of this task's, or its amount is below 0 or no number.
    """
    for kind, amount in attempt.errors.items():
        if kind not in rules.penalties:
            raise ValueError(
                f"{rules.title} has no error {kind!r}, only {sorted(rules.penalties)}."
            )
        if not amount >= 0:
            raise ValueError(f"The amount of {kind!r} must be 0 or above, and not {amount}.")
    return sum(
        penalty.points.value * attempt.errors.get(kind, 0.0)
        for kind, penalty in rules.penalties.items()
    )


def raw_score(rules: TaskRules, attempt: Attempt) -> float:
    """Returns the points: the seconds that were left, less the penalties, never below 0.

    Source: the form max(0, limit - time) - penalty is that of MISTELS (S2); that it does not
    fall below 0 is own choice.
    """
    points = penalty_points(rules, attempt)
    if is_void(rules, attempt):
        return 0.0
    return max(0.0, rules.limit_s.value - attempt.time_s - points)


def is_void(rules: TaskRules, attempt: Attempt) -> bool:
    """Returns whether an attempt counts nothing: time is up, or something fatal happened."""
    return not attempt.time_s < rules.limit_s.value or bool(rules.fatal & attempt.events)


def is_proficient(rules: TaskRules, attempt: Attempt) -> bool:
    """Returns whether an attempt meets the task's criteria of time and errors."""
    is_clean = all(
        attempt.errors.get(kind, 0.0) <= penalty.allowed.value
        for kind, penalty in rules.penalties.items()
    )
    is_fast = attempt.time_s <= rules.proficient_s.value
    return is_fast and is_clean and not is_void(rules, attempt)


def unverified(rules: TaskRules) -> tuple[str, ...]:
    """Returns what trainees are to be told is unverified or this project's own."""
    stated = {"time limit": rules.limit_s, "proficiency time": rules.proficient_s}
    for kind, penalty in rules.penalties.items():
        stated[f"points for {kind}"] = penalty.points
        stated[f"allowance for {kind}"] = penalty.allowed
    return tuple(
        f"{name}: {number.source}" for name, number in stated.items() if not number.is_verified
    )
