"""How well a knot would hold: points for what is known to matter, not a simulated pull.

The thread of this simulation does not reproduce the pull test: at the segment lengths that a frame
allows, the corners of a tight knot lock where a round thread would slide, and a granny can hold
longer than a square knot. So the pull is not scored. Points are given for the type of the knot,
the number and alternation of its throws, its lie, its tails and its tightness, by the rules below.

Rules:
* Fewer than two throws hold nothing: one throw slips at any force. Own rule.
* The more turns and throws, the stronger the knot. Cited from memory and unverified: H. Tera,
  C. Aberg, "Tensile strengths of twelve types of knot employed in surgery, using different suture
  materials", Acta Chir. Scand. 142 (1976) 1-7, abstract.
* Throws that alternate hold better than equal ones: the reef (square) knot above the granny.
  Cited from memory and unverified: V. Patil et al., "Topological mechanics of knots and tangles",
  Science 367 (2020) 71-75.
* A tail shorter than 3 mm can slip through. Own rule.
* The weights, the measure of the loop and the sum are rules of our own, and are shown as such.
"""

from dataclasses import dataclass
from itertools import pairwise

from sim.thread.knots import Throws
from sim.thread.lie import Lie

SENTENCE = (
    "Security is estimated from the knot's type, throws, lie, tails and tightness by rules "
    "of our own; it is not a measured pull test."
)
"""Shown wherever the number is shown."""

TAIL_M = 3.0e-3
"""Own rule."""
ENOUGH_THROWS = 3
"""Throws that silk is tied with at least. Source: the three throws of the FLS knot tasks."""
WEIGHTS = {"throws": 0.35, "alternation": 0.25, "lie": 0.15, "tails": 0.15, "tightness": 0.10}
"""Own rule."""


@dataclass(frozen=True, slots=True)
class Security:
    """How well a knot would hold, 0 to 1, and what that is made of.

    Attributes:
      throws: share of the throws that it takes.
      alternation: share of the throws that are laid against the one before.
      lie: 1 flat, 0 tipped or open.
      tails: share of the needed length that the shorter tail has.
      tightness: 1 where the loop fits what is tied, 0 where it is half as long again.
      total: their weighted sum; 0 below two throws.
    """

    throws: float
    alternation: float
    lie: float
    tails: float
    tightness: float
    total: float


def security(
    throws: Throws, lie: Lie, tails_m: tuple[float, float], loop_m: float, fitting_m: float
) -> Security:
    """Returns the estimate for a knot of these throws.

    Args:
      throws: wraps of each throw, in order, signed.
      lie: how it lies.
      tails_m: length of each tail beyond the knot, in metres.
      loop_m: length of the loop, in metres.
      fitting_m: length that the loop would have if it were snug, above 0, in metres.

    Raises:
      ValueError: if a length is negative or the fitting one is not above 0.
    """
    if min(*tails_m, loop_m) < 0.0 or fitting_m <= 0.0:
        raise ValueError(
            f"Lengths must not be negative, and the fitting loop above 0: got tails {tails_m}, "
            f"loop {loop_m}, fitting {fitting_m}."
        )
    # a double throw counts once more: its second wrap is friction as another throw's would be
    worth = sum(abs(wraps) for wraps in throws)
    steps = list(pairwise(throws))
    parts = {
        "throws": min(1.0, worth / ENOUGH_THROWS),
        "alternation": sum(a * b < 0 for a, b in steps) / len(steps) if steps else 0.0,
        "lie": 1.0 if lie is Lie.FLAT else 0.0,
        "tails": min(1.0, min(tails_m) / TAIL_M),
        "tightness": min(1.0, max(0.0, 1.0 - 2.0 * (loop_m / fitting_m - 1.0))),
    }
    total = sum(WEIGHTS[name] * value for name, value in parts.items())
    return Security(**parts, total=total if len(throws) >= 2 else 0.0)
