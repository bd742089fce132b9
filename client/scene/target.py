"""A picture of the scene at another size than the window's, laid under what is read.

Strategy: the stage's camera draws into a frame buffer object, smaller than the window or with more
samples; one card lays that picture over the window. Name plates are then drawn by a second camera
straight onto the window, and panels over all of it, so that every letter keeps the window's pixels.
"""

from typing import Final

from direct.showbase.ShowBase import ShowBase
from panda3d.core import (
    BitMask32,
    Camera,
    CardMaker,
    FrameBufferProperties,
    GraphicsOutput,
    GraphicsPipe,
    NodePath,
    OrthographicLens,
    SamplerState,
    Texture,
    WindowProperties,
)

from world.errors import ClinicError

SCENE_MASK: Final = BitMask32.bit(0)
"""What cameras of the scene see."""
PLATES_MASK: Final = BitMask32.bit(1)
"""What a camera sees that draws plates over a scene which was drawn elsewhere."""
CARD_SORT, PLATES_SORT = -20, 5
OVER_ALL: Final = 100
"""Priority of a state that no node below takes back."""


class NoPicture(ClinicError):
    """No window or off-screen buffer could be opened on this machine."""


class SceneTarget:
    """The scene's own frame buffer in a window.

    Args:
      base: with its window open; its camera draws here from now on.
      samples: of each pixel; 0 for none.
    """

    def __init__(self, base: ShowBase, samples: int) -> None:
        self._base = base
        self._scale, self._size = 1.0, (0, 0)
        self._texture = Texture("scene")
        self._texture.set_minfilter(SamplerState.FT_linear)
        self._texture.set_magfilter(SamplerState.FT_linear)
        self._texture.set_wrap_u(SamplerState.WM_clamp)
        self._texture.set_wrap_v(SamplerState.WM_clamp)
        self._buffer = self._opened(samples)
        for region in list(base.win.get_display_regions()):
            if region.get_camera() == base.cam:
                region.set_active(False)
        base.cam.node().set_camera_mask(SCENE_MASK)
        # The card covers all of the window, and nothing over it is hidden by depth: on a processor
        # every clear that is left out is a millisecond.
        base.win.disable_clears()
        for region in list(base.win.get_display_regions()):
            region.disable_clears()
        self._lay_card()
        self._show_plates()

    def set_scale(self, scale: float) -> None:
        """Draws the scene in this share of the window's width and height."""
        self._scale = scale
        self.follow_window()

    def follow_window(self) -> None:
        """Brings the size up to date; to be called before each frame, as windows change theirs."""
        window = self._base.win
        size = tuple(
            max(1, round(side * self._scale)) for side in (window.get_x_size(), window.get_y_size())
        )
        if size != self._size:
            self._size = size
            self._buffer.set_size(*size)

    def _opened(self, samples: int) -> GraphicsOutput:
        base = self._base
        kind = FrameBufferProperties()
        kind.set_rgba_bits(8, 8, 8, 0)
        kind.set_depth_bits(24)
        kind.set_multisamples(samples)
        size = (base.win.get_x_size(), base.win.get_y_size())
        buffer = base.graphicsEngine.make_output(
            base.pipe,
            "scene",
            -10,
            kind,
            WindowProperties(size=size),
            GraphicsPipe.BF_refuse_window | GraphicsPipe.BF_resizeable,
            base.win.get_gsg(),
            base.win,
        )
        if buffer is None:
            raise NoPicture(f"no frame buffer with {samples} samples on this machine")
        buffer.add_render_texture(self._texture, GraphicsOutput.RTM_bind_or_copy)
        buffer.set_clear_color(base.win.get_clear_color())
        buffer.make_display_region().set_camera(base.cam)
        return buffer

    def _lay_card(self) -> None:
        maker = CardMaker("scene")
        maker.set_frame(-1, 1, -1, 1)
        below = NodePath("below")
        card = below.attach_new_node(maker.generate())
        card.set_texture(self._texture)
        card.set_depth_test(False)
        card.set_depth_write(False)
        lens = OrthographicLens()
        lens.set_film_size(2, 2)
        lens.set_near_far(-1, 1)
        camera = below.attach_new_node(Camera("below", lens))
        region = self._base.win.make_display_region()
        region.set_sort(CARD_SORT)
        region.set_camera(camera)

    def _show_plates(self) -> None:
        self._base.render.hide(PLATES_MASK)
        camera = Camera("plates", self._base.camLens)
        camera.set_camera_mask(PLATES_MASK)
        unhidden = NodePath("unhidden")
        unhidden.set_depth_test(False, OVER_ALL)
        camera.set_initial_state(unhidden.get_state())
        region = self._base.win.make_display_region()
        region.set_sort(PLATES_SORT)
        region.set_camera(self._base.camera.attach_new_node(camera))


def draw_over_scene(plates: NodePath) -> None:
    """Lets a node be drawn at the window's own size, and not with the scene under it."""
    plates.hide(SCENE_MASK)
    plates.show_through(PLATES_MASK)
