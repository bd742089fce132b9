"""The window, on screen or not: opens it, picks the tier, and owns the engine and the camera."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from direct.showbase.ShowBase import ShowBase
from numpy.typing import NDArray
from panda3d.core import (
    AntialiasAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    GraphicsPipe,
    GraphicsPipeSelection,
    NodePath,
    Texture,
    WindowProperties,
    load_prc_file_data,
)
from PIL import Image

from client.scene.textures import SharedTextures
from client.scene.tiers import Tier, TierName, choose_tier, forced_tier
from world.errors import ClinicError
from world.geometry import Vector

NEAR_M, FAR_M = 0.05, 400.0


class NoPicture(ClinicError):
    """No window or off-screen buffer could be opened on this machine."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What to open.

    Attributes:
      size: width and height in pixels.
      is_offscreen: no window; works without a display.
      tier: forces a tier; None chooses by the machine.
      title: of the window.
      display: Panda3D's display module; None for the usual one.
    """

    size: tuple[int, int] = (1280, 720)
    is_offscreen: bool = False
    tier: TierName | None = None
    title: str = "Metaclinic"
    display: str | None = None


class Stage:
    """An open window. One at a time in a process, as Panda3D has one ShowBase.

    Attributes:
      base: Panda3D's ShowBase; its `render` is the scene's root, in the shown room's frame.
      tier: what this machine can draw.
      renderer: the driver's name.
      version: the driver's version, by which golden pictures are keyed.
      shared_textures: what all rooms share, once the first room was shown.
    """

    def __init__(self, options: WindowOptions) -> None:
        self.base = _started(options)
        renderer, version, has_glsl = _probe(self.base)
        self.renderer, self.version = renderer, version
        self.tier: Tier = (
            forced_tier(options.tier, renderer)
            if options.tier
            else choose_tier(renderer, has_glsl_330=has_glsl)
        )
        _open_main(self.base, options, self.tier)
        # Off-screen windows of Mesa take samples but do not use them; frame buffer objects do.
        is_sampled = options.is_offscreen and self.tier.samples > 0
        self._target = _SampledTarget(self.base, options, self.tier) if is_sampled else None
        self.base.disable_mouse()
        self.base.camLens.set_near_far(NEAR_M, FAR_M)
        self.shared_textures: SharedTextures | None = None
        if self.tier.samples:
            self.root.set_antialias(AntialiasAttrib.M_multisample)

    @property
    def root(self) -> NodePath:
        """The scene's root."""
        return self.base.render

    def look(self, eye_m: Vector, yaw_rad: float, pitch_rad: float = 0.0) -> None:
        """Puts the camera at a point; yaw 0 looks along +Y, pitch up is positive."""
        self.base.camera.set_pos(*eye_m)
        self.base.camera.set_hpr(math.degrees(yaw_rad), math.degrees(pitch_rad), 0)

    def look_at(self, eye_m: Vector, target_m: Vector) -> None:
        """Puts the camera at a point, looking at another."""
        self.base.camera.set_pos(*eye_m)
        self.base.camera.look_at(*target_m)

    def set_field_of_view(self, horizontal_rad: float) -> None:
        """Sets how wide the camera sees."""
        self.base.camLens.set_fov(math.degrees(horizontal_rad))

    def frame(self) -> None:
        """Draws one frame."""
        self.base.graphicsEngine.render_frame()

    def pixels(self) -> NDArray[np.uint8]:
        """Returns a fresh frame's pixels, rows from the top down: (h, w, 3)."""
        for _ in range(2):
            self.frame()
        texture = self._target.texture if self._target else self.base.win.get_screenshot()
        if texture is None or not texture.has_ram_image():
            raise NoPicture("the window gave no picture")
        size = (texture.get_y_size(), texture.get_x_size(), 3)
        flat = np.frombuffer(bytes(texture.get_ram_image_as("RGB")), np.uint8)
        return flat.reshape(size)[::-1].copy()

    def screenshot(self, path: Path) -> None:
        """Draws a frame and writes it as an image file, its kind told by the name."""
        Image.fromarray(self.pixels()).save(path)

    def close(self) -> None:
        """Closes the window and frees the engine, so that another stage may open."""
        self.base.destroy()


def open_window(options: WindowOptions) -> Stage:
    """Returns an open stage.

    Raises:
      NoPicture: if the machine opens neither a window nor an off-screen buffer.
    """
    return Stage(options)


def _started(options: WindowOptions) -> ShowBase:
    usual = (
        ("p3headlessgl", "pandagl", "p3tinydisplay")
        if options.is_offscreen
        else ("pandagl", "p3tinydisplay")
    )
    displays = (options.display,) if options.display else usual
    lines = [
        "audio-library-name null",
        "notify-level-display error",
        "notify-level-x11display error",
        # Closing a buffer and looking for game pads where there are none are told as errors.
        "notify-level-egldisplay fatal",
        "notify-level-device fatal",
        "sync-video true",
        "gl-version 3 2",
    ]
    load_prc_file_data("", "\n".join(lines))
    base = ShowBase(windowType="none")
    for display in displays:
        # The software rasterizer's own off-screen kind is not the one that its module offers first.
        is_tiny = options.is_offscreen and display == "p3tinydisplay"
        pipe = (
            GraphicsPipeSelection.get_global_ptr().make_pipe("TinyOffscreenGraphicsPipe", display)
            if is_tiny
            else base.make_module_pipe(display)
        )
        if pipe is not None and pipe.is_valid():
            power = "down" if display == "p3tinydisplay" else "none"
            load_prc_file_data("", f"textures-power-2 {power}")
            base.pipe = pipe
            base.pipeList.append(pipe)
            return base
    base.destroy()
    raise NoPicture(f"no display of the kinds {', '.join(displays)} on this machine")


def _probe(base: ShowBase) -> tuple[str, str, bool]:
    """Returns name and version of the driver and whether it takes GLSL 3.30."""
    window = base.open_window(
        type="offscreen",
        size=(4, 4),
        makeCamera=False,
        props=WindowProperties(size=(4, 4)),
        requireWindow=False,
    )
    if window is None:
        # Some on-screen-only drivers have no off-screen buffers; they tell nothing beforehand.
        return "unknown", "", False
    base.graphicsEngine.render_frame()
    gsg = window.get_gsg()
    renderer, version = gsg.get_driver_renderer(), gsg.get_driver_version()
    glsl = gsg.get_driver_shader_version_major(), gsg.get_driver_shader_version_minor()
    base.close_window(window)
    base.graphicsEngine.render_frame()
    return str(renderer or base.pipe.get_interface_name()), str(version), glsl >= (3, 30)


def _open_main(base: ShowBase, options: WindowOptions, tier: Tier) -> None:
    buffer = FrameBufferProperties()
    buffer.set_rgba_bits(8, 8, 8, 0)
    buffer.set_depth_bits(24)
    # A window without a back buffer is never swapped: software drivers then show its first picture
    # for ever, and keep every frame that they were given.
    buffer.set_back_buffers(0 if options.is_offscreen else 1)
    if tier.samples:
        buffer.set_multisamples(tier.samples)
    window = WindowProperties(size=options.size)
    window.set_title(options.title)
    kind = "offscreen" if options.is_offscreen else "onscreen"
    opened = base.open_main_window(type=kind, fbprops=buffer, props=window, size=options.size)
    if not opened:
        base.destroy()
        raise NoPicture(f"no {kind} window of {options.size[0]}x{options.size[1]} could be opened")
    base.set_background_color(0.80, 0.88, 0.94, 1)


class _SampledTarget:
    """A frame buffer object with several samples a pixel, drawn by the stage's camera."""

    def __init__(self, base: ShowBase, options: WindowOptions, tier: Tier) -> None:
        buffer = FrameBufferProperties()
        buffer.set_rgba_bits(8, 8, 8, 0)
        buffer.set_depth_bits(24)
        buffer.set_multisamples(tier.samples)
        output = base.graphicsEngine.make_output(
            base.pipe,
            "sampled",
            -10,
            buffer,
            WindowProperties(size=options.size),
            GraphicsPipe.BF_refuse_window,
            base.win.get_gsg(),
            base.win,
        )
        if output is None:
            raise NoPicture(f"no frame buffer with {tier.samples} samples on this machine")
        self.texture = Texture("sampled")
        output.add_render_texture(self.texture, GraphicsOutput.RTM_copy_ram)
        output.set_clear_color(base.win.get_clear_color())
        for region in list(base.win.get_display_regions()):
            region.set_active(False)
        output.make_display_region().set_camera(base.cam)
        # What lies before the picture is drawn after it, and over it.
        flat = output.make_display_region()
        flat.set_sort(10)
        flat.set_clear_depth_active(True)
        flat.set_camera(base.cam2d)
        base.camLens.set_aspect_ratio(options.size[0] / options.size[1])
