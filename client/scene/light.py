"""A room's light for everything that is drawn in it: shader source, and its inputs on a node.

A shader that wants the room's light puts `ROOM_LIGHT_GLSL` after its `#version` line and calls

    vec3 room_irradiance(vec3 position, vec3 normal)      irradiance / pi; vertex or fragment stage
    vec3 room_reflection(vec3 position, vec3 direction, float roughness)      mirrored room
    vec3 room_display(vec3 light)                          exposed, tone mapped, gamma 2.2
    vec3 room_dithered(vec3 display)                       fragment stage only: breaks up bands

Positions, normals and directions are in the room's frame. A matt surface of linear color `albedo`
is `room_dithered(room_display(albedo * room_irradiance(P, N)))`. `RoomLight.apply` gives a node,
and all below it, the inputs; without shaders (tier potato) color vertices by `ambient_at` and
`displayed` instead.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from panda3d.core import LVecBase3f, NodePath, SamplerState, Texture

from client.scene.ambient import FACES, AmbientGrid, neutral_grid
from world.geometry import FloatArray, Vector

ROOM_LIGHT_GLSL = """
uniform sampler3D room_probes;
uniform samplerCube room_cube;
uniform vec3 room_probe_low, room_probe_high, room_probe_count;
uniform vec3 room_box_low, room_box_high, room_cube_center, room_white;
uniform float room_probe_scale, room_cube_scale, room_exposure;
vec3 room_face(vec2 across, float layer, float face) {
  float depth = (layer + face * room_probe_count.z) / (6. * room_probe_count.z);
  vec3 v = texture(room_probes, vec3(across, depth)).rgb;
  return v * v * v;
}
vec3 room_irradiance(vec3 position, vec3 normal) {
  vec3 q = clamp((position - room_probe_low) / max(room_probe_high - room_probe_low, 1e-6), 0., 1.);
  q = q * (room_probe_count - 1.) + .5;
  vec2 across = q.xy / room_probe_count.xy;
  vec3 n2 = normal * normal / max(dot(normal, normal), 1e-6);
  return room_probe_scale * (n2.x * room_face(across, q.z, normal.x < 0. ? 1. : 0.)
                           + n2.y * room_face(across, q.z, normal.y < 0. ? 3. : 2.)
                           + n2.z * room_face(across, q.z, normal.z < 0. ? 5. : 4.));
}
vec3 room_reflection(vec3 position, vec3 direction, float roughness) {
  vec3 q = max((room_box_high - position) / direction, (room_box_low - position) / direction);
  vec3 hit = position + direction * min(q.x, min(q.y, q.z));
  float blur = roughness * (1.7 - .7 * roughness) * 6.;
  vec3 s = textureLod(room_cube, hit - room_cube_center, blur).rgb;
  return s * s * room_cube_scale;
}
vec3 room_display(vec3 light) {
  vec3 x = .70 * max(light * room_white * room_exposure, 0.);
  vec3 y = clamp(x * (2.51 * x + .03) / (x * (2.43 * x + .59) + .14), 0., 1.);
#ifdef PLAIN
  vec3 root = sqrt(y);  // y^(1/2.2) to 0.007, without a logarithm for each color
  return mix(root, sqrt(root), .125);
#else
  return pow(y, vec3(1. / 2.2));
#endif
}
"""

ROOM_DITHER_GLSL = """
vec3 room_dithered(vec3 display) {
  float d = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(.06711056, .00583715)))) - .5;
  return display + d / 255.;
}
"""


class RoomLight:
    """The light of one room.

    Args:
      grid: the baked ambient cubes.
      box_m: minimum and maximum corner of the room, on which reflections are projected.
      cube: the room seen from `cube_center_m`, as `cube_texture` makes it; None draws none.
      cube_scale: the linear light that a full byte of the cube stands for.
      cube_center_m: where the cube was captured.
    """

    def __init__(
        self,
        grid: AmbientGrid,
        box_m: tuple[Vector, Vector],
        *,
        cube: Texture | None = None,
        cube_scale: float = 0.0,
        cube_center_m: Vector = (0.0, 0.0, 0.0),
    ) -> None:
        self.grid = grid
        count = tuple(float(n) for n in grid.encoded.shape[3:0:-1])
        self._inputs: dict[str, Any] = {
            "room_probes": _probe_texture(grid.encoded),
            "room_cube": cube or cube_texture(np.zeros((FACES, 1, 1, 3), np.uint8)),
            "room_probe_low": LVecBase3f(*grid.low_m),
            "room_probe_high": LVecBase3f(*grid.high_m),
            "room_probe_count": LVecBase3f(*count),
            "room_probe_scale": grid.scale,
            "room_box_low": LVecBase3f(*box_m[0]),
            "room_box_high": LVecBase3f(*box_m[1]),
            "room_cube_center": LVecBase3f(*cube_center_m),
            "room_cube_scale": cube_scale,
            "room_exposure": grid.exposure,
            "room_white": LVecBase3f(*grid.white),
        }

    def apply(self, node: NodePath) -> None:
        """Gives a node, and all below it, the inputs that `ROOM_LIGHT_GLSL` reads."""
        for name, value in self._inputs.items():
            node.set_shader_input(name, value)

    def ambient_at(self, position_m: Vector) -> FloatArray:
        """Returns the irradiance / pi on faces +X -X +Y -Y +Z -Z at a point: (6, 3), linear."""
        return self.grid.at(position_m)

    def displayed(self, light: FloatArray) -> FloatArray:
        """Returns display values in [0, 1] of linear light, as the shaders show it: (..., 3)."""
        return self.grid.displayed(light)


def neutral_light() -> RoomLight:
    """Returns a light of no room in particular, for pictures of people alone."""
    return RoomLight(neutral_grid(), ((-5.0, -5.0, 0.0), (5.0, 5.0, 3.0)))


def cube_texture(faces: NDArray[np.uint8]) -> Texture:
    """Returns a mip-mapped cube texture of (6, n, n, 3) RGB bytes, rows from the bottom up."""
    texture = Texture("room-cube")
    texture.setup_cube_map(faces.shape[1], Texture.T_unsigned_byte, Texture.F_rgb)
    texture.set_ram_image(np.ascontiguousarray(faces[..., ::-1]).tobytes())
    texture.set_minfilter(SamplerState.FT_linear_mipmap_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    return texture


def _probe_texture(encoded: NDArray[np.uint8]) -> Texture:
    faces, depth, height, width, _ = encoded.shape
    texture = Texture("room-probes")
    size = (width, height, depth * faces)
    texture.setup_3d_texture(*size, Texture.T_unsigned_byte, Texture.F_rgb)
    texture.set_ram_image(np.ascontiguousarray(encoded[..., ::-1]).tobytes())
    texture.set_minfilter(SamplerState.FT_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    for set_wrap in (texture.set_wrap_u, texture.set_wrap_v, texture.set_wrap_w):
        set_wrap(SamplerState.WM_clamp)
    return texture
