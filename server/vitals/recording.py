"""The recorded ECG that a demo clinic plays: the only module that knows DICOM.

The recording is `waveform_ecg.dcm`, a test file inside pydicom's own package: an anonymized resting
12-lead ECG of 10 s at 1000 Hz. Nothing is downloaded.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pydicom import dcmread
from pydicom.data import get_testdata_file

from world.errors import ConfigurationError
from world.geometry import FloatArray

_FILE: Final = "waveform_ecg.dcm"
_RHYTHM: Final = 0  # of the file's two groups, the other holds averaged beats
# SCP-ECG (EN 1064) lead II, as DICOM PS3.16 CID 3001 writes it.
_LEAD_II: Final = "5.6.3-9-2"


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One lead of a recorded ECG.

    Attributes:
      microvolts: (n,) samples.
      rate_hz: samples per second.
      step_uv: what one count of the recorder was.
    """

    microvolts: FloatArray
    rate_hz: int
    step_uv: float


def lead_ii() -> Recording:
    """Returns lead II of the packaged ECG.

    Raises:
      ConfigurationError: if pydicom came without its test files.
    """
    path = get_testdata_file(_FILE, download=False)
    if path is None:
        raise ConfigurationError(f"pydicom: expected its test file {_FILE}, found none")
    dataset: Any = dcmread(path)
    group = dataset.WaveformSequence[_RHYTHM]
    codes = [c.ChannelSourceSequence[0].CodeValue for c in group.ChannelDefinitionSequence]
    lead = codes.index(_LEAD_II)
    return Recording(
        microvolts=np.asarray(dataset.waveform_array(_RHYTHM)[:, lead], dtype=np.float64),
        rate_hz=int(group.SamplingFrequency),
        step_uv=float(group.ChannelDefinitionSequence[lead].ChannelSensitivity),
    )
