"""The station in its room: a trolley with a box trainer, and a monitor that shows the scope.

Origin and axes are those of the station (sim/instruments/station.py): the field's middle, +Y away
from the trainee. Instruments stand in their trocars as they do in the field; of those only what is
outside the box is seen, with its handle.
"""

from dataclasses import replace
from functools import cache
from math import pi
from typing import Final

import numpy as np
from panda3d.core import LQuaternionf, NodePath, Shader, Texture, TransparencyAttrib

from client.scene.geometry import quad_node
from client.scene.light import ROOM_DITHER_GLSL, ROOM_LIGHT_GLSL, RoomLight
from client.scene.tiers import Tier
from client.training import materials
from client.training.instruments import forms
from client.training.materials import Kind, Material
from client.training.monitor import SCREEN_VERTEX, Monitor
from client.training.place import FOOTPRINT_M
from client.training.shapes import Shape, box, merged, moved, tube
from client.training.solids import solid
from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.station import Station
from sim.instruments.trocar import Pose, Trocar
from world.geometry import FloatArray, rotate

TOP_M: Final = 0.92
"""Height of the trolley's top above the floor: elbows of a standing adult are a little higher."""
FIELD_HEIGHT_M: Final = TOP_M + 0.02
"""Of the station's origin above the room's floor."""
LID_M: Final = 0.14
(_, _FRONT_M), (_HALF_WIDTH_M, _BACK_M) = FOOTPRINT_M
MONITOR_M: Final = (0.62, 0.36)
_MONITOR_MIDDLE_M: Final = np.array([0.0, 0.36, 0.60])
_MONITOR_TILT_RAD: Final = -0.12
_PORT_M: Final = 0.011
SHADOW_M: Final = 0.006
"""Above the floor: nearer it would flicker with it."""

LACQUER = Material((0.78, 0.79, 0.79), Kind.MATT, 0.42)
EDGE = Material((0.22, 0.42, 0.46), Kind.MATT, 0.5)
CASE = Material((0.13, 0.14, 0.15), Kind.RUBBER, 0.40)
SHELL = Material((0.71, 0.73, 0.74), Kind.MATT, 0.35)
PORT = Material((0.16, 0.17, 0.18), Kind.RUBBER, 0.55)
GRIP = Material((0.10, 0.24, 0.30), Kind.RUBBER, 0.5)

_VERTEX = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix, p3d_ModelMatrix;
in vec4 p3d_Vertex, p3d_Color; in vec3 p3d_Normal; in uvec4 stuff;
centroid out vec3 place, outward; centroid out vec4 tint;
flat out ivec2 made_of;
void main() {
  gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
  place = (p3d_ModelMatrix * p3d_Vertex).xyz;
  outward = mat3(p3d_ModelMatrix) * p3d_Normal;
  tint = p3d_Color; made_of = ivec2(stuff.xy);
}
"""
_FRAGMENT = f"""
uniform mat4 p3d_ViewMatrixInverse;
centroid in vec3 place, outward; centroid in vec4 tint;
flat in ivec2 made_of;
out vec4 pixel;
void main() {{
  vec3 n = normalize(outward);
  if (!gl_FrontFacing) n = -n;
  vec3 albedo = pow(tint.rgb, vec3(2.2)), around = room_irradiance(place, n) * tint.a;
  bool is_metal = made_of.x == {Kind.STEEL.value};
  vec3 c = albedo * around * (is_metal ? .35 : 1.);
#ifndef PLAIN
  vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - place);
  float rough = float(made_of.y) / 255., nv = clamp(dot(n, v), 0., 1.);
  vec3 f = is_metal ? albedo : vec3(.04 + .6 * (1. - rough) * pow(1. - nv, 5.));
  c += room_reflection(place, reflect(-v, n), rough) * tint.a * f * (is_metal ? .8 : 1. - rough);
#endif
  pixel = vec4(room_dithered(room_display(c)), 1.);
}}
"""
_SHADOW_FRAGMENT = """#version 330
in vec2 across; out vec4 pixel;
void main() {
  vec2 edge = smoothstep(0., .42, .5 - abs(across - .5));
  pixel = vec4(0., 0., 0., .42 * edge.x * edge.y);
}
"""


class Trolley:
    """One station's furniture in a room.

    Args:
      parent: of the room; the trolley stands at its origin and is placed by the caller.
      light: of the room.
      tier: how much the machine can draw.
      station: where trocars and scope are.

    Attributes:
      node: its origin is on the floor under the field's middle.
    """

    def __init__(self, parent: NodePath, light: RoomLight, tier: Tier, station: Station) -> None:
        self.node = parent.attach_new_node("trolley")
        self._furniture = self.node.attach_new_node("furniture")
        self._furniture.set_z(FIELD_HEIGHT_M)
        if tier.room != "none":
            self._furniture.set_shader(_shader(is_plain=tier.room != "full"))
            light.apply(self._furniture)
            self._lay_shadow()
        solid("trolley", _shaded(_trolley(station))).reparent_to(self._furniture)
        self._monitor = Monitor(self._furniture, MONITOR_M, has_shaders=tier.room != "none")
        self._monitor.node.set_pos(*(_MONITOR_MIDDLE_M + np.array([0.0, -0.0165, 0.002])))
        self._monitor.node.set_p(float(np.degrees(_MONITOR_TILT_RAD)))
        self._tools: dict[str, NodePath] = {}

    def show_picture(self, texture: Texture) -> None:
        """Lets the monitor show the scope's picture."""
        self._monitor.show(texture)

    def rest(self) -> None:
        """Lets the monitor go dark."""
        self._monitor.rest()

    def hold(self, tools: dict[str, Pose]) -> None:
        """Shows these instruments in their trocars, by side and name, such as left_grasper."""
        for gone in self._tools.keys() - tools.keys():
            self._tools.pop(gone).remove_node()
        for name, at in tools.items():
            if name not in self._tools:
                made = solid(name, _held(name.partition("_")[2]))
                made.reparent_to(self._furniture)
                self._tools[name] = made
            w, x, y, z = (float(value) for value in at.rotation)
            place_m = tuple(float(value) for value in at.tip_m)
            self._tools[name].set_pos_quat(place_m, LQuaternionf(w, x, y, z))

    def _lay_shadow(self) -> None:
        """Darkens the floor softly where the trolley keeps the light away."""
        width_m, depth_m = 2 * _HALF_WIDTH_M + 0.3, _BACK_M - _FRONT_M + 0.3
        shadow = self.node.attach_new_node(quad_node("shadow", width_m, depth_m))
        shadow.set_pos(0, (_FRONT_M + _BACK_M) / 2, SHADOW_M)
        shadow.set_p(-90)
        shadow.set_shader(Shader.make(Shader.SL_GLSL, SCREEN_VERTEX, _SHADOW_FRAGMENT))
        shadow.set_transparency(TransparencyAttrib.M_alpha)
        shadow.set_depth_write(False)
        shadow.set_bin("transparent", 0)

    def close(self) -> None:
        """Takes the trolley out of the room."""
        self.node.remove_node()


def _trolley(station: Station) -> Shape:
    """Returns trolley, box trainer, monitor and ports; the origin is the field's middle."""
    x, front, back = _HALF_WIDTH_M, _FRONT_M, _BACK_M
    floor_m, top_m = -FIELD_HEIGHT_M, TOP_M - FIELD_HEIGHT_M
    parts = [
        _box((-x, front, top_m - 0.028), (x, back, top_m), LACQUER, 0.009),
        _box((-x - 0.004, front - 0.004, top_m - 0.021), (x + 0.004, back + 0.004, top_m - 0.011),
             EDGE, 0.003),
        _box((-x + 0.02, front + 0.03, floor_m + 0.34), (x - 0.02, back - 0.02, floor_m + 0.362),
             LACQUER, 0.008),
        _box((-x + 0.02, front + 0.03, floor_m + 0.12), (x - 0.02, back - 0.02, floor_m + 0.142),
             LACQUER, 0.008),
        _box((-0.17, front + 0.10, floor_m + 0.362), (0.17, back - 0.06, floor_m + 0.47),
             CASE, 0.008),
    ]  # fmt: skip
    for across in (-x + 0.035, x - 0.035):
        for along in (front + 0.05, back - 0.04):
            leg_m = np.array([[across, along, floor_m + 0.07], [across, along, top_m - 0.02]])
            parts += [tube(leg_m, 0.014, materials.STEEL, is_round_ended=False)]
            wheel_m = np.array([[across - 0.012, along, 0.0], [across + 0.012, along, 0.0]])
            wheel_m[:, 2] = floor_m + 0.038
            parts += [tube(wheel_m, 0.037, CASE, sides=20, is_round_ended=False)]
    parts += [*_monitor(), *_trainer(), *(_port(one) for one in _trocars(station))]
    return merged(*parts)


def _shaded(one: Shape) -> Shape:
    """Returns the trolley with less light where its own parts keep it away: under top and box."""
    x, y, z = one.points_m.T
    below_m = TOP_M - FIELD_HEIGHT_M - 0.03 - z
    under = np.clip(below_m / 0.12, 0.0, 1.0) * (np.abs(x) < _HALF_WIDTH_M - 0.005)
    inside = under * (y > _FRONT_M + 0.005) * (y < _BACK_M - 0.005)
    near_m = np.maximum(np.abs(x) - 0.235, np.maximum(-0.205 - y, y - 0.205))
    foot = np.clip(1.0 - np.maximum(near_m, 0.0) / 0.08, 0.0, 1.0) * (below_m < 0.0) * (z < 0.0)
    looks = one.looks.copy()
    looks[:, 3] = np.round(255 * (1.0 - 0.5 * inside) * (1.0 - 0.25 * foot)).astype(np.uint8)
    return replace(one, looks=looks)


def _monitor() -> list[Shape]:
    """Returns the monitor's case, tilted, on an arm that stands on the trolley's back."""
    half_x, half_z = MONITOR_M[0] / 2 + 0.014, MONITOR_M[1] / 2 + 0.014
    case = _box((-half_x, -0.015, -half_z), (half_x, 0.028, half_z), CASE, 0.008)
    tilt = np.array([np.cos(_MONITOR_TILT_RAD / 2), np.sin(_MONITOR_TILT_RAD / 2), 0.0, 0.0])
    post_m = np.array([[0.0, _BACK_M - 0.03, -0.02], [0.0, _BACK_M - 0.03, 0.60]])
    return [
        moved(case, _MONITOR_MIDDLE_M, tilt),
        tube(post_m, 0.018, materials.STEEL, sides=18),
        _box((-0.07, 0.37, 0.53), (0.07, _BACK_M - 0.02, 0.66), CASE, 0.006),
    ]


def _trainer() -> list[Shape]:
    """Returns the box: a shell with a lid, open towards nobody."""
    base_m = TOP_M - FIELD_HEIGHT_M
    return [
        _box((-0.235, -0.205, base_m), (0.235, 0.205, base_m + 0.018), CASE, 0.006),
        _box((-0.228, -0.198, base_m + 0.016), (0.228, 0.198, LID_M), SHELL, 0.024),
        _box((-0.18, -0.15, LID_M - 0.004), (0.18, 0.12, LID_M + 0.004), EDGE, 0.0035),
    ]


def _port(trocar: Trocar) -> Shape:
    """Returns the sleeve in which an instrument turns, along its trocar."""
    pivot_m = np.array(trocar.pivot_m)
    along = rotate(np.array(trocar.rotation), np.array([0.0, 1.0, 0.0]))
    sleeve_m = np.stack([pivot_m + 0.045 * along, pivot_m - 0.018 * along, pivot_m - 0.020 * along])
    radii_m = np.array([_PORT_M * 0.8, _PORT_M, _PORT_M * 0.7])
    head = tube(sleeve_m, radii_m, PORT, sides=20, is_round_ended=False)
    flange_m = np.stack([pivot_m + 0.006 * along, pivot_m - 0.004 * along])
    return merged(head, tube(flange_m, 0.019, PORT, sides=24, is_round_ended=False))


def _trocars(station: Station) -> tuple[Trocar, Trocar, Trocar]:
    return station.left, station.right, station.camera


@cache
def _held(name: str) -> Shape:
    """Returns a whole instrument with its handle; the scope where the catalog has none."""
    if name not in INSTRUMENTS:
        return _scope()
    shapes, tool = forms(name), INSTRUMENTS[name]
    end_m = -tool.shaft_length_m
    hub = _box((-0.011, end_m - 0.034, -0.012), (0.011, end_m + 0.004, 0.012), GRIP, 0.006)
    rings = [
        _ring(np.array([0.0, end_m - 0.055, -0.052]), 0.017),
        _ring(np.array([0.0, end_m - 0.012, -0.060]), 0.015),
    ]
    bars = [
        tube(np.array([[0.0, end_m - 0.026, -0.006], [0.0, end_m - 0.050, -0.036]]), 0.0065, GRIP),
        tube(np.array([[0.0, end_m - 0.008, -0.006], [0.0, end_m - 0.011, -0.046]]), 0.0060, GRIP),
    ]
    return merged(shapes.body, hub, *rings, *bars)


def _scope() -> Shape:
    """Returns a rigid scope with its camera head and light post."""
    shaft = tube(
        np.array([[0.0, -0.31, 0.0], [0.0, 0.0, 0.0]]),
        0.005,
        materials.STEEL,
        sides=20,
        is_round_ended=False,
    )
    eye = tube(
        np.array([[0.0, -0.345, 0.0], [0.0, -0.315, 0.0], [0.0, -0.305, 0.0]]),
        np.array([0.016, 0.016, 0.007]),
        CASE,
        is_round_ended=False,
    )
    head = _box((-0.020, -0.43, -0.020), (0.020, -0.34, 0.020), CASE, 0.009)
    post = tube(np.array([[0.0, -0.285, 0.004], [0.0, -0.30, 0.035]]), 0.005, materials.STEEL)
    return merged(shaft, eye, head, post)


def _ring(middle_m: FloatArray, radius_m: float) -> Shape:
    angle = np.arange(28) * (2 * pi / 28)
    line_m = radius_m * np.stack([0 * angle, np.cos(angle), np.sin(angle)], axis=1)
    return tube(middle_m + line_m, 0.0045, GRIP, is_closed=True)


def _box(
    low_m: tuple[float, float, float],
    high_m: tuple[float, float, float],
    material: Material,
    edge_m: float,
) -> Shape:
    return box(np.array(low_m), np.array(high_m), material, edge_m)


@cache
def _shader(*, is_plain: bool) -> Shader:
    head = "#version 330\n" + ("#define PLAIN\n" if is_plain else "")
    return Shader.make(
        Shader.SL_GLSL, _VERTEX, head + ROOM_LIGHT_GLSL + ROOM_DITHER_GLSL + _FRAGMENT
    )
