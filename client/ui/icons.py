"""Icons as strokes on a grid of 24 by 24, drawn large and reduced so that edges are smooth."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from PIL import Image, ImageDraw

GRID = 24
OVERSAMPLING = 4
STROKE = 2.1
Point: TypeAlias = tuple[float, float]


class Pen:
    """Draws strokes in grid units."""

    def __init__(self, side_px: int) -> None:
        self.scale = side_px / GRID
        self.image = Image.new("L", (side_px, side_px))
        self._draw = ImageDraw.Draw(self.image)
        self._width = max(1, round(STROKE * self.scale))

    def line(self, *points: Point, ink: int = 255) -> None:
        """Draws a polyline with round ends and joints."""
        scaled = [(x * self.scale, y * self.scale) for x, y in points]
        self._draw.line(scaled, fill=ink, width=self._width, joint="curve")
        for x, y in points:
            self.dot(x, y, STROKE / 2, ink)

    def dot(self, x: float, y: float, radius: float, ink: int = 255) -> None:
        """Draws a disc."""
        self._draw.ellipse(self._around(x, y, radius), fill=ink)

    def ring(self, x: float, y: float, radius: float) -> None:
        """Draws a circle."""
        box = self._around(x, y, radius + STROKE / 2)
        self._draw.ellipse(box, outline=255, width=self._width)

    def arc(self, x: float, y: float, radius: float, first_deg: float, last_deg: float) -> None:
        """Draws a part of a circle, clockwise from the right."""
        box = self._around(x, y, radius + STROKE / 2)
        self._draw.arc(box, first_deg, last_deg, fill=255, width=self._width)

    def area(self, *points: Point, ink: int = 255) -> None:
        """Draws a filled polygon."""
        self._draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=ink)

    def pill(self, left: float, top: float, right: float, bottom: float, *, is_full: bool) -> None:
        """Draws a rectangle with round ends."""
        box = [side * self.scale for side in (left, top, right, bottom)]
        radius = min(right - left, bottom - top) / 2 * self.scale
        if is_full:
            self._draw.rounded_rectangle(box, radius, fill=255)
        else:
            self._draw.rounded_rectangle(box, radius, outline=255, width=self._width)

    def frame(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draws a rectangle with slightly round corners."""
        box = [side * self.scale for side in (left, top, right, bottom)]
        self._draw.rounded_rectangle(box, 2 * self.scale, outline=255, width=self._width)

    def _around(self, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
        scale = self.scale
        return (
            (x - radius) * scale,
            (y - radius) * scale,
            (x + radius) * scale,
            (y + radius) * scale,
        )


@lru_cache(maxsize=256)
def icon_mask(name: str, side_px: int) -> Image.Image:
    """Returns how much of each pixel the icon covers, 0 to 255.

    Raises:
      KeyError: if there is no icon of that name.
    """
    pen = Pen(side_px * OVERSAMPLING)
    ICONS[name](pen)
    return pen.image.resize((side_px, side_px), Image.Resampling.BOX)


def _microphone(pen: Pen) -> None:
    pen.pill(8.8, 2.5, 15.2, 14, is_full=True)
    pen.arc(12, 10.5, 6.2, 10, 170)
    pen.line((12, 17), (12, 21))
    pen.line((8.5, 21), (15.5, 21))


def _strike(pen: Pen) -> None:
    pen.line((5.3, 2.2), (22.3, 19.2), ink=0)
    pen.line((3.5, 3.5), (20.5, 20.5))


def _microphone_off(pen: Pen) -> None:
    _microphone(pen)
    _strike(pen)


def _speaker(pen: Pen) -> None:
    pen.area((3, 9), (7, 9), (12, 4.5), (12, 19.5), (7, 15), (3, 15))
    pen.arc(12, 12, 4, -50, 50)
    pen.arc(12, 12, 8, -50, 50)


def _heart(pen: Pen) -> None:
    pen.dot(7.6, 8.6, 4.9)
    pen.dot(16.4, 8.6, 4.9)
    pen.area((3.4, 11.2), (20.6, 11.2), (12, 21))
    pen.area((7, 7), (17, 7), (17, 13), (7, 13))


def _warning(pen: Pen) -> None:
    pen.line((12, 3.5), (21.5, 20), (2.5, 20), (12, 3.5))
    pen.line((12, 9.5), (12, 14))
    pen.dot(12, 17, 1.4)


def _check(pen: Pen) -> None:
    pen.line((4.5, 12.5), (10, 18), (20, 6.5))


def _cross(pen: Pen) -> None:
    pen.line((5.5, 5.5), (18.5, 18.5))
    pen.line((18.5, 5.5), (5.5, 18.5))


def _info(pen: Pen) -> None:
    pen.ring(12, 12, 9)
    pen.line((12, 11), (12, 16.5))
    pen.dot(12, 7.4, 1.4)


def _person(pen: Pen) -> None:
    pen.dot(12, 7.5, 4.3)
    pen.area((3.8, 21), (5, 16.6), (8.5, 14), (15.5, 14), (19, 16.6), (20.2, 21))


def _people(pen: Pen) -> None:
    pen.dot(8.5, 8, 3.5)
    pen.area((2, 20), (3, 15.5), (6, 13.5), (11, 13.5), (14, 15.5), (15, 20))
    pen.dot(17, 9, 2.8)
    pen.area((16.8, 20), (16.2, 15.5), (15.4, 13.8), (19, 13.8), (21.4, 16), (22, 20))


def _door(pen: Pen) -> None:
    pen.frame(5.5, 2.5, 18.5, 21.5)
    pen.dot(15, 12.2, 1.4)


def _chair(pen: Pen) -> None:
    pen.line((7, 3), (7, 13.5), (17.5, 13.5))
    pen.line((7, 13.5), (7, 21))
    pen.line((17.5, 13.5), (17.5, 21))


def _clock(pen: Pen) -> None:
    pen.ring(12, 12, 9)
    pen.line((12, 6.5), (12, 12), (16, 14.3))


def _signal(pen: Pen) -> None:
    pen.line((5, 20), (5, 16))
    pen.line((12, 20), (12, 11))
    pen.line((19, 20), (19, 5))


def _signal_off(pen: Pen) -> None:
    _signal(pen)
    _strike(pen)


def _chat(pen: Pen) -> None:
    pen.frame(2.8, 3.5, 21.2, 16.5)
    pen.area((6.5, 15.5), (12.5, 15.5), (6.5, 21.5))


def _lock(pen: Pen) -> None:
    pen.arc(12, 9.5, 4.3, 180, 360)
    pen.line((7.7, 9.5), (7.7, 12))
    pen.line((16.3, 9.5), (16.3, 12))
    pen.area((5, 11), (19, 11), (19, 21), (5, 21))
    pen.dot(12, 16, 1.7, 0)


def _shield(pen: Pen) -> None:
    pen.line((12, 2.8), (20, 6), (19.2, 13.5), (12, 21), (4.8, 13.5), (4, 6), (12, 2.8))
    pen.line((8.5, 11.5), (11.2, 14.2), (15.8, 8.8))


def _again(pen: Pen) -> None:
    pen.arc(12, 12, 8, -20, 270)
    pen.area((7, 0.8), (13.6, 4), (7, 7.4))


def _leave(pen: Pen) -> None:
    pen.line((10, 3.5), (4, 3.5), (4, 20.5), (10, 20.5))
    pen.line((9.5, 12), (20.5, 12))
    pen.line((16, 7.2), (20.7, 12), (16, 16.8))


def _calendar(pen: Pen) -> None:
    pen.frame(3, 4.5, 21, 21.5)
    pen.line((3.5, 9.8), (20.5, 9.8))
    pen.line((8, 2.5), (8, 6))
    pen.line((16, 2.5), (16, 6))


def _flag(pen: Pen) -> None:
    pen.line((5.5, 2.5), (5.5, 21.5))
    pen.area((5.5, 3.5), (19.5, 3.5), (16, 8.2), (19.5, 13), (5.5, 13))


def _block(pen: Pen) -> None:
    pen.ring(12, 12, 9)
    pen.line((5.7, 5.7), (18.3, 18.3))


def _knock(pen: Pen) -> None:
    pen.frame(3, 2.5, 13, 21.5)
    pen.dot(10, 12.2, 1.3)
    pen.arc(13.5, 9, 4.2, -45, 45)
    pen.arc(13.5, 9, 8, -45, 45)


def _walk(pen: Pen) -> None:
    pen.line((4, 20), (12, 4), (20, 20))
    pen.line((4, 20), (12, 16), (20, 20))


def _text_size(pen: Pen) -> None:
    pen.line((2.5, 20), (8.5, 5), (14.5, 20))
    pen.line((4.8, 15), (12.2, 15))
    pen.line((16, 20), (19.2, 12), (22.4, 20))
    pen.line((17.2, 17.5), (21.2, 17.5))


def _plus(pen: Pen) -> None:
    pen.line((12, 4), (12, 20))
    pen.line((4, 12), (20, 12))


def _circle(pen: Pen) -> None:
    pen.ring(12, 12, 8.5)


def _dot(pen: Pen) -> None:
    pen.ring(12, 12, 8.5)
    pen.dot(12, 12, 5)


def _play(pen: Pen) -> None:
    pen.line((8, 5), (18, 12), (8, 19), (8, 5))


def _pause(pen: Pen) -> None:
    pen.line((7.5, 5), (7.5, 19))
    pen.line((16.5, 5), (16.5, 19))


def _hourglass(pen: Pen) -> None:
    pen.line((6, 3), (18, 3))
    pen.line((6, 21), (18, 21))
    pen.line((7, 3), (7, 7), (17, 17), (17, 21))
    pen.line((17, 3), (17, 7), (7, 17), (7, 21))


ICONS: dict[str, Callable[[Pen], None]] = {
    "again": _again,
    "block": _block,
    "calendar": _calendar,
    "chair": _chair,
    "chat": _chat,
    "check": _check,
    "circle": _circle,
    "clock": _clock,
    "cross": _cross,
    "door": _door,
    "dot": _dot,
    "flag": _flag,
    "heart": _heart,
    "hourglass": _hourglass,
    "info": _info,
    "knock": _knock,
    "leave": _leave,
    "lock": _lock,
    "microphone": _microphone,
    "microphone-off": _microphone_off,
    "pause": _pause,
    "people": _people,
    "person": _person,
    "play": _play,
    "plus": _plus,
    "shield": _shield,
    "signal": _signal,
    "signal-off": _signal_off,
    "speaker": _speaker,
    "text-size": _text_size,
    "walk": _walk,
    "warning": _warning,
}
