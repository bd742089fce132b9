"""The window, on screen or not: opens it, picks the tier, and owns the engine and the camera."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from direct.showbase.ShowBase import ShowBase
from numpy.typing import NDArray
from panda3d.core import (
    AntialiasAttrib,
    FrameBufferProperties,
    GraphicsPipeSelection,
    NodePath,
    WindowProperties,
    load_prc_file_data,
)
from PIL import Image

from client.scene.pace import Rung
from client.scene.target import NoPicture, SceneTarget
from client.scene.textures import SharedTextures
from client.scene.tiers import Tier, TierName, first_choice, is_software, suited
from world.geometry import Vector

NEAR_M, FAR_M = 0.05, 400.0
GOES_ON: Final = 1
"""Task.cont of Panda3D: call again next frame."""
BEFORE_DRAWING: Final = 45
"""The engine draws in a task of sort 50."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What to open.

    Attributes:
      size: width and height in pixels.
      is_offscreen: no window; works without a display.
      tier: forces a tier; None chooses by the machine.
      is_hurried: off screen, draws as quickly as in a window and, as there, finishes each frame
        before the next; else pictures are drawn with care.
      title: of the window.
      display: Panda3D's display module; None for the usual one.
    """

    size: tuple[int, int] = (1280, 720)
    is_offscreen: bool = False
    tier: TierName | None = None
    is_hurried: bool = False
    title: str = "Metaclinic"
    display: str | None = None


class Stage:
    """An open window. One at a time in a process, as Panda3D has one ShowBase.

    Attributes:
      base: Panda3D's ShowBase; its `render` is the scene's root, in the shown room's frame.
      tier: what this machine can draw.
      renderer: the driver's name.
      version: the driver's version, by which golden pictures are keyed.
      shared_textures: what all rooms share, once the first room of this tier was shown.
    """

    def __init__(self, options: WindowOptions) -> None:
        self.base = _started(options)
        self.renderer, self.version, self._has_glsl_330 = _probe(self.base)
        self.shared_textures: SharedTextures | None = None
        self._forced = options.tier
        first = options.tier or first_choice(self.renderer)
        self._is_picture = options.is_offscreen and not options.is_hurried
        self.tier = self._suited(first)
        _open_main(self.base, options, self.tier)
        self.base.disable_mouse()
        self.base.camLens.set_near_far(NEAR_M, FAR_M)
        self._target: SceneTarget | None = None
        # Off-screen windows of Mesa take samples but do not use them; frame buffer objects do.
        self._needs_target = options.is_offscreen and self.tier.samples > 0
        self.set_quality(self.tier.name, self.tier.scale)
        self.base.taskMgr.add(self._follow_window, "scene-size", sort=BEFORE_DRAWING)

    @property
    def highest(self) -> TierName:
        """The highest tier that is worth trying: one above its first choice for a processor."""
        if not self._has_glsl_330:
            return "potato"
        first = first_choice(self.renderer)
        return self._forced or ("low" if is_software(self.renderer) else first)

    @property
    def rung(self) -> Rung:
        """What is drawn now."""
        return Rung(self.tier.name, self._scale)

    def set_quality(self, name: TierName, scale: float) -> None:
        """Draws as this tier from now on; rooms and people made before are of the tier before."""
        if name != self.tier.name:
            self.tier = self._suited(name)
            self.shared_textures = None
        self._scale = scale if self._has_glsl_330 else 1.0
        if self.tier.samples:
            self.root.set_antialias(AntialiasAttrib.M_multisample)
        else:
            self.root.clear_antialias()
        if self._target is None and (self._scale < 1.0 or self._needs_target):
            samples = self.tier.samples if self._needs_target else 0
            self._target = SceneTarget(self.base, samples)
        if self._target is not None:
            self._target.set_scale(self._scale)

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
        self._follow_window()
        self.base.graphicsEngine.render_frame()

    def pixels(self) -> NDArray[np.uint8]:
        """Returns a fresh frame's pixels, rows from the top down: (h, w, 3)."""
        for _ in range(2):
            self.frame()
        texture = self.base.win.get_screenshot()
        if texture is None or not texture.has_ram_image():
            raise NoPicture("the window gave no picture")
        size = (texture.get_y_size(), texture.get_x_size(), 3)
        flat = np.frombuffer(bytes(texture.get_ram_image_as("RGB")), np.uint8)
        return flat.reshape(size)[::-1].copy()

    def screenshot(self, path: Path) -> None:
        """Draws a frame and writes it as an image file, its kind told by the name."""
        Image.fromarray(self.pixels()).save(path)

    def _suited(self, name: TierName) -> Tier:
        tier = suited(name, self.renderer, has_glsl_330=self._has_glsl_330)
        # A picture that nobody waits for is drawn with care.
        return replace(tier, scale=1.0, is_sparing=False) if self._is_picture else tier

    def _follow_window(self, _task: object = None) -> int:
        window = self.base.win
        width, height = window.get_x_size(), window.get_y_size()
        self.base.camLens.set_aspect_ratio(width / max(height, 1))
        if self._target is not None:
            self._target.follow_window()
        return GOES_ON

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
    lines.append(f"gl-finish {str(options.is_hurried).lower()}")
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
