"""Puts the painted panels before the 3D picture, and turns Panda3D's input into events.

Strategy: one card and one texture per panel under `pixel2d`, where one unit is one pixel. A texture
is uploaded only when its panel was painted anew. This is the only module here that knows Panda3D.
"""

from panda3d.core import (
    CardMaker,
    NodePath,
    SamplerState,
    Texture,
    TransparencyAttrib,
)
from PIL import Image

from client.ui import shapes
from client.ui.events import Event, Key, Typed
from client.ui.painter import Painter, composed
from client.ui.pixels import Rect
from client.ui.surface import PlacedPanel, Surface
from client.ui.tree import Tree
from client.ui.vocabulary import Anchor

SHADOW_DP = 18
# Panda3D's names of keys where ours differ.
KEY_NAMES = {
    "arrow_left": "left",
    "arrow_right": "right",
    "arrow_up": "up",
    "arrow_down": "down",
    "page_up": "page-up",
    "page_down": "page-down",
    "del": "delete",
}
MODIFIERS = frozenset({"shift", "control", "alt", "meta"})
# A gamepad's cross and two of its buttons do what keys do.
GAMEPAD_KEYS = {
    "dpad_left": "left",
    "dpad_right": "right",
    "dpad_up": "up",
    "dpad_down": "down",
    "face_a": "enter",
    "face_b": "escape",
    "lshoulder": "f6",
    "rshoulder": "tab",
}


class Overlay:
    """The cards of one surface.

    Args:
      pixel2d: node whose unit is one pixel, x right and z up from the top left corner.
    """

    def __init__(self, pixel2d: NodePath) -> None:
        self._root = pixel2d.attach_new_node("overlay")
        self._root.set_transparency(TransparencyAttrib.M_alpha)
        # Cards are drawn in the order of their places in the tree, without depth.
        self._root.set_bin("unsorted", 0)
        self._root.set_depth_test(False)
        self._root.set_depth_write(False)
        self._painter = Painter()
        self._cards: dict[str, NodePath] = {}
        self._textures: dict[str, Texture] = {}
        self._rects: dict[str, Rect] = {}
        self._scrim_setting: object = None

    def show(self, surface: Surface, tree: Tree) -> int:
        """Brings the cards up to date; returns how many textures were uploaded."""
        paintings = self._painter.paint(surface, tree)
        for gone in self._cards.keys() - paintings.keys():
            self._drop(gone)
        uploads = 0
        for depth, placed_panel in enumerate(surface.placed):
            painting = paintings[placed_panel.panel_id]
            is_placed = self._rects.get(placed_panel.panel_id) == placed_panel.rect
            if not is_placed:
                self._place(placed_panel, surface)
            self._cards[placed_panel.panel_id].reparent_to(self._root, 2 * depth)
            if painting.is_new or not is_placed:
                upload(self._textures[placed_panel.panel_id], painting.image)
                uploads += 1
        self._dim_behind(surface, tree)
        return uploads

    def close(self) -> None:
        """Takes all cards away."""
        self._root.remove_node()
        self._cards.clear()
        self._textures.clear()
        self._rects.clear()

    def _place(self, placed_panel: PlacedPanel, surface: Surface) -> None:
        self._drop(placed_panel.panel_id)
        holder = self._root.attach_new_node(placed_panel.panel_id)
        if placed_panel.panel.anchor is not Anchor.FULL:
            self._lay_shadow(holder, placed_panel.rect, surface)
        texture = new_texture(placed_panel.panel_id)
        card = card_of(holder, placed_panel.rect)
        card.set_texture(texture)
        self._cards[placed_panel.panel_id] = holder
        self._textures[placed_panel.panel_id] = texture
        self._rects[placed_panel.panel_id] = placed_panel.rect

    def _lay_shadow(self, holder: NodePath, rect: Rect, surface: Surface) -> None:
        reach = surface.metrics.dp(SHADOW_DP)
        radius = surface.metrics.dp(surface.theme.panel_radius_dp)
        texture = new_texture("shadow")
        upload(texture, shapes.shadow(rect.width, rect.height, radius, reach))
        card_of(holder, rect.grown(reach).moved(0, reach // 4)).set_texture(texture)

    def _dim_behind(self, surface: Surface, tree: Tree) -> None:
        """Lays a dark card right behind the modal panel."""
        setting = (surface.width, surface.height, surface.theme.scrim)
        if tree.modal_panel is None or self._scrim_setting != setting:
            self._root.find_all_matches("scrim").detach()
            self._scrim_setting = None
        if tree.modal_panel is None:
            return
        if self._scrim_setting is None:
            scrim = self._root.attach_new_node("scrim")
            card_of(scrim, Rect(0, 0, surface.width, surface.height))
            scrim.set_color(*(channel / 255 for channel in surface.theme.scrim))
            self._scrim_setting = setting
        known = self._root.find("scrim")
        ids = [placed_panel.panel_id for placed_panel in surface.placed]
        known.reparent_to(self._root, 2 * ids.index(tree.modal_panel) - 1)

    def _drop(self, panel_id: str) -> None:
        if panel_id in self._cards:
            self._cards.pop(panel_id).remove_node()
            self._textures.pop(panel_id).release_all()
            self._rects.pop(panel_id)


class Board:
    """A board in the room: one texture that shows a tree, whatever it is laid on.

    Args:
      name: of the texture.
      surface: as large as the texture; its panels are best anchored `FULL`.
    """

    def __init__(self, name: str, surface: Surface) -> None:
        self.surface = surface
        self.texture = new_texture(name)
        self._painter = Painter()

    def show(self, tree: Tree) -> bool:
        """Brings the texture up to date; returns whether it was uploaded."""
        paintings = self._painter.paint(self.surface, tree)
        if not any(painting.is_new for painting in paintings.values()):
            return False
        upload(self.texture, composed(self.surface, paintings, tree))
        return True


def new_texture(name: str) -> Texture:
    """Returns an empty texture that is shown pixel by pixel."""
    texture = Texture(name)
    texture.set_wrap_u(SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)
    texture.set_minfilter(SamplerState.FT_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    return texture


def upload(texture: Texture, image: Image.Image) -> None:
    """Gives a texture new pixels; its size follows the picture's."""
    width, height = image.size
    if (texture.get_x_size(), texture.get_y_size()) != (width, height):
        texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, Texture.F_rgba)
    texture.set_ram_image_as(image.tobytes(), "RGBA")


def card_of(parent: NodePath, rect: Rect) -> NodePath:
    """Returns a card at a rectangle; its texture's first line is at the top."""
    maker = CardMaker("card")
    maker.set_frame(rect.x, rect.right, -rect.bottom, -rect.y)
    maker.set_uv_range((0.0, 1.0), (1.0, 0.0))
    return parent.attach_new_node(maker.generate())


def key_event(button: str) -> Key | None:
    """Returns the key of a Panda3D button event such as "shift-tab"; None for no key of ours."""
    *modifiers, name = button.split("-") if button not in ("-", "--") else [button]
    if not MODIFIERS.issuperset(modifiers) or name.startswith(("mouse", "wheel")):
        return None
    name = KEY_NAMES.get(name, GAMEPAD_KEYS.get(name, name))
    return Key(name, "shift" in modifiers, "control" in modifiers)


def typed_event(keystroke: str) -> Typed | None:
    """Returns the characters of a Panda3D keystroke; None for control characters."""
    return Typed(keystroke) if keystroke.isprintable() and keystroke else None


def pointer_event(surface: Surface, tree: Tree, button: str, x: float, y: float) -> Event | None:
    """Returns what a mouse event at a pixel means: "mouse1", "mouse1-up" or "move"."""
    match button:
        case "mouse1":
            return surface.press(tree, x, y)
        case "mouse1-up":
            return surface.release(tree, x, y)
        case "move":
            is_held = tree.pressed_id is not None
            return surface.drag(tree, x, y) if is_held else surface.hover(tree, x, y)
        case _:
            return None
