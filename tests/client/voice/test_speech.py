import hashlib
import tomllib
import wave
from pathlib import Path

import numpy as np
import pytest

from client.voice.speech import load_speech, upsample

ASSETS = Path(__file__).resolve().parents[3] / "assets"
SPEECH = sorted((ASSETS / "sounds").glob("*.wav"))


@pytest.mark.parametrize("path", SPEECH, ids=lambda path: path.stem)
def test_every_sentence_is_catalogued_and_can_be_said(path):
    rows = tomllib.loads((ASSETS / "catalog.toml").read_text(encoding="utf-8"))["asset"]
    row = next(row for row in rows if row["path"] == path.relative_to(ASSETS).as_posix())
    assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    samples = load_speech(path)
    assert 1 < samples.size / 48_000 < 10
    assert 10_000 < np.abs(samples.astype(int)).max() < 20_000


def test_a_tone_keeps_its_shape_at_the_higher_rate():
    at = np.arange(2400) / 24_000
    tone = (10_000 * np.sin(2 * np.pi * 1000 * at)).astype(np.int16)
    fine = upsample(tone, 2)
    expected = 10_000 * np.sin(2 * np.pi * 1000 * np.arange(4800) / 48_000)
    assert np.abs(fine[200:-200] - expected[200:-200]).max() < 60


def test_a_file_of_another_form_is_refused(tmp_path):
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(400))
    with pytest.raises(ValueError, match="expected mono"):
        load_speech(tmp_path / "stereo.wav")
