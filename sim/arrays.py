"""Names for the arrays that the simulation is made of; shapes stand in each docstring."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]

STEP_S = 1 / 60
"""One frame of the simulation."""

GRAVITY_M_S2 = 9.80665
"""Along -z. Source: standard acceleration of free fall, CGPM 1901."""
