import pytest
from PIL import Image

from client.panels import gallery
from client.panels.samples import SAMPLES
from client.ui.fonts import Typeface
from client.ui.theme import CALM, HIGH_CONTRAST


def test_one_command_paints_every_look(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["gallery", "--out", str(tmp_path), "--only", "knock"])
    gallery.main()
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == [
        "knock-calm-100.png",
        "knock-calm-200.png",
        "knock-high-contrast-100.png",
        "knock-high-contrast-200.png",
    ]
    with Image.open(tmp_path / names[0]) as image:
        assert image.size == (gallery.WIDTH, gallery.HEIGHT)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_screen_can_be_painted(name):
    for theme in (CALM, HIGH_CONTRAST):
        assert gallery.painted(name, theme, 2.0, Typeface()).size == (1280, 720)
