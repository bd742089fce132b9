"""The peg board as a MuJoCo model, written by code.

Frame: the origin is the middle of the board's upper side, +X to the right, +Z up. Each grasper
is a body of its own, held to where the hand wants it by a weld that gives way; its form is that of
`sim.instruments.catalog`, and its jaws close with a limited force.

Sizes of board, pegs and rings are this project's own choice, near to common trainers': the
official sizes are not published.
"""

from itertools import pairwise

from sim.arrays import GRAVITY_M_S2
from sim.instruments.catalog import INSTRUMENTS, Part
from world.geometry import Vector

SUBSTEPS = 8
BOARD_M = (0.19, 0.11)
BOARD_THICKNESS_M = 0.01
PEG_RADIUS_M, PEG_HEIGHT_M = 0.002, 0.024
PEG_SPACING_M, PEG_ROW_M, PEG_INNER_M = 0.028, 0.016, 0.02
RING_RADIUS_M, RING_TUBE_M, RING_SIDES = 0.0105, 0.0025, 6
RING_DENSITY_KG_M3 = 1100.0
"""Rubber. Source: natural rubber gum, 0.92 to 1.1 g/cm3 filled (own choice within)."""
RINGS, HANDS = 6, 2
JAW_FORCE_N = 2.0
"""Between the jaws at their tip: what a rubber ring needs, not what a grasper could; own choice."""
TOOL_MASS_KG, JAW_MASS_KG = 0.02, 0.002
TOOL_INERTIA_KG_M2 = 1e-4
"""About each axis: of the handle and the hand round it, without which a thin shaft could be rolled
by what its jaws meet. Own choice: about 0.1 kg at 3 cm."""
GRASPER = INSTRUMENTS["grasper"]
SHAFT_SHOWN_M = 0.08
"""So much of the shaft can touch something; the rest is outside the box. Own choice."""

PEGS_M: tuple[tuple[float, float], ...] = tuple(
    (side * (PEG_INNER_M + column * PEG_SPACING_M), row * PEG_ROW_M)
    for side in (-1, 1)
    for column in range(3)
    for row in (-1, 1)
)
"""The 12 pegs: six on the left (-X), then six on the right."""


def peg_board_xml(first_peg: int = 0) -> str:
    """Returns the model; rings 0 to 5 lie on the pegs from the first one on."""
    step_s = 1 / (60 * SUBSTEPS)
    width_m, depth_m = BOARD_M
    return f"""<mujoco model="peg board">
  <compiler angle="radian" inertiafromgeom="auto"/>
  <option timestep="{step_s!r}" gravity="0 0 {-GRAVITY_M_S2!r}" integrator="implicitfast"
          cone="elliptic" impratio="1000" iterations="50">
    <flag autoreset="disable"/>
  </option>
  <default>
    <geom condim="4" friction="1 0.003 0.0001" solref="0.0045 1"
          solimp="0.95 0.9995 0.0005"/>
    <default class="jaw"><geom rgba="0.7 0.7 0.75 1"/></default>
  </default>
  <worldbody>
    <geom name="table" type="plane" size="0.5 0.5 0.01" pos="0 0 {-BOARD_THICKNESS_M!r}"/>
    <geom name="board" type="box" size="{width_m / 2!r} {depth_m / 2!r} {BOARD_THICKNESS_M / 2!r}"
          pos="0 0 {-BOARD_THICKNESS_M / 2!r}"/>
{"".join(_peg(number, at_m) for number, at_m in enumerate(PEGS_M))}
{"".join(_ring(number, PEGS_M[first_peg + number]) for number in range(RINGS))}
{"".join(_grasper(hand) for hand in range(HANDS))}
  </worldbody>
  <contact>{"".join(_exclusions(hand) for hand in range(HANDS))}</contact>
  <equality>{"".join(_couplings(hand) for hand in range(HANDS))}</equality>
  <actuator>{"".join(_motors(hand) for hand in range(HANDS))}</actuator>
</mujoco>"""


def _peg(number: int, at_m: tuple[float, float]) -> str:
    x, y = at_m
    top_m = PEG_HEIGHT_M - PEG_RADIUS_M
    return (
        f'<geom name="peg {number}" type="capsule" size="{PEG_RADIUS_M!r}"'
        f' fromto="{x!r} {y!r} 0 {x!r} {y!r} {top_m!r}"/>\n'
    )


def _ring(number: int, at_m: tuple[float, float]) -> str:
    """Returns a hexagon of capsules that stands still on its peg."""
    x, y = at_m
    corners = [_hexagon_corner(k) for k in range(RING_SIDES + 1)]
    tubes = "".join(
        f'<geom name="ring {number} {k}" type="capsule" size="{RING_TUBE_M!r}"'
        f' density="{RING_DENSITY_KG_M3!r}" fromto="{_text(a)} {_text(b)}"/>'
        for k, (a, b) in enumerate(pairwise(corners))
    )
    return (
        f'<body name="ring {number}" pos="{x!r} {y!r} {RING_TUBE_M!r}"><freejoint/>{tubes}</body>\n'
    )


_HALF, _HIGH = 0.5, 0.8660254037844386
_HEXAGON = (
    (1.0, 0.0),
    (_HALF, _HIGH),
    (-_HALF, _HIGH),
    (-1.0, 0.0),
    (-_HALF, -_HIGH),
    (_HALF, -_HIGH),
)


def _hexagon_corner(k: int) -> Vector:
    x, y = _HEXAGON[k % RING_SIDES]
    return RING_RADIUS_M * x, RING_RADIUS_M * y, 0.0


def _grasper(hand: int) -> str:
    start_m = f"{0.05 if hand else -0.05!r} -0.08 0.06"
    hinge_m = GRASPER.hinge_m
    shaft = f"0 {-hinge_m - SHAFT_SHOWN_M!r} 0 0 {-hinge_m!r} 0"
    jaws = "".join(_jaw(hand, part) for part in GRASPER.parts)
    return (
        f'<body name="hand {hand}" mocap="true" pos="{start_m}"/>\n'
        f'<body name="tool {hand}" pos="{start_m}" gravcomp="1"><freejoint/>'
        f'<inertial pos="0 {-hinge_m - SHAFT_SHOWN_M / 2!r} 0" mass="{TOOL_MASS_KG!r}"'
        f' diaginertia="{" ".join([repr(TOOL_INERTIA_KG_M2)] * 3)}"/>'
        f'<geom name="shaft {hand}" type="capsule" size="{GRASPER.shaft_radius_m!r}"'
        f' fromto="{shaft}"/>{jaws}</body>\n'
    )


def _jaw(hand: int, part: Part) -> str:
    """Returns a jaw on its hinge; the joint's angle opens it, whichever side it is on."""
    hinge_m = GRASPER.hinge_m
    points = [_text((x, y + hinge_m, z)) for x, y, z in part.points_m]
    fromto = f"{points[0]} {points[1]}"
    name = _jaw_name(hand, part.swing)
    return (
        f'<body name="{name}" pos="0 {-hinge_m!r} 0" gravcomp="1">'
        f'<joint name="{name}" type="hinge" axis="{part.swing} 0 0" damping="0.002"'
        f' armature="1e-5" limited="true" range="-0.02 {GRASPER.opening_rad / 2!r}"'
        f' solreflimit="0.0045 1" solimplimit="0.99 0.999 0.001"/>'
        f'<geom class="jaw" name="{name}" type="capsule" size="{part.radius_m!r}"'
        f' fromto="{fromto}" mass="{JAW_MASS_KG!r}"/></body>'
    )


def _jaw_name(hand: int, swing: int) -> str:
    return f"jaw {hand} {'upper' if swing > 0 else 'lower'}"


def _exclusions(hand: int) -> str:
    names = [_jaw_name(hand, swing) for swing in (1, -1)]
    return (
        f'<exclude body1="{names[0]}" body2="{names[1]}"/>'
        f'<exclude body1="tool {hand}" body2="{names[0]}"/>'
        f'<exclude body1="tool {hand}" body2="{names[1]}"/>'
    )


def _couplings(hand: int) -> str:
    names = [_jaw_name(hand, swing) for swing in (1, -1)]
    return (
        f'<weld body1="hand {hand}" body2="tool {hand}" solref="0.008 1"'
        f' solimp="0.95 0.99 0.001"/>'
        f'<joint joint1="{names[0]}" joint2="{names[1]}" polycoef="0 1 0 0 0" solref="0.006 1"/>'
    )


def _motors(hand: int) -> str:
    torque_nm = JAW_FORCE_N * GRASPER.hinge_m
    stiffness = torque_nm / 0.1
    return "".join(
        f'<position name="{_jaw_name(hand, swing)}" joint="{_jaw_name(hand, swing)}"'
        f' kp="{stiffness!r}" kv="{stiffness * 0.004!r}"'
        f' forcelimited="true" forcerange="{-torque_nm!r} {torque_nm!r}"/>'
        for swing in (1, -1)
    )


def _text(point: Vector) -> str:
    return " ".join(repr(value) for value in point)
