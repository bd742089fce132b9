import numpy as np
from PIL import Image

from client.ui.history import History
from client.ui.pixels import Rect
from client.ui.theme import CALM
from client.ui.trend import line_of, paint
from client.ui.vocabulary import Tone
from client.ui.widgets import Trend


def painted(values):
    ages_s = np.linspace(100.0, 0.0, len(values))
    history = History(ages_s, np.array(values, float), 100.0, 200.0, (40.0, 120.0), 20.0)
    image = Image.new("RGBA", (200, 100))
    paint(image, Rect(0, 0, 200, 100), Trend("Heart rate", history=history), CALM.monitor, 1.0)
    pixels = np.asarray(image)[..., :3].astype(int)
    color = np.array(CALM.monitor.tones[Tone.SIGNAL])
    return history, np.abs(pixels - color).sum(-1) < 60


def test_a_value_is_drawn_at_its_place_on_the_axis():
    history, is_curve = painted([80.0, 80.0])
    line = float(line_of(history, np.array([80.0]), 100)[0])
    assert line == 50.0
    assert is_curve[round(line) - 1 : round(line) + 1, 5:-5].any(axis=0).all()
    assert not is_curve[:40].any()


def test_the_ends_of_the_axis_are_inside_the_picture():
    _, is_curve = painted([40.0, 120.0])
    assert is_curve[:, 2].any()
    assert is_curve[:, -2].any()
