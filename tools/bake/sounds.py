"""Bakes the sentences that are spoken in the clinic: `python -m tools.bake_assets sounds`.

The sentences are our own; espeak-ng (GPL-3.0-or-later) is used as a program, and what it says is
no derived work of it. The same version of espeak-ng gives the same bytes.
"""

import io
import shutil
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from client.voice.announcements import SENTENCES as ANNOUNCEMENTS
from tools.bake import catalog

ASSETS = Path(__file__).resolve().parents[2] / "assets"
RATE_HZ = 24_000
PEAK = 0.5
"""Of full scale: the loudest sample, so that speech lies near -22 dB."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice of espeak-ng and how it speaks."""

    voice: str
    words_per_min: int
    pitch: int


DOCTOR = Speaker("en-gb-x-rp", 145, 42)
CLINIC = Speaker("en-gb-x-rp+f2", 140, 46)
"""Another voice than the doctor's, so that nobody takes the one for the other."""

SENTENCES = {
    "doctor-welcome": (DOCTOR, "Good morning. Please come in and take a seat."),
    "doctor-vitals": (DOCTOR, "Let us look at your heart rate together."),
    "doctor-goodbye": (DOCTOR, "Thank you for coming. Goodbye."),
    **{f"announcement-{name}": (CLINIC, words) for name, words in ANNOUNCEMENTS.items()},
}


def main() -> None:
    """Writes each sentence as a mono 16-bit WAV file, and its row in the catalog."""
    program = shutil.which("espeak-ng")
    if program is None:
        sys.exit("espeak-ng is not installed; on Debian: apt-get install espeak-ng")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    release = version.stdout.split("Data at")[0].strip().removeprefix("eSpeak NG text-to-speech: ")
    rows = {}
    for name, (speaker, words) in SENTENCES.items():
        path = f"sounds/{name}.wav"
        (ASSETS / path).write_bytes(_wav(_spoken(program, speaker, words)))
        said_by = (
            f"spoken by espeak-ng {release} ({speaker.voice}), which is used as a program only"
        )
        rows[path] = (f"tools/bake/sounds.py: our own sentence, {said_by}", "Apache-2.0")
    catalog.record(ASSETS, rows)


def _spoken(program: str, speaker: Speaker, words: str) -> bytes:
    manner = ["-v", speaker.voice, "-s", str(speaker.words_per_min), "-p", str(speaker.pitch)]
    line = [program, *manner, "--stdout", words]
    return subprocess.run(line, capture_output=True, check=True).stdout


def _wav(spoken: bytes) -> bytes:
    """Returns espeak-ng's output at RATE_HZ and at the set peak."""
    # To a pipe, espeak-ng writes a header without a length: 44 bytes, then samples.
    samples = np.frombuffer(spoken[44:], "<i2").astype(float)
    resampled = resample_poly(samples, 160, 147)
    scaled = resampled * (PEAK * 32_767 / np.abs(resampled).max())
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(scaled).astype("<i2").tobytes())
    return out.getvalue()


if __name__ == "__main__":
    main()
