"""The scope's picture: the field drawn into a texture, and round as an endoscope shows it.

The picture is square; its circle is the scope's whole field of view. What shows the texture, the
monitor in the room or the whole window, masks it with `ROUND_GLSL`, at its own sharpness.
"""

from functools import cache
from math import degrees
from typing import Final

from panda3d.core import (
    AntialiasAttrib,
    Camera,
    FrameBufferProperties,
    GraphicsEngine,
    GraphicsOutput,
    GraphicsPipe,
    LQuaternionf,
    NodePath,
    PerspectiveLens,
    SamplerState,
    Shader,
    Texture,
    WindowProperties,
)

from client.scene.target import NoPicture
from client.scene.tiers import Tier
from client.training.field import Field
from sim.instruments.scope import Scope

FAR_M: Final = 1.0
PICTURE_PX: Final = {"none": 512, "plain": 448, "full": 1080}
"""Along each side, by how a room is shaded; without shaders only powers of two can be drawn."""

ROUND_GLSL: Final = """
vec4 round_picture(sampler2D picture, vec2 at, float pixel_share) {
  vec2 from = at * 2. - 1.;
  float r = length(from);
  vec3 shown = texture(picture, at).rgb;
  shown *= 1. - .30 * smoothstep(.55, 1., r);
  float inside = 1. - smoothstep(.990 - 2. * pixel_share, .990, r);
  float mark = step(abs(from.x), (from.y - .955) * .62) * step(.955, from.y);
  return vec4(shown * inside * (1. - mark), 1.);
}
"""
_CARD_VERTEX = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex; in vec2 p3d_MultiTexCoord0;
out vec2 at;
void main() { at = p3d_MultiTexCoord0; gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; }
"""
_CARD_FRAGMENT = f"""#version 330
uniform sampler2D picture;
in vec2 at; out vec4 pixel;
{ROUND_GLSL}
void main() {{ pixel = round_picture(picture, at, length(fwidth(at))); }}
"""


class ScopePicture:
    """What the scope sees, in a texture that is drawn anew with each frame while it is on.

    Args:
      engine: that draws.
      window: whose graphics context is used.
      field: what is looked at.
      scope: what looks.
      tier: how much the machine can draw.

    Attributes:
      texture: the square picture.
    """

    def __init__(
        self,
        engine: GraphicsEngine,
        window: GraphicsOutput,
        field: Field,
        scope: Scope,
        tier: Tier,
    ) -> None:
        self._engine, self._field = engine, field
        self._lens = PerspectiveLens()
        self._lens.set_near_far(scope.near_m / 2, FAR_M)
        self._lens.set_fov(degrees(scope.field_of_view_rad), degrees(scope.field_of_view_rad))
        self._camera = field.root.attach_new_node(Camera("scope", self._lens))
        self.texture = Texture("scope")
        self.texture.set_minfilter(SamplerState.FT_linear)
        self.texture.set_magfilter(SamplerState.FT_linear)
        self.texture.set_wrap_u(SamplerState.WM_clamp)
        self.texture.set_wrap_v(SamplerState.WM_clamp)
        field.root.set_antialias(
            AntialiasAttrib.M_multisample if tier.samples else AntialiasAttrib.M_none
        )
        self._buffer = self._opened(window, PICTURE_PX[tier.room], tier.samples)
        field.light.cast(engine, window)

    def follow(self) -> None:
        """Puts the camera to where the scope's is; nothing before a frame has told where."""
        view = self._field.view
        if view is None:
            return
        w, x, y, z = (float(value) for value in view.rotation)
        place_m = tuple(float(at) for at in view.position_m)
        self._camera.set_pos_quat(place_m, LQuaternionf(w, x, y, z))

    def switch(self, *, is_on: bool) -> None:
        """Draws from now on, or not: nobody looks."""
        self._buffer.set_active(is_on)

    def close(self) -> None:
        """Gives the buffers back."""
        self._field.light.close(self._engine)
        self._engine.remove_window(self._buffer)

    def _opened(self, window: GraphicsOutput, size_px: int, samples: int) -> GraphicsOutput:
        kind = FrameBufferProperties()
        kind.set_rgba_bits(8, 8, 8, 0)
        kind.set_depth_bits(24)
        kind.set_multisamples(samples)
        buffer = self._engine.make_output(
            window.get_pipe(),
            "scope",
            -30,
            kind,
            WindowProperties(size=(size_px, size_px)),
            GraphicsPipe.BF_refuse_window,
            window.get_gsg(),
            window,
        )
        if buffer is None:
            raise NoPicture(f"no frame buffer of {size_px} pixels with {samples} samples")
        buffer.add_render_texture(self.texture, GraphicsOutput.RTM_bind_or_copy)
        buffer.set_clear_color((0, 0, 0, 1))
        buffer.make_display_region().set_camera(self._camera)
        return buffer


@cache
def round_shader() -> Shader:
    """Returns the shader of a card that shows the round picture."""
    return Shader.make(Shader.SL_GLSL, _CARD_VERTEX, _CARD_FRAGMENT)


def show_round(card: NodePath, texture: Texture, *, has_shaders: bool) -> None:
    """Lets a card show the round picture; without shaders it stays square."""
    if not has_shaders:
        card.set_texture(texture)
        return
    card.set_shader(round_shader())
    card.set_shader_input("picture", texture)
