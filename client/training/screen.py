"""The scope's picture over a whole window, as who operates sees nothing else.

It lies over the room, which is not drawn meanwhile, and under the panels.
"""

from typing import Final

from direct.showbase.ShowBase import ShowBase
from panda3d.core import Camera, CardMaker, NodePath, OrthographicLens, Texture

from client.training.scope_picture import show_round

SORT: Final = 6
"""After name plates, before panels."""


class FullScreen:
    """A black window with the round picture in its middle.

    Args:
      base: with its window open.
      texture: the square picture.
      has_shaders: whether the machine can draw it round.
    """

    def __init__(self, base: ShowBase, texture: Texture, *, has_shaders: bool) -> None:
        self._base = base
        self._scene = NodePath("scope-screen")
        maker = CardMaker("scope-screen")
        maker.set_frame(-1, 1, -1, 1)
        self._card = self._scene.attach_new_node(maker.generate())
        show_round(self._card, texture, has_shaders=has_shaders)
        self._card.set_depth_test(False)
        self._card.set_depth_write(False)
        self._lens = OrthographicLens()
        self._lens.set_near_far(-1, 1)
        camera = self._scene.attach_new_node(Camera("scope-screen", self._lens))
        self._region = base.win.make_display_region()
        self._region.set_sort(SORT)
        self._region.set_clear_color_active(True)
        self._region.set_clear_color((0.012, 0.014, 0.016, 1))
        self._region.set_camera(camera)
        self._region.set_active(False)

    @property
    def is_shown(self) -> bool:
        """Whether the picture fills the window."""
        return bool(self._region.is_active())

    @property
    def height_px(self) -> float:
        """Height and width of the picture on the screen."""
        window = self._base.win
        return float(min(window.get_x_size(), window.get_y_size()))

    def show(self) -> None:
        """Lets the picture fill the window."""
        self._region.set_active(True)
        self._base.cam.node().set_active(False)
        self.follow_window()

    def hide(self) -> None:
        """Shows the room again."""
        self._region.set_active(False)
        self._base.cam.node().set_active(True)

    def follow_window(self) -> None:
        """Keeps the picture round; to be called before each frame."""
        window = self._base.win
        width, height = window.get_x_size(), max(window.get_y_size(), 1)
        side = max(min(width, height), 1)
        self._lens.set_film_size(2 * width / side, 2 * height / side)

    def close(self) -> None:
        """Takes the picture away."""
        self.hide()
        self._base.win.remove_display_region(self._region)
        self._scene.remove_node()
