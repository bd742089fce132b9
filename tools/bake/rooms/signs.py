"""The sheet of signs, pictures and screens: one (2048, 2048) image, each drawing in its cell.

Words are few on purpose (a sign that needs no language needs no translation); what changes, like
the queue or vital signs, is drawn live by the client and is not here.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tools.bake.rooms.shapes import Cell

SIZE = 2048
SCALE = 2
Rgb = tuple[int, int, int]
Points = Sequence[tuple[float, float]]
Anchor = Literal["la", "mm", "lm", "rm"]

TEAL: Rgb = (18, 96, 104)
INK: Rgb = (33, 52, 58)
CREAM: Rgb = (246, 242, 233)
CORAL: Rgb = (214, 112, 84)

CELLS: dict[str, tuple[int, int, int, int]] = {
    "welcome": (0, 0, 1024, 256),
    "art-dunes": (0, 256, 384, 768),
    "art-lake": (384, 256, 768, 768),
    "art-hills": (0, 768, 768, 1152),
    "clock": (768, 768, 1024, 1024),
    "door-1": (1024, 0, 1280, 384),
    "door-2": (1280, 0, 1536, 384),
    "wheelchair": (1536, 0, 1792, 256),
    "toilet": (1792, 0, 2048, 256),
    "record": (1024, 900, 1536, 1188),
    "calendar": (1536, 432, 2048, 720),
    "leaflets": (1024, 432, 1536, 816),
    "hygiene": (1536, 900, 1792, 1284),
    "heart": (0, 1152, 512, 1856),
    "eye-chart": (512, 1152, 800, 1616),
    "way": (800, 1300, 1824, 1492),
    "magazines": (1024, 1188, 1536, 1300),
    "books": (800, 1492, 1824, 1740),
    "keyboard": (800, 1740, 1312, 1900),
    "paper": (1312, 1740, 1696, 2044),
    "exit": (800, 1900, 1056, 2028),
    "muscles": (1792, 740, 2048, 1284),
    "door-training": (768, 256, 1024, 640),
    "whiteboard": (0, 1856, 512, 2048),
    "instruments": (1824, 1284, 2048, 1740),
}


def cell(name: str) -> Cell:
    """Returns the cell of a drawing as shares of the sheet, v upward, one pixel inside."""
    x0, y0, x1, y1 = CELLS[name]
    return ((x0 + 1) / SIZE, 1 - (y1 - 1) / SIZE, (x1 - 1) / SIZE, 1 - (y0 + 1) / SIZE)


def sheet(fonts: Path) -> Image.Image:
    """Returns the sheet; fonts is the folder that holds the bundled typeface."""
    image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), (200, 200, 200))
    for name, draw in _DRAWINGS.items():
        draw(_Pen(image, name, fonts))
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


class _Pen:
    """Draws in one cell of the sheet, in the cell's own pixels."""

    def __init__(self, image: Image.Image, name: str, fonts: Path) -> None:
        self._draw = ImageDraw.Draw(image)
        self._fonts = fonts
        x0, y0, x1, y1 = CELLS[name]
        self._origin = (x0, y0)
        self.width, self.height = x1 - x0, y1 - y0

    def _at(self, points: Points) -> list[tuple[float, float]]:
        x0, y0 = self._origin
        return [((x + x0) * SCALE, (y + y0) * SCALE) for x, y in points]

    def fill(self, color: Rgb) -> None:
        self.rectangle((0, 0, self.width, self.height), color)

    def rectangle(self, box: Cell, color: Rgb) -> None:
        (x0, y0), (x1, y1) = self._at([(box[0], box[1]), (box[2], box[3])])
        self._draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill=color)

    def rounded(self, box: Cell, radius: float, color: Rgb) -> None:
        (x0, y0), (x1, y1) = self._at([(box[0], box[1]), (box[2], box[3])])
        self._draw.rounded_rectangle((x0, y0, x1, y1), radius * SCALE, fill=color)

    def disc(self, middle: tuple[float, float], radius: float, color: Rgb) -> None:
        ((x, y),) = self._at([middle])
        r = radius * SCALE
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=color)

    def line(self, points: Points, width: float, color: Rgb) -> None:
        self._draw.line(self._at(points), fill=color, width=int(width * SCALE), joint="curve")
        for point in (points[0], points[-1]):
            self.disc(point, width / 2, color)

    def polygon(self, points: Points, color: Rgb) -> None:
        self._draw.polygon(self._at(points), fill=color)

    def text(
        self, at: tuple[float, float], words: str, size: float, color: Rgb, anchor: Anchor = "mm"
    ) -> None:
        font = ImageFont.truetype(self._fonts / "atkinson-hyperlegible-bold.ttf", int(size * SCALE))
        ((x, y),) = self._at([at])
        self._draw.text((x, y), words, font=font, fill=color, anchor=anchor)

    def heart(self, middle: tuple[float, float], size: float, color: Rgb) -> None:
        t = np.linspace(0, 2 * math.pi, 90)
        x = 16 * np.sin(t) ** 3
        y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
        self.polygon(
            [
                (middle[0] + size * a / 17, middle[1] - size * b / 17)
                for a, b in zip(x, y, strict=True)
            ],
            color,
        )

    def person(self, middle_x: float, top: float, height: float, color: Rgb) -> None:
        h = height
        self.disc((middle_x, top + 0.11 * h), 0.11 * h, color)
        self.rounded(
            (middle_x - 0.19 * h, top + 0.26 * h, middle_x + 0.19 * h, top + 0.6 * h),
            0.06 * h,
            color,
        )
        for side in (-1, 1):
            x = middle_x + side * 0.068 * h
            self.rounded((x - 0.05 * h, top + 0.3 * h, x + 0.05 * h, top + h), 4, color)


def _welcome(pen: _Pen) -> None:
    pen.fill(CREAM)
    pen.heart((150, 122), 88, CORAL)
    pen.line([(78, 124), (124, 124), (140, 92), (160, 158), (176, 124), (222, 124)], 9, CREAM)
    pen.text((290, 112), "Welcome", 132, TEAL, "lm")
    pen.rounded((294, 198, 940, 210), 6, (196, 216, 212))


def _landscape(
    seed: int, sky: Rgb, hills: Sequence[Rgb], sun: tuple[Cell, Rgb]
) -> Callable[[_Pen], None]:
    def draw(pen: _Pen) -> None:
        rng, w, h = np.random.default_rng(seed), pen.width, pen.height
        pen.fill(sky)
        (x, y, radius, _), color = sun
        pen.disc((w * x, h * y), w * radius, color)
        for i, hill in enumerate(hills):
            xs = np.linspace(0, w, 120)
            base = h * (0.40 + 0.57 * (i + 0.2) / len(hills))
            phase = rng.uniform(0, 6, 3)
            swell = np.sin(xs / w * 3.2 + phase[0]) + 0.5 * np.sin(xs / w * 7 + phase[1])
            ys = np.clip(base - h * 0.09 * swell, 0, h)
            pen.polygon([(0, h), *zip(xs, ys, strict=True), (w, h)], hill)

    return draw


def _clock(pen: _Pen) -> None:
    pen.fill((250, 249, 245))
    for minute in range(60):
        is_hour = minute % 5 == 0
        _spoke(pen, (minute * 6, 92 if is_hour else 106, 114), 7 if is_hour else 2, INK)
    _spoke(pen, (290, -14, 58), 10, INK)
    _spoke(pen, (240, -14, 88), 7, INK)
    pen.disc((128, 128), 8, CORAL)


def _spoke(pen: _Pen, at: tuple[float, float, float], width: float, color: Rgb) -> None:
    angle, start, end = math.radians(at[0]), at[1], at[2]
    s, c = math.sin(angle), math.cos(angle)
    pen.line([(128 + start * s, 128 - start * c), (128 + end * s, 128 - end * c)], width, color)


def _door_number(number: str) -> Callable[[_Pen], None]:
    def draw(pen: _Pen) -> None:
        pen.fill(TEAL)
        pen.text((128, 130), number, 220, CREAM)
        pen.rectangle((36, 252, 220, 256), (98, 158, 160))
        pen.heart((128, 318), 42, CREAM)
        pen.line([(86, 316), (112, 316), (122, 298), (134, 338), (144, 316), (170, 316)], 6, TEAL)

    return draw


def _door_training(pen: _Pen) -> None:
    """A ring between two graspers: here one practises."""
    pen.fill(TEAL)
    for side in (-1, 1):
        hinge = (128 + side * 52, 128)
        pen.line([(128 + side * 108, 34), hinge], 15, CREAM)
        for tip in ((128 + side * 14, 152), (128 + side * 26, 178)):
            pen.line([hinge, tip], 9, CREAM)
    pen.disc((128, 196), 36, CORAL)
    pen.disc((128, 196), 18, TEAL)
    pen.rectangle((36, 252, 220, 256), (98, 158, 160))
    pen.heart((128, 318), 42, CREAM)
    pen.line([(86, 316), (112, 316), (122, 298), (134, 338), (144, 316), (170, 316)], 6, TEAL)


def _whiteboard(pen: _Pen) -> None:
    """What was last explained here: a ring's way from hand to hand, and a learning curve."""
    pen.fill((250, 251, 250))
    red, blue = (196, 70, 60), (46, 84, 150)
    for column in range(3):
        for row in range(4):
            x, y = 34 + column * 26 + (row % 2) * 8, 52 + row * 32
            for across in (x, x + 104):
                pen.disc((across, y), 5, (90, 100, 106))
    pen.line([(52, 52), (78, 22), (122, 14), (164, 26), (180, 46)], 3, red)
    pen.line([(170, 40), (181, 48), (184, 34)], 3, red)
    pen.disc((116, 14), 9, red)
    pen.disc((116, 14), 4, (250, 251, 250))
    pen.line([(262, 24), (262, 166), (486, 166)], 3, INK)
    turns = [(276 + 15 * i, 156 - 118 * math.exp(-i / 4.2) + 5 * (-1) ** i) for i in range(14)]
    pen.line(turns, 3, blue)
    for x, y in turns:
        pen.disc((x, y), 4, blue)
    for x in range(268, 486, 22):
        pen.line([(x, 138), (x + 10, 138)], 2, (52, 130, 84))


def _instruments(pen: _Pen) -> None:
    """Three instruments upright, as a poster names them."""
    pen.fill((238, 240, 236))
    pen.rectangle((0, 0, 224, 40), TEAL)
    for i, color in enumerate(((66, 82, 90), CORAL, (66, 82, 90))):
        x = 52 + i * 60
        pen.line([(x, 132), (x, 356)], 8, color)
        for side in (-1, 1):
            pen.line([(x, 132), (x + side * (6 + 4 * (i % 2)), 104), (x + side * 3, 76)], 5, color)
            pen.disc((x + side * 12, 388), 15, color)
            pen.disc((x + side * 12, 388), 9, (238, 240, 236))
        pen.line([(x, 352), (x, 374)], 12, color)
        pen.line([(x - 18, 424), (x + 18 - 8 * (i % 2), 424)], 5, (176, 180, 174))


def _wheelchair(pen: _Pen) -> None:
    pen.fill((36, 92, 150))
    arc = np.linspace(math.radians(20), math.radians(290), 40)
    pen.line([(112 + 62 * math.cos(a), 158 + 62 * math.sin(a)) for a in arc], 14, CREAM)
    pen.disc((116, 48), 20, CREAM)
    pen.line([(116, 78), (120, 134), (168, 134), (190, 200), (208, 196)], 18, CREAM)
    pen.line([(118, 104), (164, 104)], 14, CREAM)


def _toilet(pen: _Pen) -> None:
    pen.fill(TEAL)
    pen.person(78, 50, 156, CREAM)
    pen.person(178, 50, 156, CREAM)
    pen.rectangle((126, 50, 130, 206), CREAM)


def _record(pen: _Pen) -> None:
    pen.fill((236, 241, 241))
    pen.rectangle((0, 0, 512, 36), TEAL)
    for i in range(4):
        y = 56 + i * 56
        pen.rounded((16, y, 250, y + 44), 8, (255, 255, 255))
        pen.rounded((28, y + 12, 130 + 20 * i, y + 22), 4, (150, 176, 178))
        pen.rounded((28, y + 28, 220 - 14 * i, y + 34), 3, (206, 216, 216))
    pen.rounded((266, 56, 496, 268), 8, (255, 255, 255))
    for amplitude, base, color in ((60, 150, CORAL), (40, 220, TEAL)):
        steps = np.linspace(0, 1, 60)
        pen.line(
            [(280 + 200 * a, base + amplitude * 0.5 * math.sin(a * 7)) for a in steps], 4, color
        )


def _calendar(pen: _Pen) -> None:
    pen.fill((238, 242, 243))
    pen.rectangle((0, 0, 512, 36), (46, 66, 84))
    colors: tuple[Rgb, ...] = ((150, 196, 190), (238, 190, 150), (178, 190, 226), (214, 222, 222))
    rng = np.random.default_rng(6)
    for day in range(5):
        pen.rounded((10 + day * 100, 46, 104 + day * 100, 280), 6, (255, 255, 255))
        for hour in range(5):
            y = 54 + hour * 45
            pen.rounded((16 + day * 100, y, 98 + day * 100, y + 38), 5, colors[rng.integers(4)])


def _leaflets(pen: _Pen) -> None:
    pen.fill((232, 230, 223))
    colors: tuple[Rgb, ...] = (
        CORAL,
        TEAL,
        (228, 196, 130),
        (120, 150, 130),
        (104, 126, 168),
        CREAM,
    )
    for i in range(6):
        x, y = 8 + (i % 3) * 168, 8 + (i // 3) * 190
        pen.rectangle((x, y, x + 160, y + 178), colors[i])
        pen.disc((x + 80, y + 112), 40, colors[(i + 2) % 6])
        for row in range(2):
            pen.rounded(
                (x + 18, y + 20 + row * 20, x + 130 - row * 30, y + 30 + row * 20),
                4,
                CREAM if i < 5 else INK,
            )


def _hygiene(pen: _Pen) -> None:
    pen.fill(CREAM)
    pen.rectangle((0, 0, 256, 60), TEAL)
    for i in range(4):
        x, y = 72 + (i % 2) * 112, 140 + (i // 2) * 128
        pen.disc((x, y), 46, (198, 222, 220))
        pen.rounded((x - 20, y - 8, x + 20, y + 30), 12, TEAL)
        for finger in range(4):
            fx = x - 20 + finger * 10.6
            pen.rounded((fx, y - 32 + abs(finger - 1.5) * 4, fx + 8, y + 6), 4, TEAL)
        pen.text((x + 44, y + 36), str(i + 1), 26, CORAL)


def _heart(pen: _Pen) -> None:
    pen.fill((247, 243, 234))
    pen.heart((246, 320), 176, (206, 92, 84))
    pen.heart((226, 310), 120, (222, 122, 106))
    pen.line([(256, 206), (250, 120), (318, 88), (372, 120)], 34, (190, 66, 70))
    pen.line([(300, 210), (330, 160), (420, 166)], 26, (74, 112, 160))
    pen.line([(226, 270), (262, 340), (240, 440)], 7, (190, 66, 70))
    pen.line([(262, 340), (330, 370)], 6, (190, 66, 70))
    for i in range(4):
        pen.line([(60, 560 + i * 30), (450 - 40 * (i % 2), 560 + i * 30)], 7, (176, 178, 172))


def _muscles(pen: _Pen) -> None:
    pen.fill((238, 236, 228))
    pen.person(128, 60, 400, (204, 120, 100))
    for y in (190, 230, 330, 390):
        pen.line([(40, y), (96, y + 8)], 3, INK)
    for i in range(3):
        pen.line([(40, 486 + i * 16), (216 - 30 * (i % 2), 486 + i * 16)], 5, (170, 172, 168))


def _eye_chart(pen: _Pen) -> None:
    pen.fill((252, 252, 250))
    rows = (
        ("E", 110),
        ("F P", 80),
        ("T O Z", 60),
        ("L P E D", 46),
        ("P E C F D", 36),
        ("E D F C Z P", 28),
    )
    for i, (letters, size) in enumerate(rows):
        pen.text((144, 74 + i * 70), letters, size, (25, 25, 28))


def _way(pen: _Pen) -> None:
    pen.fill(TEAL)
    for x, direction, words in ((70, -1, "2"), (640, 1, "1")):
        tip = x if direction < 0 else x + 250
        pen.line([(x, 96), (x + 250, 96)], 12, CREAM)
        pen.line([(tip - direction * 34, 62), (tip, 96), (tip - direction * 34, 130)], 12, CREAM)
        pen.text((x + 125, 46), words, 74, CREAM)


def _magazines(pen: _Pen) -> None:
    colors: tuple[Rgb, ...] = ((210, 120, 90), (60, 110, 116), (228, 196, 130), (120, 150, 130))
    pen.fill((230, 228, 220))
    for i, color in enumerate(colors):
        pen.rectangle((i * 128, 0, i * 128 + 126, 112), color)
        pen.rounded((i * 128 + 10, 12, i * 128 + 92, 28), 4, CREAM)
        pen.disc((i * 128 + 64, 76), 26, CREAM)


def _books(pen: _Pen) -> None:
    pen.fill((40, 34, 30))
    rng, x = np.random.default_rng(4), 0.0
    colors: tuple[Rgb, ...] = (
        (176, 88, 70),
        (44, 92, 100),
        (214, 182, 128),
        (232, 226, 212),
        (96, 120, 104),
        (66, 74, 92),
        (190, 146, 104),
    )
    while x < 1020:
        width, top = float(rng.integers(22, 46)), float(rng.integers(0, 50))
        color = colors[rng.integers(len(colors))]
        right = min(x + width, 1024)
        pen.rectangle((x, top, right - 1.5, 248), color)
        pen.rectangle((x + 4, top + 26, right - 6, top + 32), CREAM)
        x += width


def _keyboard(pen: _Pen) -> None:
    pen.fill((52, 56, 60))
    for row in range(5):
        for key in range(14):
            x, y = 10 + key * 35.4, 8 + row * 30
            pen.rounded((x, y, x + 30, y + 26), 5, (84, 90, 96))


def _paper(pen: _Pen) -> None:
    pen.fill((250, 250, 247))
    pen.rounded((30, 30, 200, 52), 6, TEAL)
    for i in range(9):
        pen.line([(30, 90 + i * 22), (340 - (i * 37) % 90, 90 + i * 22)], 4, (160, 168, 170))


def _exit(pen: _Pen) -> None:
    pen.fill((24, 120, 70))
    pen.person(70, 22, 84, CREAM)
    pen.line([(130, 64), (220, 64)], 10, CREAM)
    pen.line([(192, 38), (220, 64), (192, 90)], 10, CREAM)


_DRAWINGS: dict[str, Callable[[_Pen], None]] = {
    "welcome": _welcome,
    "art-dunes": _landscape(
        3,
        (243, 231, 211),
        ((231, 197, 160), (214, 150, 115), (150, 104, 92), (62, 86, 92), (30, 60, 70)),
        ((0.66, 0.27, 0.16, 0), (226, 124, 88)),
    ),
    "art-lake": _landscape(
        8,
        (226, 236, 234),
        ((176, 205, 200), (122, 170, 166), (70, 130, 130), (226, 196, 150), (28, 86, 94)),
        ((0.33, 0.24, 0.12, 0), (245, 205, 130)),
    ),
    "art-hills": _landscape(
        15,
        (238, 236, 226),
        ((200, 216, 206), (150, 186, 170), (102, 150, 132), (224, 178, 130), (58, 106, 96)),
        ((0.76, 0.3, 0.08, 0), (234, 150, 96)),
    ),
    "clock": _clock,
    "door-1": _door_number("1"),
    "door-2": _door_number("2"),
    "wheelchair": _wheelchair,
    "toilet": _toilet,
    "record": _record,
    "calendar": _calendar,
    "leaflets": _leaflets,
    "hygiene": _hygiene,
    "heart": _heart,
    "muscles": _muscles,
    "eye-chart": _eye_chart,
    "way": _way,
    "magazines": _magazines,
    "books": _books,
    "keyboard": _keyboard,
    "paper": _paper,
    "exit": _exit,
    "door-training": _door_training,
    "whiteboard": _whiteboard,
    "instruments": _instruments,
}
