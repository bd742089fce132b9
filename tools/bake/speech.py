"""Bakes the sentences that the demo clinic's doctor speaks: `python -m tools.bake.speech`.

The sentences are our own; espeak-ng (GPL-3.0-or-later) is used as a program, and what it says is
no derived work of it. The same version of espeak-ng gives the same bytes. Prints the catalog's
rows of what it wrote.
"""

import hashlib
import io
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

SOUNDS = Path(__file__).resolve().parents[2] / "assets" / "sounds"
SENTENCES = {
    "doctor-welcome": "Good morning. Please come in and take a seat.",
    "doctor-vitals": "Let us look at your heart rate together.",
    "doctor-goodbye": "Thank you for coming. Goodbye.",
}
VOICE, WORDS_PER_MIN, PITCH = "en-gb-x-rp", "145", "42"
RATE_HZ = 24_000
PEAK = 0.5
"""Of full scale: the loudest sample, so that speech lies near -22 dB."""


def main() -> None:
    """Writes each sentence as a mono 16-bit WAV file."""
    program = shutil.which("espeak-ng")
    if program is None:
        sys.exit("espeak-ng is not installed; on Debian: apt-get install espeak-ng")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    release = version.stdout.split("Data at")[0].strip().removeprefix("eSpeak NG text-to-speech: ")
    SOUNDS.mkdir(parents=True, exist_ok=True)
    for name, sentence in SENTENCES.items():
        data = _wav(_spoken(program, sentence))
        (SOUNDS / f"{name}.wav").write_bytes(data)
        print(_row(name, release, hashlib.sha256(data).hexdigest()))


def _spoken(program: str, sentence: str) -> bytes:
    line = [program, "-v", VOICE, "-s", WORDS_PER_MIN, "-p", PITCH, "--stdout", sentence]
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


def _row(name: str, release: str, sha256: str) -> str:
    return (
        f'[[asset]]\npath = "sounds/{name}.wav"\n'
        f'source = "tools/bake/speech.py: our own sentence, spoken by espeak-ng {release} '
        f'({VOICE}), which is used as a program only"\n'
        f'licence = "Apache-2.0"\nsha256 = "{sha256}"\n'
    )


if __name__ == "__main__":
    main()
