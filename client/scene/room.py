"""One room on the stage: its baked geometry and light, doors that open, panels that live."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from panda3d.core import CullBinManager, NodePath, SamplerState, Texture, TransparencyAttrib

from client.scene import flat, shaders
from client.scene.files import GardenFiles, Pixels, RoomFiles, read_garden, read_room
from client.scene.geometry import dome_node, lit_node
from client.scene.glb import Part
from client.scene.light import RoomLight, cube_texture
from client.scene.textures import SharedTextures, data_texture, fill, picture_texture, read_shared
from client.scene.tiers import Tier
from client.scene.window import Stage
from world.rooms.layout import Layout

# A byte of the mirrored cube reaches this many times the exposed mid gray.
CUBE_RANGE = 6.0
GARDEN_LEVEL = 1.25
SKY_LEVEL = 1.9
SKY_RADIUS_M = 150.0
STANDBY_COLOR = (16, 42, 50)
# What is near is drawn first and the sky last, so that hardly a pixel is worked out in vain.
NEAR_FIRST_BIN, SKY_BIN = "near-first", "sky"


@dataclass(slots=True)
class _Moving:
    """A door's leaf and how far it turns when fully open."""

    node: NodePath
    swing_rad: float


@dataclass(slots=True)
class _Surface:
    """A live panel: its node and the texture that it shows."""

    node: NodePath
    texture: Texture


class RoomView:
    """A room that is drawn.

    Args:
      stage: where it appears.
      folder: the room's own folder; `garden` lies beside it, `textures` two levels up.
      needs_cube: False only while the room's mirrored picture is being baked.
    """

    def __init__(self, stage: Stage, folder: Path, *, needs_cube: bool = True) -> None:
        self._stage, self._tier = stage, stage.tier
        files = read_room(folder, needs_cube=needs_cube)
        garden = read_garden(folder.parent / "garden")
        self._shared = shared_textures(stage, folder.parent.parent / "textures")
        self.layout: Layout = files.layout
        self.root: NodePath = stage.root.attach_new_node(files.layout.type)
        self.light = RoomLight(
            files.grid,
            files.box_m,
            cube=cube_texture(files.cube),
            cube_scale=CUBE_RANGE / files.grid.exposure,
            cube_center_m=files.cube_center_m,
        )
        _order_bins()
        self._doors: dict[str, _Moving] = {}
        self._panels: dict[str, _Surface] = {}
        outdoors = self.root.attach_new_node("garden")
        outdoors.set_x(files.garden_x_m)
        if self._tier.room == "full":
            _shade(self.root, files, self._shared, self.light)
            self._add_lit(files)
            _add_lit_garden(outdoors, garden, files)
        else:
            self._add_flat(files)
            _add_flat_garden(outdoors, garden, files, self._shared)
        _add_sky(self.root, self._shared, files, self._tier)
        for name in self._panels:
            self.set_panel(name, _standby())

    def show(self) -> None:
        """Draws the room."""
        self.root.show()

    def hide(self) -> None:
        """Draws the room no more, but keeps it ready."""
        self.root.hide()

    def close(self) -> None:
        """Gives up everything that the room holds."""
        self.root.remove_node()

    @property
    def doors(self) -> list[str]:
        """The names of the doors whose leaves move."""
        return sorted(self._doors)

    @property
    def panels(self) -> list[str]:
        """The names of the surfaces that take pictures."""
        return sorted(self._panels)

    def set_door(self, name: str, open_fraction: float) -> None:
        """Opens a door: 0 is closed, 1 is as far as it goes.

        Raises:
          KeyError: if the room has no such door.
        """
        moving = self._doors[name]
        share = min(max(open_fraction, 0.0), 1.0)
        moving.node.set_h(math.degrees(moving.swing_rad * share))

    def set_panel(self, name: str, picture: NDArray[np.uint8]) -> None:
        """Shows a picture on a panel; it is stretched over the panel's surface.

        Args:
          name: of the panel.
          picture: (h, w, 3) or (h, w, 4) display values, rows from the top down.

        Raises:
          KeyError: if the room has no such panel.
          ValueError: if the picture is of another shape.
        """
        surface = self._panels[name]
        if picture.ndim != 3 or picture.shape[2] not in (3, 4) or picture.dtype != np.uint8:
            raise ValueError(f"expected (h, w, 3 or 4) bytes, got {picture.shape} {picture.dtype}")
        fill(surface.texture, picture[..., :3], is_linear=False)

    def _add_lit(self, files: RoomFiles) -> None:
        programs = shaders.room_shaders()
        for part in files.parts:
            node = self._attached(part, NodePath(lit_node(part)))
            node.set_shader(programs.get(part.group, programs["room"]))
            if part.group == "cloth":
                node.set_two_sided(True)
            elif part.group == "glass":
                node.set_two_sided(True)
                node.set_transparency(TransparencyAttrib.M_alpha)
                node.set_bin("transparent", 0)
                node.set_depth_write(False)
            elif part.group == "panel":
                node.set_shader_input("picture", self._panels[_panel_name(part)].texture)

    def _add_flat(self, files: RoomFiles) -> None:
        textures = _flat_textures(files, self._shared)
        for part in files.parts:
            if part.group == "glass":
                continue
            holder = self._attached(part, NodePath(part.name))
            pieces = flat.flat_parts(
                part, files.lightmap, files.grid, (files.grid.scale, 1.0), self._shared.means
            )
            for name, geometry in pieces:
                piece = holder.attach_new_node(geometry)
                piece.set_texture(textures[name])
                if name == "lightmap" and self._tier.room == "plain":
                    piece.set_shader(shaders.tiled_shader())
                    piece.set_shader_input("tiles", self._shared.tiles)
                if part.group == "panel":
                    piece.set_texture(self._panels[_panel_name(part)].texture, 1)
            if part.group == "panel":
                # The stored tint is that of paper in the room's light; a screen has its own.
                holder.set_color((1, 1, 1, 1), 1)
            if part.group == "cloth":
                holder.set_two_sided(True)

    def _attached(self, part: Part, node: NodePath) -> NodePath:
        node.reparent_to(self.root)
        node.set_pos(*part.pivot_m)
        node.set_bin(NEAR_FIRST_BIN, 0)
        if part.group == "door":
            self._doors[part.name] = _Moving(node, part.swing_rad)
        elif part.group == "panel":
            texture = picture_texture(part.name, _standby(), self._tier, is_linear=False)
            self._panels[_panel_name(part)] = _Surface(node, texture)
        return node


def shared_textures(stage: Stage, folder: Path) -> SharedTextures:
    """Returns the shared textures, read once for each stage."""
    if stage.shared_textures is None:
        stage.shared_textures = read_shared(folder, stage.tier)
    return stage.shared_textures


def _shade(root: NodePath, files: RoomFiles, shared: SharedTextures, light: RoomLight) -> None:
    light.apply(root)
    lightmap = data_texture("lightmap", files.lightmap)
    for name, value in (
        ("tiles", shared.tiles),
        ("signs", shared.signs),
        ("leaves", shared.leaves),
        ("sky", shared.sky),
        ("lightmap", lightmap),
        ("light_scale", files.grid.scale),
        ("light_gain", 1.0),
        ("capture", 0.0),
        ("sky_gain", SKY_LEVEL / files.grid.exposure),
    ):
        root.set_shader_input(name, value)


def _add_lit_garden(outdoors: NodePath, garden: GardenFiles, files: RoomFiles) -> None:
    programs = shaders.room_shaders()
    outdoors.set_shader_input("light_scale", garden.scale)
    outdoors.set_shader_input("light_gain", GARDEN_LEVEL / files.grid.exposure)
    for part in garden.parts:
        node = outdoors.attach_new_node(lit_node(part))
        node.set_shader(programs["leaves" if part.group == "leaves" else "outside"])
        node.set_two_sided(True)


def _add_flat_garden(
    outdoors: NodePath, garden: GardenFiles, files: RoomFiles, shared: SharedTextures
) -> None:
    textures = _flat_textures(files, shared)
    none = np.zeros((0, 0, 3), np.uint8)
    for part in garden.parts:
        light = (garden.scale, GARDEN_LEVEL / files.grid.exposure)
        for name, geometry in flat.flat_parts(part, none, files.grid, light, shared.means):
            node = outdoors.attach_new_node(geometry)
            node.set_texture(textures[name])
            node.set_two_sided(True)
            if name == "leaves":
                node.set_transparency(TransparencyAttrib.M_alpha)
                node.set_depth_write(False)


def _flat_textures(files: RoomFiles, shared: SharedTextures) -> dict[str, Texture]:
    shown = flat.shown_lightmap(files.lightmap, files.grid)
    lightmap = data_texture("shown-lightmap", shown)
    lightmap.set_minfilter(SamplerState.FT_linear)
    return {"lightmap": lightmap, "signs": shared.signs, "leaves": shared.leaves}


def _add_sky(root: NodePath, shared: SharedTextures, files: RoomFiles, tier: Tier) -> None:
    sky = root.attach_new_node(dome_node(SKY_RADIUS_M))
    sky.set_pos(*files.cube_center_m)
    sky.set_texture(shared.sky)
    sky.set_bin(SKY_BIN, 0)
    sky.set_depth_write(False)
    sky.set_two_sided(True)
    if tier.room == "full":
        sky.set_shader(shaders.room_shaders()["sky"])


def _order_bins() -> None:
    bins = CullBinManager.get_global_ptr()
    opaque, transparent = (
        bins.get_bin_sort(bins.find_bin(name)) for name in ("opaque", "transparent")
    )
    for name, kind, sort in (
        (NEAR_FIRST_BIN, CullBinManager.BT_front_to_back, opaque - 1),
        (SKY_BIN, CullBinManager.BT_unsorted, (opaque + transparent) // 2),
    ):
        if bins.find_bin(name) < 0:
            bins.add_bin(name, kind, sort)


def _panel_name(part: Part) -> str:
    return part.name.removeprefix("panel-")


def _standby() -> Pixels:
    """Returns what a panel shows before it is told: a dark, quiet surface."""
    fall = np.linspace(1.15, 0.85, 32)[:, None, None]
    image = np.broadcast_to(np.array(STANDBY_COLOR) * fall, (32, 32, 3))
    return image.astype(np.uint8)
