"""A screen in the room that shows the scope's round picture: on the trolley, and on the wall."""

from functools import cache
from math import degrees, pi
from typing import Final

import numpy as np
from panda3d.core import NodePath, Shader, Texture

from client.scene.geometry import quad_node
from client.training.scope_picture import ROUND_GLSL
from world.rooms.layout import Panel

BEFORE_PANEL_M: Final = 0.004
"""Nearer the panel it would flicker with it."""

SCREEN_VERTEX = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex; in vec2 p3d_MultiTexCoord0;
out vec2 across;
void main() {
  across = p3d_MultiTexCoord0; gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
}
"""
_SCREEN_FRAGMENT = f"""#version 330
uniform sampler2D picture; uniform float wide;
in vec2 across; out vec4 pixel;
{ROUND_GLSL}
void main() {{
  vec2 at = vec2((across.x - .5) * wide + .5, across.y);
  vec3 shown = round_picture(picture, at, length(fwidth(at))).rgb;
  bool is_outside = at.x < 0. || at.x > 1.;
  pixel = vec4(is_outside ? vec3(.012) : max(shown, vec3(.012)), 1.);
}}
"""


class Monitor:
    """A surface that shows the picture, round and in its middle.

    Args:
      parent: what it is fixed to.
      size_m: width and height.
      has_shaders: whether the machine can draw it round.

    Attributes:
      node: its middle; it is seen from -Y.
    """

    def __init__(self, parent: NodePath, size_m: tuple[float, float], *, has_shaders: bool) -> None:
        self._wide, self._has_shaders = size_m[0] / size_m[1], has_shaders
        self.node: NodePath = parent.attach_new_node(quad_node("monitor", *size_m))
        self.rest()

    def rest(self) -> None:
        """Shows nothing any more: what is behind it is seen."""
        self.node.hide()

    def show(self, texture: Texture) -> None:
        """Shows a square picture from now on."""
        self.node.show()
        if not self._has_shaders:
            self.node.set_texture(texture)
            return
        self.node.set_shader(_shader(), 1)
        self.node.set_shader_input("picture", texture)
        self.node.set_shader_input("wide", self._wide)


def before(panel: Panel, parent: NodePath, *, has_shaders: bool) -> Monitor:
    """Returns a monitor that covers a panel of a room, in the room's frame."""
    made = Monitor(parent, (panel.width_m, panel.height_m), has_shaders=has_shaders)
    toward = np.array([-np.sin(panel.yaw_rad), np.cos(panel.yaw_rad), 0.0])
    made.node.set_pos(*(np.array(panel.position_m) + BEFORE_PANEL_M * toward))
    made.node.set_h(degrees(panel.yaw_rad - pi))
    return made


@cache
def _shader() -> Shader:
    return Shader.make(Shader.SL_GLSL, SCREEN_VERTEX, _SCREEN_FRAGMENT)
