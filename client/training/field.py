"""The field under the scope as a scene of its own, brought up to date by each frame of the scene.

Nothing is built anew while a scene keeps its parts: bodies get another pose, surfaces and strands
other corners. The scene's frame is the station's; nothing of the room is in it.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from panda3d.core import LQuaternionf, NodePath, TransparencyAttrib

from client.scene.tiers import Tier
from client.training.instruments import forms
from client.training.lighting import LAMP_MASK, FieldLight
from client.training.props import BOARD_THICKNESS_M, prop, trainer_box
from client.training.shading import field_shader, ghost_shader
from client.training.soft import StrandNode, SurfaceNode
from client.training.solids import solid
from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.scope import Camera
from sim.instruments.trocar import Pose
from world.geometry import FloatArray
from world.protocol.scene_lane import Body, Scene

CAMERA: Final = "camera"
BOARD, MARK = "peg_board", "mark_"
SIDES: Final = ("left", "right")
GHOST_COLOR: Final = (0.45, 0.85, 0.78, 0.35)
"""Without shaders."""


class Ghost(NamedTuple):
    """An instrument that is not there: its name in the catalog, its pose, how far it is open."""

    name: str
    at: Pose
    opening: float


@dataclass(slots=True)
class _Tool:
    """An instrument in the field: its node, and each jaw's node with its swing."""

    node: NodePath
    opening_rad: float
    jaws: list[tuple[int, NodePath]] = field(default_factory=list)


class Field:
    """What lies under the scope.

    Args:
      tier: how much the machine can draw.

    Attributes:
      root: of the scene; a camera in it sees the field.
      light: of the field.
      view: where the scope's camera was last, None before the first frame that has one.
      builds: how many nodes were made so far.
    """

    def __init__(self, tier: Tier) -> None:
        self.root = NodePath("field")
        self.light = FieldLight(self.root, tier)
        if tier.room != "none":
            self.root.set_shader(field_shader(is_plain=tier.room != "full"))
        self.view: Camera | None = None
        self.builds = 0
        self._bodies: dict[str, NodePath] = {}
        self._tools: dict[str, _Tool] = {}
        self._surfaces: dict[str, SurfaceNode] = {}
        self._strands: dict[str, StrandNode] = {}
        self._has_shaders = tier.room != "none"
        self._ghosts: dict[str, _Tool] = {}
        self._box = solid("box", trainer_box())
        self._box.reparent_to(self.root)
        self._box.hide(LAMP_MASK)

    @property
    def held(self) -> tuple[str | None, str | None]:
        """Names of the instruments in the left and the right hand, as the scene has them."""
        left, right = (
            next((name.split("_", 1)[1] for name in self._tools if name.startswith(side)), None)
            for side in SIDES
        )
        return left, right

    def show(self, scene: Scene) -> None:
        """Brings everything to where a scene has it."""
        for body in scene.bodies:
            if body.name == CAMERA:
                self.look_from(Camera(body.position_m, body.rotation))
            else:
                self.place(body)
        names = {body.name for body in scene.bodies}
        self._drop_bodies(names)
        self._show_surfaces(scene)
        self._show_strands(scene)
        self._lay_marks(scene)
        # Without a board things lie on the drape itself, which is then the floor that is simulated.
        self._box.set_z(0.0 if BOARD in names else BOARD_THICKNESS_M)

    def place(self, body: Body) -> None:
        """Puts one body, also an instrument, to where it is."""
        node = self._bodies.get(body.name)
        if node is None:
            node = self._bodies[body.name] = self._built(body.name)
        w, x, y, z = (float(value) for value in body.rotation)
        node.set_pos_quat(tuple(float(at) for at in body.position_m), LQuaternionf(w, x, y, z))

    def open_jaws(self, side: str, share: float) -> None:
        """Opens the jaws of the instrument in a hand: 0 is closed, 1 wide open."""
        for name, tool in self._tools.items():
            if name.startswith(side):
                _open(tool, share)

    def show_ghosts(self, ghosts: tuple[Ghost, ...]) -> None:
        """Shows instruments that are not there, translucent and without a shadow; none hides all.

        There is one on each side.
        """
        for tool in self._ghosts.values():
            tool.node.hide()
        for side, (name, at, opening) in zip(SIDES, ghosts, strict=False):
            key = f"{side}_{name}"
            if key not in self._ghosts:
                self._ghosts[key] = self._ghost(name)
            tool = self._ghosts[key]
            tool.node.show()
            tool.node.hide(LAMP_MASK)
            tool.node.set_pos_quat(
                tuple(float(place) for place in at.tip_m),
                LQuaternionf(*(float(value) for value in at.rotation)),
            )
            _open(tool, opening)

    def _ghost(self, name: str) -> _Tool:
        tool = _tool(name)
        tool.node.reparent_to(self.root)
        tool.node.set_transparency(TransparencyAttrib.M_alpha)
        tool.node.set_depth_write(False)
        if self._has_shaders:
            tool.node.set_shader(ghost_shader(), 1)
        else:
            tool.node.set_color(GHOST_COLOR, 1)
        return tool

    def look_from(self, view: Camera) -> None:
        """Puts the scope's camera and its light somewhere."""
        self.view = view
        self.light.follow_scope(view.position_m, view.rotation)

    def _built(self, name: str) -> NodePath:
        self.builds += 1
        side, _, tool_name = name.partition("_")
        if side in SIDES and tool_name in INSTRUMENTS:
            tool = _tool(tool_name)
            self._tools[name] = tool
            node = tool.node
        else:
            node = solid(name, prop(name))
        node.reparent_to(self.root)
        return node

    def _drop_bodies(self, kept: set[str]) -> None:
        for name in [name for name in self._bodies if name not in kept]:
            self._bodies.pop(name).remove_node()
            self._tools.pop(name, None)

    def _lay_marks(self, scene: Scene) -> None:
        """Lays dots of ink flat on what they are drawn on: scenes tell where they are, no more."""
        for body in scene.bodies:
            if body.name.startswith(MARK) and scene.surfaces:
                shown = [self._surfaces[surface.name] for surface in scene.surfaces]
                nearest = min(shown, key=lambda one: one.distance_m(body.position_m))
                turn = _from_upright(nearest.normal_at(body.position_m))
                self._bodies[body.name].set_quat(LQuaternionf(*turn))

    def _show_surfaces(self, scene: Scene) -> None:
        for surface in scene.surfaces:
            shown = self._surfaces.get(surface.name)
            if shown is not None and shown.fits(surface):
                shown.move(surface)
                continue
            self.builds += 1
            self._surfaces[surface.name] = SurfaceNode(surface, shown)
            self._surfaces[surface.name].node.reparent_to(self.root)
            if shown is not None:
                shown.node.remove_node()
        names = {surface.name for surface in scene.surfaces}
        for name in [name for name in self._surfaces if name not in names]:
            self._surfaces.pop(name).node.remove_node()

    def _show_strands(self, scene: Scene) -> None:
        for strand in scene.strands:
            shown = self._strands.get(strand.name)
            if shown is not None and shown.fits(strand):
                shown.move(strand)
                continue
            if shown is not None:
                shown.node.remove_node()
            self.builds += 1
            self._strands[strand.name] = StrandNode(strand)
            self._strands[strand.name].node.reparent_to(self.root)
        names = {strand.name for strand in scene.strands}
        for name in [name for name in self._strands if name not in names]:
            self._strands.pop(name).node.remove_node()


def _from_upright(normal: FloatArray) -> tuple[float, float, float, float]:
    """Returns the shortest turn, w x y z, that brings +Z to a unit vector."""
    x, y, z = (float(value) for value in normal)
    length = float(np.sqrt(max(2 * (1 + z), 1e-9)))
    return length / 2, -y / length, x / length, 0.0


def _open(tool: _Tool, share: float) -> None:
    for swing, jaw in tool.jaws:
        jaw.set_p(float(np.degrees(swing * share * tool.opening_rad / 2)))


def _tool(name: str) -> _Tool:
    instrument, shapes = INSTRUMENTS[name], forms(name)
    tool = _Tool(solid(name, shapes.body), instrument.opening_rad)
    for swing, jaw_shape in shapes.jaws:
        jaw = solid("jaw", jaw_shape)
        jaw.reparent_to(tool.node)
        jaw.set_y(-instrument.hinge_m)
        tool.jaws.append((swing, jaw))
    return tool
