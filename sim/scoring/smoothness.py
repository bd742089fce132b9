"""How smooth a movement is: spectral arc length and log dimensionless jerk.

Both are nearer to 0 the smoother the movement is.
"""

from dataclasses import dataclass
from math import ceil, log, log2

import numpy as np

from sim.arrays import FloatArray

CUTOFF_HZ = 20.0
AMPLITUDE_THRESHOLD = 0.05
PADDING = 4


@dataclass(frozen=True, slots=True)
class Sparc:
    """A spectral arc length; values of different cutoffs cannot be compared.

    Attributes:
      value: 0 or below.
      cutoff_hz: the highest frequency that was looked at.
    """

    value: float
    cutoff_hz: float


def sparc(speed_m_s: FloatArray, step_s: float, cutoff_hz: float = CUTOFF_HZ) -> Sparc:
    """Returns the spectral arc length of a speed profile.

    Args:
      speed_m_s: (n,) evenly sampled, two samples or more.
      step_s: between two samples.
      cutoff_hz: above 0.

    Returns:
      The value; 0 for somebody who did not move.

    Raises:
      ValueError: if there are fewer than two samples.

    Source: S. Balasubramanian, A. Melendez-Calderon, A. Roby-Brami, E. Burdet, "On the analysis
    of movement smoothness", J. NeuroEng. Rehabil. 12:112 (2015), 10.1186/s12984-015-0090-9, with
    its amplitude threshold 0.05, 20 Hz and zero padding by 4 powers of two.
    """
    if len(speed_m_s) < 2:
        raise ValueError("A speed profile needs two samples or more.")
    length = 2 ** (ceil(log2(len(speed_m_s))) + PADDING)
    spectrum = np.abs(np.fft.rfft(speed_m_s, length))
    largest = float(spectrum.max())
    if largest == 0:
        return Sparc(0.0, cutoff_hz)
    frequency_hz = np.arange(len(spectrum)) / (length * step_s)
    is_looked_at = frequency_hz <= cutoff_hz
    amplitude = spectrum[is_looked_at] / largest
    loud = np.flatnonzero(amplitude >= AMPLITUDE_THRESHOLD)
    amplitude = amplitude[loud[0] : loud[-1] + 1]
    if len(amplitude) < 2:
        return Sparc(0.0, cutoff_hz)
    along = 1 / (len(amplitude) - 1)
    arc = np.sqrt(along**2 + np.diff(amplitude) ** 2)
    return Sparc(-float(arc.sum()), cutoff_hz)


def log_dimensionless_jerk(tip_m: FloatArray, step_s: float) -> float:
    """Returns -ln of the squared jerk over the movement, made free of its duration and speed.

    Args:
      tip_m: (n, 3) evenly sampled, four samples or more.
      step_s: between two samples.

    Returns:
      The value; 0 for somebody who did not move, and for one who moved evenly and straight.

    Raises:
      ValueError: if there are fewer than four samples.

    Source: as for `sparc`, its table 3: -ln(T^3 / v_peak^2 * integral of |jerk|^2 dt).
    """
    if len(tip_m) < 4:
        raise ValueError("Jerk needs four samples or more.")
    speed_m_s = np.sqrt((np.diff(tip_m, axis=0) ** 2).sum(axis=1)) / step_s
    jerk_m_s3 = np.diff(tip_m, 3, axis=0) / step_s**3
    # Three differences see three steps less than the whole: the mean square stands for all.
    duration_s = (len(tip_m) - 1) * step_s
    squared = float((jerk_m_s3**2).sum(axis=1).mean()) * duration_s
    peak_m_s = float(speed_m_s.max())
    if peak_m_s == 0 or squared * duration_s**3 < 1e-9 * peak_m_s**2:
        return 0.0
    return -log(duration_s**3 / peak_m_s**2 * squared)
