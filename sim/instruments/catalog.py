"""Every instrument, declared once: its size, its parts and what it can do.

Rules:
- The tip frame: the tip of the closed jaws is the origin, the shaft comes from -Y, the jaws
  open and close about an axis along X, one towards +Z and one towards -Z.
- A part is a chain of capsules. Its `swing` says with what share of half the opening it turns
  about the hinge: 1 and -1 for the two jaws, 0 for what does not move.

Shafts of 5 and 10 mm, 33 to 36 cm long, are the regular sizes ("Small Animal Laparoscopy and
Thoracoscopy", Wiley, chapter on instruments). Forms of jaws are this project's own drawings of
common instruments, and no maker's; tip forces are named where they stand.
"""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from world.geometry import Vector

SHAFT_RADIUS_M = 0.0025
SHAFT_LENGTH_M = 0.33
WIDE_SHAFT_RADIUS_M = 0.005
GRIP_FORCE_N = 20.5
"""Mean of the largest forces at the tip of a grasper that ran bowel (10.2 to 35.2 N).

Source: Barrie et al. 2013, eprints.whiterose.ac.uk/id/eprint/87750.
"""
CLAMP_FORCE_N = 35.2
"""A lock clamps at least as hard as a hand can: the largest value of the same source."""


class Use(Enum):
    """What an instrument can do to what it touches."""

    GRASP = "grasp"
    DRIVE_NEEDLE = "drive needle"
    CUT = "cut"
    CAUTERIZE = "cauterize"
    CLIP = "clip"
    CLOSE_LOOP = "close loop"
    PUSH_KNOT = "push knot"


@dataclass(frozen=True, slots=True)
class Part:
    """A chain of capsules.

    Attributes:
      points_m: two or more points in the tip frame of the closed instrument, in metres.
      radius_m: above 0.
      swing: -1, 0 or 1; see the module.
    """

    points_m: tuple[Vector, ...]
    radius_m: float
    swing: int = 0


@dataclass(frozen=True, slots=True)
class Instrument:
    """One kind of instrument.

    Attributes:
      title: what surgeons call it.
      uses: what it can do.
      parts: everything in front of the shaft.
      hinge_m: from the tip back to the hinge, where the shaft ends; above 0.
      opening_rad: angle between the jaws when wide open; 0 if nothing opens.
      edge_m: the two ends of the cutting edge in the tip frame, or None.
      grip_force_n: largest force between the jaws at their tip.
      shaft_radius_m: above 0.
      shaft_length_m: from handle to tip.
    """

    title: str
    uses: frozenset[Use]
    parts: tuple[Part, ...]
    hinge_m: float
    opening_rad: float = 0.0
    edge_m: tuple[Vector, Vector] | None = None
    grip_force_n: float = 0.0
    shaft_radius_m: float = SHAFT_RADIUS_M
    shaft_length_m: float = SHAFT_LENGTH_M


def _jaws(length_m: float, half_gap_m: float, radius_m: float) -> tuple[Part, Part]:
    """Returns two straight jaws whose inner sides touch when `half_gap_m` is the radius."""
    return (
        Part(((0.0, -length_m, half_gap_m), (0.0, -radius_m, half_gap_m)), radius_m, 1),
        Part(((0.0, -length_m, -half_gap_m), (0.0, -radius_m, -half_gap_m)), radius_m, -1),
    )


def _curved_jaws(length_m: float, bend_m: float, radius_m: float) -> tuple[Part, Part]:
    """Returns two jaws that bend towards +X, as a dissector's do."""
    line = ((0.0, -length_m), (0.1 * bend_m, -length_m / 2), (bend_m, -radius_m))
    upper, lower = (tuple((x, y, side * radius_m) for x, y in line) for side in (1, -1))
    return Part(upper, radius_m, 1), Part(lower, radius_m, -1)


INSTRUMENTS = MappingProxyType(
    {
        "grasper": Instrument(
            "grasper",
            frozenset({Use.GRASP}),
            _jaws(0.020, 0.0015, 0.0015),
            hinge_m=0.020,
            opening_rad=1.05,
            grip_force_n=GRIP_FORCE_N,
        ),
        "maryland": Instrument(
            "Maryland dissector",
            frozenset({Use.GRASP}),
            _curved_jaws(0.020, 0.006, 0.0012),
            hinge_m=0.020,
            opening_rad=0.87,
            grip_force_n=GRIP_FORCE_N,
        ),
        "needle_driver": Instrument(
            "needle driver",
            frozenset({Use.GRASP, Use.DRIVE_NEEDLE}),
            _jaws(0.014, 0.0015, 0.0015),
            hinge_m=0.014,
            opening_rad=0.7,
            grip_force_n=CLAMP_FORCE_N,
        ),
        "scissors": Instrument(
            "scissors",
            frozenset({Use.CUT}),
            _jaws(0.016, 0.0008, 0.0008),
            hinge_m=0.016,
            opening_rad=0.7,
            edge_m=((0.0, -0.016, 0.0), (0.0, 0.0, 0.0)),
        ),
        "hook": Instrument(
            "hook",
            frozenset({Use.CUT, Use.CAUTERIZE}),
            (Part(((0.0, -0.016, 0.0), (0.0, -0.0006, 0.0), (0.0, -0.0006, -0.006)), 0.0006),),
            hinge_m=0.016,
            edge_m=((0.0, -0.0006, 0.0), (0.0, -0.0006, -0.006)),
        ),
        "blade": Instrument(
            "blade",
            frozenset({Use.CUT}),
            (Part(((0.0, -0.020, 0.0), (0.0, -0.0005, 0.0)), 0.0005),),
            hinge_m=0.020,
            edge_m=((0.0, -0.018, 0.0), (0.0, 0.0, 0.0)),
        ),
        "loop_pusher": Instrument(
            "loop pusher",
            frozenset({Use.CLOSE_LOOP}),
            (Part(((0.0, -0.010, 0.0), (0.0, -0.0015, 0.0)), 0.0015),),
            hinge_m=0.010,
        ),
        "knot_pusher": Instrument(
            "knot pusher",
            frozenset({Use.PUSH_KNOT}),
            (
                Part(((-0.0015, -0.004, 0.0), (-0.0015, -0.001, 0.0)), 0.001),
                Part(((0.0015, -0.004, 0.0), (0.0015, -0.001, 0.0)), 0.001),
            ),
            hinge_m=0.004,
        ),
        "clip_applier": Instrument(
            "clip applier",
            frozenset({Use.CLIP}),
            _jaws(0.022, 0.0016, 0.0016),
            hinge_m=0.022,
            opening_rad=0.35,
            grip_force_n=CLAMP_FORCE_N,
            shaft_radius_m=WIDE_SHAFT_RADIUS_M,
        ),
    }
)
