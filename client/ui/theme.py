"""Colors, sizes and type of everything that is painted, and how contrast is computed.

Text stands out from its background by 7:1 (WCAG 2.2, 1.4.6), edges and focus rings by 3:1
(1.4.11, 2.4.13); what can be pressed is at least 44 dp high and wide (2.5.5).
"""

from dataclasses import dataclass

from client.ui.pixels import Color
from client.ui.vocabulary import Emphasis, Fill, TextStyle, Tone

LEAST_TEXT_CONTRAST = 7.0
LEAST_EDGE_CONTRAST = 3.0
LEAST_TARGET_DP = 44

# Type scale: size in dp at 100 % text, and whether it is bold.
TYPE_SCALE: dict[TextStyle, tuple[int, bool]] = {
    TextStyle.SMALL: (16, False),
    TextStyle.BODY: (18, False),
    TextStyle.LABEL: (18, True),
    TextStyle.HEADING: (21, True),
    TextStyle.TITLE: (29, True),
    TextStyle.DISPLAY: (56, True),
    TextStyle.FIGURE: (76, True),
    TextStyle.NUMERAL: (104, True),
}
LINE_HEIGHT = 1.4

TEXT_SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colors by their meaning; `fills` are behind text, `tones` are text and icons on them."""

    surface: Color
    edge: Color
    hairline: Color
    field: Color
    track: Color
    focus: Color
    hovered: Color
    selected: Color
    fills: dict[Fill, Color]
    tones: dict[Tone, Color]
    buttons: dict[Emphasis, tuple[Color, Color]]
    grid_minor: Color
    grid_major: Color


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: colors for panels and for patient monitors, and shapes in dp."""

    name: str
    panel: Palette
    monitor: Palette
    scrim: tuple[int, int, int, int] = (8, 20, 24, 130)
    panel_radius_dp: int = 18
    radius_dp: int = 10
    edge_dp: float = 1.5
    has_outlines: bool = False
    ring_dp: int = 3
    ring_gap_dp: int = 2


def contrast(one: Color, other: Color) -> float:
    """Returns the contrast ratio of two colors, 1 to 21.

    Source: WCAG 2.2, definitions of "contrast ratio" and "relative luminance".
    """
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(color: Color) -> float:
    """Returns the relative luminance, 0 for black and 1 for white (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255.0) for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _color(code: str) -> Color:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


_WHITE, _BLACK = _color("FFFFFF"), _color("000000")

_PAPER = Palette(
    surface=_color("FCFDFD"),
    edge=_color("6B8086"),
    hairline=_color("D3DEE0"),
    field=_WHITE,
    track=_color("C9D6D8"),
    focus=_color("1257D6"),
    hovered=_color("E3EFF0"),
    selected=_color("DAECEE"),
    fills={
        Fill.NONE: _color("FCFDFD"),
        Fill.CARD: _color("F1F6F6"),
        Fill.INSET: _WHITE,
        Fill.GOOD: _color("E2F3E8"),
        Fill.CAUTION: _color("FDF1D8"),
        Fill.DANGER: _color("FCE8E5"),
    },
    tones={
        Tone.NORMAL: _color("10262C"),
        Tone.MUTED: _color("384D53"),
        Tone.ACCENT: _color("0A4F5C"),
        Tone.GOOD: _color("0B4F2E"),
        Tone.CAUTION: _color("5E3A00"),
        Tone.DANGER: _color("861717"),
        Tone.SIGNAL: _color("0B4F2E"),
        Tone.PLETH: _color("0A4A66"),
        Tone.BREATH: _color("544100"),
        Tone.PRESSURE: _color("861717"),
        Tone.WARMTH: _color("5A2A6B"),
    },
    buttons={
        Emphasis.PRIMARY: (_color("0A5362"), _WHITE),
        Emphasis.NORMAL: (_color("E4EEEF"), _color("0C3A44")),
        Emphasis.QUIET: (_color("FCFDFD"), _color("0A4F5C")),
        Emphasis.DANGER: (_color("8E1B1B"), _WHITE),
    },
    grid_minor=_color("F3D9D9"),
    grid_major=_color("E3B4B4"),
)

_MONITOR = Palette(
    surface=_color("0B1417"),
    edge=_color("7F979E"),
    hairline=_color("233439"),
    field=_color("101C20"),
    track=_color("2A3D43"),
    focus=_color("9CC4FF"),
    hovered=_color("1A2A30"),
    selected=_color("1D3239"),
    fills={
        Fill.NONE: _color("0B1417"),
        Fill.CARD: _color("111D21"),
        Fill.INSET: _color("060D0F"),
        Fill.GOOD: _color("0E2418"),
        Fill.CAUTION: _color("2C2208"),
        Fill.DANGER: _color("331313"),
    },
    tones={
        Tone.NORMAL: _color("F1F7F8"),
        Tone.MUTED: _color("B7C7CC"),
        Tone.ACCENT: _color("86D7E3"),
        Tone.GOOD: _color("7BE5A5"),
        Tone.CAUTION: _color("FFD778"),
        Tone.DANGER: _color("FFB3AB"),
        Tone.SIGNAL: _color("5DF08F"),
        Tone.PLETH: _color("7FD8FF"),
        Tone.BREATH: _color("F4E38A"),
        Tone.PRESSURE: _color("FFB0B8"),
        Tone.WARMTH: _color("E4C6FF"),
    },
    buttons={
        Emphasis.PRIMARY: (_color("86D7E3"), _color("06222A")),
        Emphasis.NORMAL: (_color("1D2E34"), _color("F1F7F8")),
        Emphasis.QUIET: (_color("0B1417"), _color("86D7E3")),
        Emphasis.DANGER: (_color("FFB3AB"), _color("2A0606")),
    },
    grid_minor=_color("13211F"),
    grid_major=_color("1E3430"),
)

_STARK = Palette(
    surface=_BLACK,
    edge=_WHITE,
    hairline=_color("9A9A9A"),
    field=_BLACK,
    track=_color("4A4A4A"),
    focus=_color("FFE800"),
    hovered=_color("262626"),
    selected=_color("00364A"),
    fills=dict.fromkeys(Fill, _BLACK),
    tones={
        Tone.NORMAL: _WHITE,
        Tone.MUTED: _color("E6E6E6"),
        Tone.ACCENT: _color("7FE9FF"),
        Tone.GOOD: _color("7CFFB2"),
        Tone.CAUTION: _color("FFE066"),
        Tone.DANGER: _color("FFB8B0"),
        Tone.SIGNAL: _color("5DFF8F"),
        Tone.PLETH: _color("7FD8FF"),
        Tone.BREATH: _color("F4E38A"),
        Tone.PRESSURE: _color("FFB0B8"),
        Tone.WARMTH: _color("E4C6FF"),
    },
    buttons={
        Emphasis.PRIMARY: (_WHITE, _BLACK),
        Emphasis.NORMAL: (_BLACK, _WHITE),
        Emphasis.QUIET: (_BLACK, _WHITE),
        Emphasis.DANGER: (_color("FFB8B0"), _BLACK),
    },
    grid_minor=_color("1C1C1C"),
    grid_major=_color("3C3C3C"),
)

CALM = Theme("calm", _PAPER, _MONITOR)
HIGH_CONTRAST = Theme(
    "high contrast",
    _STARK,
    _STARK,
    scrim=(0, 0, 0, 200),
    edge_dp=2.0,
    has_outlines=True,
    ring_dp=4,
)
THEMES = (CALM, HIGH_CONTRAST)
