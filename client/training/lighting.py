"""The light inside the trainer's box: lamp overhead with its shadow, scope light, walls and drape.

The lamp stands still, so that its shadow map has one matrix; it is drawn before each picture.
"""

from typing import Final

import numpy as np
from panda3d.core import (
    AmbientLight,
    BitMask32,
    Camera,
    DirectionalLight,
    FrameBufferProperties,
    GraphicsEngine,
    GraphicsOutput,
    GraphicsPipe,
    LMatrix4f,
    LVecBase3f,
    LVector3,
    NodePath,
    OrthographicLens,
    SamplerState,
    Texture,
    WindowProperties,
)

from client.scene.ambient import AmbientGrid
from client.scene.light import RoomLight, cube_texture
from client.scene.target import NoPicture
from client.scene.tiers import Tier
from client.training.shading import depth_shader
from world.geometry import FloatArray, rotate

LAMP_M: Final = (-0.10, 0.07, 0.30)
"""From the field's middle: to the left of and behind the field, so that shadows fall towards the
trainee's right, beside and below what casts them."""
LAMP_LIGHT: Final = (0.70, 0.69, 0.66)
SCOPE_LIGHT: Final = (1.02, 1.0, 0.97)
SCOPE_ASIDE_M: Final = (0.0035, 0.0, 0.002)
"""The light leaves the scope beside its lens."""
BOX_M: Final = ((-0.25, -0.22, -0.01), (0.25, 0.22, 0.31))
LAMP_MASK: Final = BitMask32.bit(4)
"""What the lamp sees casts a shadow; the box about the field is hidden from it."""
_FIELD_WIDTH_M: Final = 0.30
_NEAR_M, _FAR_M = 0.05, 0.50
_CUBE_PX: Final = 32
_EXPOSURE: Final = 1.5
_AROUND: Final = np.array([150, 150, 150, 138, 186, 104], np.uint8)


class FieldLight:
    """All light of one field.

    Args:
      root: of the field's scene.
      tier: how much the machine can draw.
    """

    def __init__(self, root: NodePath, tier: Tier) -> None:
        self._root, self._tier = root, tier
        self._buffer: GraphicsOutput | None = None
        if tier.room == "none":
            _light_without_shaders(root)
            return
        _box_light().apply(root)
        lens = OrthographicLens()
        lens.set_film_size(_FIELD_WIDTH_M, _FIELD_WIDTH_M)
        lens.set_near_far(_NEAR_M, _FAR_M)
        camera = Camera("lamp", lens)
        state = NodePath("lamp")
        state.set_shader(depth_shader(), 1)
        state.set_two_sided(True, 1)
        camera.set_camera_mask(LAMP_MASK)
        camera.set_initial_state(state.get_state())
        self._lamp = root.attach_new_node(camera)
        self._lamp.set_pos(*LAMP_M)
        self._lamp.look_at(0, 0, 0)
        self._size = 1024 if tier.room == "full" else 512
        self._depth = self._depth_texture()
        self._apply()

    def cast(self, engine: GraphicsEngine, window: GraphicsOutput) -> None:
        """Begins to draw the lamp's shadow, in the graphics context of a window.

        Without shaders there is no shadow to draw.

        Raises:
          NoPicture: if the machine gives no depth buffer.
        """
        if self._tier.room == "none":
            return
        kind = FrameBufferProperties()
        kind.set_depth_bits(24)
        buffer = engine.make_output(
            window.get_pipe(),
            "lamp",
            -40,
            kind,
            WindowProperties(size=(self._size, self._size)),
            GraphicsPipe.BF_refuse_window,
            window.get_gsg(),
            window,
        )
        if buffer is None:
            raise NoPicture(f"no depth buffer of {self._size} pixels on this machine")
        buffer.add_render_texture(
            self._depth, GraphicsOutput.RTM_bind_or_copy, GraphicsOutput.RTP_depth
        )
        buffer.make_display_region().set_camera(self._lamp)
        self._buffer = buffer

    def follow_scope(self, place_m: FloatArray, rotation: FloatArray) -> None:
        """Puts the scope's light to where the scope is, (3,), and how it is turned, (4,)."""
        light_m = place_m + rotate(rotation, np.array(SCOPE_ASIDE_M))
        self._root.set_shader_input("scope_place", LVecBase3f(*light_m))
        self._root.set_shader_input(
            "scope_way", LVecBase3f(*rotate(rotation, np.array([0.0, 1.0, 0.0])))
        )

    def close(self, engine: GraphicsEngine) -> None:
        """Gives the shadow's buffer back."""
        if self._buffer is not None:
            engine.remove_window(self._buffer)
            self._buffer = None

    def _depth_texture(self) -> Texture:
        texture = Texture("lamp-depth")
        texture.set_format(Texture.F_depth_component)
        texture.set_minfilter(SamplerState.FT_shadow)
        texture.set_magfilter(SamplerState.FT_shadow)
        texture.set_wrap_u(SamplerState.WM_clamp)
        texture.set_wrap_v(SamplerState.WM_clamp)
        return texture

    def _apply(self) -> None:
        way = np.array(LAMP_M) / np.sqrt(np.square(LAMP_M).sum())
        half = LMatrix4f(0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0.5, 0.5, 0.5, 1)
        clip_from_lamp = self._lamp.node().get_lens().get_projection_mat()
        lamp_from_field = self._root.get_mat(self._lamp)
        for name, value in {
            "lamp_depth": self._depth,
            "lamp_from_field": lamp_from_field * clip_from_lamp * half,
            "lamp_way": LVecBase3f(*way),
            "lamp_light": LVecBase3f(*LAMP_LIGHT),
            "lamp_texel": 1.0 / self._size,
            "scope_light": LVecBase3f(*SCOPE_LIGHT),
        }.items():
            self._root.set_shader_input(name, value)
        self.follow_scope(np.array([0.0, -0.10, 0.15]), np.array([1.0, 0.0, 0.0, 0.0]))


def _light_without_shaders(root: NodePath) -> None:
    """Lights the field as fixed-function drawing can: the lamp, and something from all around."""
    lamp = DirectionalLight("lamp")
    lamp.set_color((0.85, 0.84, 0.80, 1))
    lamp.set_direction(LVector3(*(-at for at in LAMP_M)))
    around = AmbientLight("around")
    around.set_color((0.62, 0.62, 0.63, 1))
    for light in (lamp, around):
        root.set_light(root.attach_new_node(light))


def _box_light() -> RoomLight:
    """Returns what walls, lid and drape of the box send to everything in it."""
    encoded = np.broadcast_to(_AROUND[:, None, None, None, None], (6, 1, 1, 1, 3)).copy()
    grid = AmbientGrid(encoded, 1.0, *BOX_M, _EXPOSURE, (1.0, 1.0, 1.0))
    return RoomLight(
        grid, BOX_M, cube=cube_texture(_mirrored()), cube_scale=2.6, cube_center_m=(0.0, 0.0, 0.1)
    )


def _mirrored() -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Returns what steel mirrors: two strip lights in a grey lid, dim walls, the dark drape."""
    looks = np.array([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], float)
    ups = np.array([(0, -1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1), (0, -1, 0), (0, -1, 0)], float)
    share = (np.arange(_CUBE_PX) + 0.5) / _CUBE_PX * 2 - 1
    u, v = np.meshgrid(share, share)
    ways = (
        looks[:, None, None]
        + u[..., None] * np.cross(looks, ups)[:, None, None]
        + v[..., None] * ups[:, None, None]
    )
    ways /= np.linalg.norm(ways, axis=-1, keepdims=True)
    x, y, z = np.moveaxis(ways, -1, 0)
    level = np.interp(z, [-1.0, -0.15, 0.05, 0.5, 1.0], [0.16, 0.22, 0.34, 0.50, 0.42])
    at_x, at_y = (across / np.maximum(z, 0.05) for across in (x, y))
    is_strip = (z > 0.2) & (np.abs(np.abs(at_x) - 0.55) < 0.22) & (np.abs(at_y) < 1.4)
    light = np.where(is_strip, 2.6, level)[..., None] * np.array([1.0, 1.0, 0.98])
    drape = np.clip(-z, 0.0, 1.0)[..., None] * np.array([-0.02, 0.01, 0.02])
    shown: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = np.clip(
        255 * np.sqrt(np.maximum(light + drape, 0.0) / 2.6), 0, 255
    ).astype(np.uint8)
    return shown
