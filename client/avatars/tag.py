"""Name tags: a label, a role in words, in color and as a sign, drawn once into a texture."""

from dataclasses import dataclass

from panda3d.core import (
    CardMaker,
    NodePath,
    SamplerState,
    Shader,
    Texture,
    TransparencyAttrib,
)
from PIL import Image, ImageDraw

from client.ui.fonts import Typeface

Color = tuple[int, int, int]

METRES_PER_PX = 0.00068
HEIGHT_PX, PADDING_PX, SIGN_PX = 128, 22, 84
LABEL_PX, ROLE_PX = 56, 46
LONGEST_PX = 900
INK: Color = (255, 255, 255)
PLATE = (24, 30, 38, 232)

# Every role has its color and its sign, so that neither must be told apart alone.
ROLES: dict[str, tuple[Color, str]] = {
    "patient": (((96, 125, 139)), "person"),
    "carer": (((121, 134, 72)), "people"),
    "interpreter": (((126, 87, 194)), "bubble"),
    "nurse": (((0, 137, 123)), "heart"),
    "doctor": (((30, 100, 200)), "cross"),
    "trainee": (((239, 128, 20)), "chevron"),
    "instructor": (((198, 70, 60)), "star"),
    "admin": (((90, 90, 100)), "square"),
}

VERTEX_GLSL = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
in vec2 p3d_MultiTexCoord0;
out vec2 at;
void main() { gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; at = p3d_MultiTexCoord0; }
"""
FRAGMENT_GLSL = """#version 330
uniform sampler2D p3d_Texture0;
in vec2 at;
out vec4 fragment;
void main() { fragment = texture(p3d_Texture0, at); }
"""


@dataclass(frozen=True)
class TagText:
    """What a tag says.

    Attributes:
      label: the name by which the others know this person.
      role: decides color and sign.
      role_text: the role in the viewer's language; empty shows the sign alone.
    """

    label: str
    role: str
    role_text: str = ""


class Tag:
    """One tag in the scene.

    Attributes:
      node: its origin is the middle of its lower edge, it looks along -Y.
      half_size_m: half its width and height at scale 1.
    """

    def __init__(self, text: TagText, typeface: Typeface) -> None:
        image = draw_tag(text, typeface)
        width, height = image.width * METRES_PER_PX, image.height * METRES_PER_PX
        self.half_size_m = (width / 2, height / 2)
        maker = CardMaker("tag")
        maker.set_frame(-width / 2, width / 2, 0, height)
        self.node = NodePath(maker.generate())
        self.node.set_texture(_texture(image))
        self.node.set_transparency(TransparencyAttrib.M_alpha)
        self.node.set_depth_write(False)
        self.node.set_bin("transparent", 20)


def tag_shader() -> Shader:
    """Returns the shader that shows a tag as drawn: not lit, so that it can be read anywhere."""
    return Shader.make(Shader.SL_GLSL, VERTEX_GLSL, FRAGMENT_GLSL)


def draw_tag(text: TagText, typeface: Typeface) -> Image.Image:
    """Returns the picture of a tag, RGBA, 128 pixels high."""
    color, sign = ROLES.get(text.role, ROLES["patient"])
    label = _fitted(text.label, typeface)
    label_width = typeface.width(label, LABEL_PX, is_bold=True)
    role_width = typeface.width(text.role_text, ROLE_PX, is_bold=False)
    left = PADDING_PX + SIGN_PX + PADDING_PX
    width = left + max(label_width, role_width) + PADDING_PX + 6
    image = Image.new("RGBA", (width, HEIGHT_PX), (*PLATE[:3], 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, width - 1, HEIGHT_PX - 1), 26, PLATE)
    image.alpha_composite(_sign(sign, color), (PADDING_PX, (HEIGHT_PX - SIGN_PX) // 2))
    lines = 38 if text.role_text else HEIGHT_PX // 2
    draw.text((left, lines), label, INK, typeface.font(label, LABEL_PX, is_bold=True), anchor="lm")
    if text.role_text:
        font = typeface.font(text.role_text, ROLE_PX, is_bold=False)
        draw.text((left, 94), text.role_text, _paler(color), font, anchor="lm")
    return image


def _fitted(label: str, typeface: Typeface) -> str:
    shown = label
    while len(shown) > 1 and typeface.width(shown, LABEL_PX, is_bold=True) > LONGEST_PX:
        shown = shown[:-2] + "\u2026"
    return shown


def _paler(color: Color) -> Color:
    """Returns the color light enough to be read on the dark plate."""
    r, g, b = (round(part + (255 - part) * 0.62) for part in color)
    return r, g, b


def _texture(image: Image.Image) -> Texture:
    texture = Texture("tag")
    texture.setup_2d_texture(image.width, image.height, Texture.T_unsigned_byte, Texture.F_rgba)
    flipped = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    texture.set_ram_image_as(flipped.tobytes(), "RGBA")
    texture.set_minfilter(SamplerState.FT_linear_mipmap_linear)
    texture.set_wrap_u(SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)
    return texture


def _sign(sign: str, color: Color) -> Image.Image:
    """Returns a colored disc with a white sign, drawn large and reduced."""
    size = SIGN_PX * 4
    image = Image.new("RGBA", (size, size), (*color, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((0, 0, size - 1, size - 1), color)
    for kind, points in SIGNS[sign]:
        scaled = [(x * size, y * size) for x, y in points]
        if kind == "polygon":
            draw.polygon(scaled, INK)
        else:
            draw.ellipse((*scaled[0], *scaled[1]), INK)
    return image.resize((SIGN_PX, SIGN_PX), Image.Resampling.LANCZOS)


Points = list[tuple[float, float]]
PERSON: list[tuple[str, Points]] = [
    ("ellipse", [(0.38, 0.20), (0.62, 0.44)]),
    (
        "polygon",
        [(0.26, 0.78), (0.29, 0.58), (0.40, 0.49), (0.60, 0.49), (0.71, 0.58), (0.74, 0.78)],
    ),
]
SIGNS: dict[str, list[tuple[str, Points]]] = {
    "person": PERSON,
    "people": [
        (kind, [(x * 0.72 + shift, y * 0.80 + 0.10) for x, y in points])
        for shift in (-0.02, 0.30)
        for kind, points in PERSON
    ],
    "bubble": [
        ("ellipse", [(0.20, 0.24), (0.80, 0.66)]),
        ("polygon", [(0.34, 0.58), (0.56, 0.62), (0.30, 0.82)]),
    ],
    "heart": [
        ("ellipse", [(0.23, 0.27), (0.515, 0.555)]),
        ("ellipse", [(0.485, 0.27), (0.77, 0.555)]),
        ("polygon", [(0.255, 0.495), (0.5, 0.36), (0.745, 0.495), (0.5, 0.79)]),
    ],
    "cross": [
        ("polygon", [(0.41, 0.22), (0.59, 0.22), (0.59, 0.78), (0.41, 0.78)]),
        ("polygon", [(0.22, 0.41), (0.78, 0.41), (0.78, 0.59), (0.22, 0.59)]),
    ],
    "chevron": [
        (
            "polygon",
            [(0.5, 0.22), (0.78, 0.50), (0.78, 0.64), (0.5, 0.36), (0.22, 0.64), (0.22, 0.50)],
        ),
        (
            "polygon",
            [(0.5, 0.46), (0.78, 0.74), (0.70, 0.82), (0.5, 0.62), (0.30, 0.82), (0.22, 0.74)],
        ),
    ],
    "star": [
        (
            "polygon",
            [
                (0.5, 0.18),
                (0.59, 0.40),
                (0.82, 0.42),
                (0.64, 0.57),
                (0.70, 0.80),
                (0.5, 0.68),
                (0.30, 0.80),
                (0.36, 0.57),
                (0.18, 0.42),
                (0.41, 0.40),
            ],
        )
    ],
    "square": [("polygon", [(0.30, 0.30), (0.70, 0.30), (0.70, 0.70), (0.30, 0.70)])],
}
