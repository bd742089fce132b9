"""What a vertex of a person is made of and what a face can do, for the bake and the shader."""

from enum import IntEnum


class Material(IntEnum):
    """The kind of stuff at a vertex; the fragment shader branches on it."""

    SKIN = 0
    CLOTH = 1
    HAIR = 2
    EYE = 3
    TEETH = 4
    WET = 5
    LEATHER = 6
    LASH = 7
    METAL = 8


BONES = 53

# Face shapes, in the order of the morph targets; each is a mix of face units.
MORPHS: dict[str, dict[str, float]] = {
    "blink-left": {"eyeBlinkLeft": 1.0},
    "blink-right": {"eyeBlinkRight": 1.0},
    "aa": {"jawOpen": 0.62, "mouthLowerDownLeft": 0.25, "mouthLowerDownRight": 0.25},
    "e": {
        "jawOpen": 0.28,
        "mouthStretchLeft": 0.55,
        "mouthStretchRight": 0.55,
        "mouthUpperUpLeft": 0.2,
        "mouthUpperUpRight": 0.2,
    },
    "i": {
        "jawOpen": 0.16,
        "mouthSmileLeft": 0.45,
        "mouthSmileRight": 0.45,
        "mouthStretchLeft": 0.3,
        "mouthStretchRight": 0.3,
        "mouthLowerDownLeft": 0.35,
        "mouthLowerDownRight": 0.35,
    },
    "o": {"jawOpen": 0.38, "mouthFunnel": 0.8},
    "u": {"jawOpen": 0.14, "mouthPucker": 0.85, "mouthFunnel": 0.25},
    "press": {
        "mouthPressLeft": 0.7,
        "mouthPressRight": 0.7,
        "mouthRollLower": 0.3,
        "mouthRollUpper": 0.3,
    },
    "smile": {
        "mouthSmileLeft": 0.75,
        "mouthSmileRight": 0.75,
        "cheekSquintLeft": 0.5,
        "cheekSquintRight": 0.5,
        "eyeSquintLeft": 0.3,
        "eyeSquintRight": 0.3,
    },
    "frown": {"mouthFrownLeft": 0.7, "mouthFrownRight": 0.7},
    "brows-up": {"browInnerUp": 0.7, "browOuterUpLeft": 0.6, "browOuterUpRight": 0.6},
    "brows-down": {"browDownLeft": 0.8, "browDownRight": 0.8},
}
MORPH_NAMES = tuple(MORPHS)

# Scales of the quantized vertex columns: stored value times scale is the value that is meant.
PATTERN_SCALE = 4.0
EDGE_SCALE = 0.051
