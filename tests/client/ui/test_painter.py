from dataclasses import dataclass

import numpy as np
import pytest

from client.ui.events import Key, Typed
from client.ui.metrics import Metrics
from client.ui.painter import Painter, composed
from client.ui.surface import Surface
from client.ui.theme import CALM, HIGH_CONTRAST, contrast
from client.ui.trace import Trace
from client.ui.tree import Tree
from client.ui.vocabulary import Anchor, Fill
from client.ui.widgets import (
    Button,
    Dialog,
    Group,
    Intent,
    Meter,
    Panel,
    Text,
    TextField,
    Waveform,
)


@dataclass(frozen=True)
class Did(Intent):
    value: object = None


class Screen:
    def __init__(self, *panels, theme=CALM, width=640, height=480):
        self.tree = Tree()
        self.surface = Surface(width, height, Metrics(), theme)
        self.painter = Painter()
        self.tree.show(panels)

    def paint(self):
        return list(self.painter.paint(self.surface, self.tree).values())


def form(text="anna", level=0.5):
    return Panel(
        "P",
        children=(
            Text("Hello"),
            TextField("Login", value=text, changed=Did),
            Group(children=(Meter("Level", level=level, key="m"),), fill=Fill.CARD),
            Button("Go", intent=Did()),
        ),
    )


def test_what_does_not_change_is_not_painted_again():
    screen = Screen(form())
    assert screen.paint()[0].is_new
    screen.tree.show([form()])
    again = screen.paint()[0]
    assert not again.is_new
    assert again.painted_widgets == 0


def test_only_the_changed_widget_is_painted():
    screen = Screen(form())
    screen.paint()
    screen.tree.show([form(level=0.9)])
    assert screen.paint()[0].painted_widgets == 1


def test_only_the_changed_panel_is_painted():
    other = Panel("Q", anchor=Anchor.TOP_LEFT, children=(Text("Still"),))
    screen = Screen(form(), other)
    screen.paint()
    screen.tree.show([form(level=0.9), other])
    assert [painting.is_new for painting in screen.paint()] == [True, False]


def changes(screen):
    screen.tree.show([form(level=0.1)])
    yield
    screen.tree.show([form("annalena", 0.1)])
    yield
    screen.tree.handle(Key("tab"))
    yield
    screen.tree.handle(Key("tab", has_shift=True))
    screen.tree.handle(Key("home"))
    yield
    screen.tree.handle(Typed("x"))
    yield


@pytest.mark.parametrize("theme", [CALM, HIGH_CONTRAST])
def test_painting_over_gives_the_same_pixels_as_painting_anew(theme):
    screen = Screen(form(), theme=theme)
    screen.paint()
    for _ in changes(screen):
        over = screen.paint()[0].pixels
        anew = next(iter(Painter().paint(screen.surface, screen.tree).values())).pixels
        assert np.array_equal(over, anew)


def test_the_focus_ring_can_be_seen():
    screen = Screen(form())
    with_ring = screen.paint()[0].pixels.astype(int)
    screen.tree.focus_on(None)
    without = screen.paint()[0].pixels.astype(int)
    changed = np.abs(with_ring - without).max(axis=2) > 30
    assert changed.sum() > 800


def test_text_is_painted_at_seven_to_one():
    for theme in (CALM, HIGH_CONTRAST):
        screen = Screen(Panel("P", children=(Text("HIIIH"),)), theme=theme)
        pixels = screen.paint()[0].pixels[20:60, 20:120, :3].reshape(-1, 3)
        ground = tuple(int(one) for one in pixels[0])
        best = max(
            contrast(tuple(int(c) for c in pixel), ground) for pixel in np.unique(pixels, axis=0)
        )
        assert best >= 7.0


def test_corners_are_round_and_transparent_and_a_board_is_square():
    assert Screen(form()).paint()[0].pixels[0, 0, 3] == 0
    board = Panel("P", anchor=Anchor.FULL, children=(Text("Hello"),))
    pixels = Screen(board).paint()[0].pixels
    assert pixels.shape == (480, 640, 4)
    assert (pixels[..., 3] == 255).all()


def test_a_secret_paints_no_letters():
    def pixels(text):
        field = TextField("P", value=text, changed=Did, is_secret=True)
        return Screen(Panel("P", children=(field,))).paint()[0].pixels

    assert np.array_equal(pixels("abc"), pixels("xyz"))


def test_what_a_dialog_covers_is_dimmed():
    behind = Panel("P", anchor=Anchor.TOP_LEFT, children=(Text("Hello"),))
    screen = Screen(behind)
    bright = composed(
        screen.surface, screen.painter.paint(screen.surface, screen.tree), screen.tree
    )
    screen.tree.show([behind, Dialog("D", width_dp=200, children=(Button("A", intent=Did()),))])
    dimmed = composed(
        screen.surface, screen.painter.paint(screen.surface, screen.tree), screen.tree
    )
    assert sum(dimmed.getpixel((60, 30))[:3]) < sum(bright.getpixel((60, 30))[:3])


def wave(samples):
    trace = Trace(np.asarray(samples, dtype=float), 6.0)
    return Panel(
        "P", children=(Waveform("ECG", trace=trace, key="w", has_grid=False, height_dp=100),)
    )


def test_a_moving_trace_paints_itself_only_and_leaves_gaps_empty():
    samples = np.full(600, 0.2)
    screen = Screen(wave(samples))
    full = screen.paint()[0].pixels
    samples[200:300] = np.nan
    screen.tree.show([wave(samples)])
    painting = screen.paint()[0]
    assert painting.painted_widgets == 1
    box = screen.surface.placed[0].box.children[0].rect
    area = painting.pixels[box.y : box.bottom, box.x : box.right, :3]
    ground = area[0, 0]
    is_drawn = (area != ground).any(axis=2).any(axis=0)
    first, last = round(box.width / 3), round(box.width / 2)
    assert not is_drawn[first + 1 : last - 1].any()
    assert is_drawn[: first - 1].all()
    assert is_drawn[last + 1 :].all()
    assert not np.array_equal(full, painting.pixels)


def test_a_tree_without_panels_paints_nothing():
    assert Screen().paint() == []
