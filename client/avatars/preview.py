"""Pictures of the people for a person to judge: `python3 -m client.avatars.preview [SCENE ...]`.

Draws without a window (EGL), under the light of no room in particular, at twice the size and
reduced. Scenes: lineup, seated, gestures, walking, faces, voices, tags.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from panda3d.core import (
    Camera,
    CardMaker,
    FrameBufferProperties,
    Geom,
    GeomNode,
    GeomTriangles,
    GeomVertexData,
    GeomVertexFormat,
    GeomVertexWriter,
    GraphicsEngine,
    GraphicsPipe,
    GraphicsPipeSelection,
    NodePath,
    PerspectiveLens,
    Shader,
    WindowProperties,
    load_prc_file_data,
)
from PIL import Image

from client.avatars.casting import PEOPLE
from client.avatars.people import People
from client.avatars.pose import PoseBatch
from client.avatars.tag import TagText
from client.scene.light import ROOM_DITHER_GLSL, ROOM_LIGHT_GLSL, RoomLight, neutral_light
from client.scene.tiers import TIERS, Shading
from client.ui.fonts import found_in
from world.errors import ConfigurationError
from world.geometry import FloatArray, Vector, multiply, quaternion_from_yaw

ASSETS = Path(__file__).parents[2] / "assets"
FRAME_S = 1 / 60
STUDIO_DETAIL: dict[Shading, float] = {"none": 0.35, "plain": 0.7, "full": 1.0}
HANDS_DOWN: FloatArray = np.array([[-0.2, 0.1, -0.7], [0.2, 0.1, -0.7]])
PROP_VERTEX = f"""#version 330
{ROOM_LIGHT_GLSL}
uniform mat4 p3d_ModelViewProjectionMatrix, p3d_ModelMatrix;
in vec4 p3d_Vertex, p3d_Color;
in vec3 p3d_Normal;
out vec3 light;
void main() {{
  gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
  vec3 place = (p3d_ModelMatrix * p3d_Vertex).xyz;
  vec3 n = mat3(p3d_ModelMatrix) * p3d_Normal;
  light = pow(p3d_Color.rgb, vec3(2.2)) * room_irradiance(place, n);
}}
"""
PROP_FRAGMENT = f"""#version 330
{ROOM_LIGHT_GLSL}{ROOM_DITHER_GLSL}
in vec3 light;
out vec4 fragment;
void main() {{ fragment = vec4(room_dithered(room_display(light)), 1.); }}
"""


class Actor:
    """One person's pose, made step by step; all lengths in metres, angles in degrees."""

    def __init__(self, place: tuple[float, float] = (0, 0), yaw: float = 0.0) -> None:
        self.yaw_rad = float(np.radians(yaw))
        ahead = np.array([-np.sin(self.yaw_rad), np.cos(self.yaw_rad), 0.0])
        self.seat_m: FloatArray = np.array([*place, 0.0])
        self.head_m: FloatArray = self.seat_m + ahead * 0.10 + [0.0, 0.0, 1.6]
        self.head = quaternion(yaw)
        self.hand_m: FloatArray = HANDS_DOWN.copy()
        self.hand: FloatArray = np.tile(quaternion(yaw), (2, 1))
        self.is_tracked = [False, False]
        self.is_seated = False
        self.velocity_m_per_s: FloatArray = np.zeros(3)
        self.voice = 0.0
        self.look_at_m: FloatArray = np.full(3, np.nan)
        self._yaw = yaw

    def sit(self) -> "Actor":
        """Sits down at its place."""
        self.is_seated = True
        self.head_m = np.array([*self.head_m[:2], 1.2])
        return self

    def look(self, yaw: float, pitch: float = 0.0) -> "Actor":
        """Turns the head, relative to the body."""
        self.head = quaternion(self._yaw + yaw, pitch)
        return self

    def hold(self, side: int, place: Vector, yaw: float = 0.0, pitch: float = 90.0) -> "Actor":
        """Holds a hand (0 left, 1 right) relative to the head, in the body's axes."""
        c, s = np.cos(self.yaw_rad), np.sin(self.yaw_rad)
        x, y, z = place
        self.hand_m[side] = (c * x - s * y, s * x + c * y, z)
        self.hand[side] = quaternion(self._yaw + yaw, pitch)
        self.is_tracked[side] = True
        return self


def quaternion(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> FloatArray:
    """Returns the rotation of a yaw, then a pitch, then a roll, in degrees."""
    z, x, y = (float(np.radians(angle)) / 2 for angle in (yaw, pitch, roll))
    turned = quaternion_from_yaw(np.array(2 * z))
    turned = multiply(turned, np.array([np.cos(x), np.sin(x), 0, 0]))
    return multiply(turned, np.array([np.cos(y), 0, np.sin(y), 0]))


def batch_of(actors: list[Actor]) -> PoseBatch:
    """Returns the poses of all actors."""
    return PoseBatch(
        head_m=np.array([a.head_m for a in actors]),
        head=np.array([a.head for a in actors]),
        hand_m=np.array([a.hand_m for a in actors]),
        hand=np.array([a.hand for a in actors]),
        is_tracked=np.array([a.is_tracked for a in actors]),
        is_seated=np.array([a.is_seated for a in actors]),
        seat_m=np.array([a.seat_m for a in actors]),
        seat_yaw_rad=np.array([a.yaw_rad for a in actors]),
        velocity_m_per_s=np.array([a.velocity_m_per_s for a in actors]),
    )


class Studio:
    """A floor, a wall, a camera, and the people.

    Args:
      size_px: of the pictures.
      oversampling: how many times larger they are drawn.
      light: of the room.
    """

    def __init__(
        self,
        size_px: tuple[int, int] = (1280, 720),
        oversampling: int = 2,
        light: RoomLight | None = None,
    ) -> None:
        width, height = size_px
        load_prc_file_data("", "gl-version 3 3\naudio-library-name null\n")
        load_prc_file_data("", "notify-level-display fatal\nnotify-level-device fatal\n")
        self._size_px = size_px
        self._engine = GraphicsEngine()
        pipe = GraphicsPipeSelection.get_global_ptr().make_module_pipe("p3headlessgl")
        frame = FrameBufferProperties(FrameBufferProperties.get_default())
        frame.set_rgba_bits(8, 8, 8, 8)
        frame.set_depth_bits(24)
        size = WindowProperties.size(width * oversampling, height * oversampling)
        flags = GraphicsPipe.BF_refuse_window
        self._buffer = self._engine.make_output(pipe, "studio", 0, frame, size, flags)
        if self._buffer is None:
            raise ConfigurationError("this machine cannot draw without a window (EGL)")
        self._buffer.set_clear_color((0.72, 0.74, 0.75, 1))
        self._root = NodePath("root")
        self._lens = PerspectiveLens()
        self._lens.set_near_far(0.05, 60)
        self._lens.set_aspect_ratio(width / height)
        self._camera = self._root.attach_new_node(Camera("viewer", self._lens))
        self._buffer.make_display_region().set_camera(self._camera)
        self.light = light or neutral_light()
        self.stage = self._root.attach_new_node("stage")
        self._props = self.stage.attach_new_node("props")
        self._props.set_shader(Shader.make(Shader.SL_GLSL, PROP_VERTEX, PROP_FRAGMENT))
        self.light.apply(self._props)
        self._card((-12, 12, -12, 12), (0, 0, 0), (0, -90, 0), (0.62, 0.60, 0.57))
        self._card((-12, 12, 0, 4), (0, -2.2, 0), (180, 0, 0), (0.80, 0.83, 0.82))
        self.people = self.new_people()

    def empty(self) -> None:
        """Takes everybody and every chair away."""
        self.people.root.remove_node()
        self.people = self.new_people()
        for chair in self._props.find_all_matches("chair"):
            chair.remove_node()

    def new_people(self, shading: Shading = "full") -> People:
        """Returns an empty room's people."""
        typeface = found_in(ASSETS / "fonts")
        tier = replace(TIERS["high"], people=shading, people_detail=STUDIO_DETAIL[shading])
        return People(self.stage, ASSETS / "people", self.light, typeface, tier)

    def fill(self, names: list[str], actors: list[Actor]) -> None:
        """Puts people in slots 0, 1, 2... and poses them once."""
        for slot, name in enumerate(names):
            self.people.add(slot, name, TagText(name, "patient"))
        self.people.root.find("tags").hide()
        self.pose(actors, 0.0)

    def pose(self, actors: list[Actor], now_s: float) -> None:
        """Poses everybody."""
        look_at = np.array([actor.look_at_m for actor in actors])
        voice = np.array([actor.voice for actor in actors])
        self.people.update(now_s, batch_of(actors), look_at, voice)

    def chair(self, place: tuple[float, float], yaw: float) -> None:
        """Puts a plain chair under a seat."""
        chair = self._props.attach_new_node("chair")
        chair.set_pos(*place, 0)
        chair.set_h(yaw)
        color = (0.28, 0.38, 0.42)
        _box(chair, (-0.26, -0.24, 0.38), (0.26, 0.26, 0.45), color)
        _box(chair, (-0.24, -0.32, 0.45), (0.24, -0.26, 0.92), color)
        for x in (-0.23, 0.19):
            for y in (-0.22, 0.20):
                _box(chair, (x, y, 0), (x + 0.04, y + 0.04, 0.38), (0.35, 0.33, 0.31))

    def look(self, place: Vector, at: Vector, fov: float) -> None:
        """Puts the camera somewhere and turns tags to it."""
        self._lens.set_fov(fov)
        self._camera.set_pos(*place)
        self._camera.look_at(*at)
        self.people.present_to(self._camera)

    def picture(self) -> Image.Image:
        """Returns what the camera sees."""
        for _ in range(2):
            self._engine.render_frame()
        shot = self._buffer.get_screenshot()
        size = (shot.get_x_size(), shot.get_y_size())
        image = Image.frombytes("RGB", size, bytes(shot.get_ram_image_as("RGB")))
        upright = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        return upright.resize(self._size_px, Image.Resampling.LANCZOS)

    def close(self) -> None:
        """Gives the window back."""
        self._engine.remove_all_windows()

    def _card(self, frame: tuple[float, ...], place: Vector, hpr: Vector, color: Vector) -> None:
        maker = CardMaker("card")
        maker.set_frame(*frame)
        maker.set_has_normals(True)
        maker.set_color(*color, 1)
        node = self._props.attach_new_node(maker.generate())
        node.set_pos(*place)
        node.set_hpr(*hpr)


def _box(parent: NodePath, low: Vector, high: Vector, color: Vector) -> None:
    data = GeomVertexData("box", GeomVertexFormat.get_v3n3c4(), Geom.UH_static)
    place, normal, tint = (GeomVertexWriter(data, n) for n in ("vertex", "normal", "color"))
    triangles = GeomTriangles(Geom.UH_static)
    ends = (low, high)
    for axis in range(3):
        for side in (0, 1):
            first = (axis * 2 + side) * 4
            for u, v in ((0, 0), (1, 0), (1, 1), (0, 1)):
                corner, outward = [0.0] * 3, [0.0] * 3
                corner[axis] = ends[side][axis]
                corner[(axis + 1) % 3] = ends[u][(axis + 1) % 3]
                corner[(axis + 2) % 3] = ends[v][(axis + 2) % 3]
                outward[axis] = 2.0 * side - 1
                place.add_data3(*corner)
                normal.add_data3(*outward)
                tint.add_data4(*color, 1)
            order = (0, 1, 2, 0, 2, 3) if side else (0, 2, 1, 0, 3, 2)
            for i in (0, 3):
                triangles.add_vertices(*(first + k for k in order[i : i + 3]))
    geom = Geom(data)
    geom.add_primitive(triangles)
    geom_node = GeomNode("box")
    geom_node.add_geom(geom)
    parent.attach_new_node(geom_node)


def lineup(studio: Studio) -> Image.Image:
    """Everybody in a row, standing at ease."""
    middle = len(PEOPLE) // 2
    actors = [
        Actor(((middle - i) * 0.62, 0.16 * (i % 2)), (i - middle) * -3) for i in range(len(PEOPLE))
    ]
    studio.fill(list(PEOPLE), actors)
    studio.look((0, 7.2, 1.45), (0, 0, 0.88), 62)
    return studio.picture()


def seated(studio: Studio) -> Image.Image:
    """Four people on chairs."""
    names = ["amara", "mei", "samuel", "farida"]
    actors = [Actor(((1.5 - i) * 0.85, 0), 0).sit().look(-24 + 12 * i) for i in range(4)]
    for actor in actors:
        studio.chair((float(actor.seat_m[0]), float(actor.seat_m[1])), 0)
    actors[0].hold(1, (0.22, 0.36, -0.30), 20, 130)
    studio.fill(names, actors)
    studio.look((-1.5, 3.6, 1.45), (0, 0.15, 0.66), 50)
    return studio.picture()


def gestures(studio: Studio) -> Image.Image:
    """Raised, reaching, folded and leaning bodies."""
    actors = [Actor(((2 - i) * 1.05, 0)) for i in range(5)]
    actors[0].hold(1, (0.25, 0.15, 0.35), 0, 180)
    actors[1].hold(0, (-0.12, 0.45, -0.35)).hold(1, (0.12, 0.45, -0.35))
    actors[2].hold(0, (0.10, 0.30, -0.38), -80, 90).hold(1, (-0.10, 0.27, -0.33), 80, 90)
    actors[3].hold(0, (-0.6, 0.1, -0.2), 60, 90).hold(1, (0.12, 0.24, -0.12), 30, 160)
    actors[4].head_m[2] = 1.28
    actors[4].look(0, -35).hold(1, (0.1, 0.5, -0.5), 0, 60).hold(0, (-0.1, 0.5, -0.5), 0, 60)
    studio.fill(["amara", "diego", "henrik", "lena", "tomas"], actors)
    studio.look((0, 5.0, 1.4), (0, 0, 0.95), 56)
    return studio.picture()


def walking(studio: Studio) -> Image.Image:
    """Four moments of people who walk past and towards the viewer."""
    names = ["tomas", "lena", "amara"]
    ways = ((-1.2, -1.2, 0.0, 1.3), (-1.9, -0.4, -90.0, 1.3), (-1.2, 1.1, -90.0, 0.9))
    actors = [Actor((x, y), yaw) for x, y, yaw, _ in ways]
    studio.fill(names, actors)
    frames = []
    for step in range(1, 130):
        for actor, (_, _, _, speed) in zip(actors, ways, strict=True):
            ahead = np.array([-np.sin(actor.yaw_rad), np.cos(actor.yaw_rad), 0.0])
            actor.velocity_m_per_s = ahead * speed
            actor.head_m = actor.head_m + actor.velocity_m_per_s * FRAME_S
        studio.pose(actors, step * FRAME_S)
        if step in (78, 93, 108, 123):
            studio.look((0.2, 5.6, 1.5), (0.2, 0, 0.85), 48)
            frames.append(studio.picture())
    return _grid(frames)


def faces(studio: Studio) -> Image.Image:
    """Everybody's head, near."""
    shots = []
    for name in PEOPLE:
        studio.empty()
        actor = Actor((0, 0)).look(14)
        actor.look_at_m = np.array([-0.2, 1.5, 1.5])
        studio.fill([name], [actor])
        posed = studio.people.update(0.9, batch_of([actor]), actor.look_at_m[None], np.array([0.0]))
        z = float(posed.eye_m[0, 2]) if posed is not None else 1.6
        studio.look((-0.12, 0.92, z + 0.02), (0, 0.1, z - 0.03), 34)
        shots.append(studio.picture().crop((280, 0, 1000, 720)).resize((426, 426)))
    sheet = Image.new("RGB", (426 * 5, 426 * (-(-len(shots) // 5))))
    for index, shot in enumerate(shots):
        sheet.paste(shot, ((index % 5) * 426, (index // 5) * 426))
    return sheet


def voices(studio: Studio) -> Image.Image:
    """One face over six moments of speaking, with a blink."""
    actor = Actor((0, 0))
    actor.voice = 0.6
    studio.fill(["lena"], [actor])
    shots = []
    for moment in (0.0, 0.1, 0.25, 0.4, 0.55, 0.8, 1.0, 1.25):
        studio.pose([actor], moment)
        studio.look((0.05, 0.85, 1.54), (0, 0.1, 1.50), 34)
        shots.append(studio.picture().crop((280, 0, 1000, 720)).resize((360, 360)))
    sheet = Image.new("RGB", (360 * 4, 720))
    for index, shot in enumerate(shots):
        sheet.paste(shot, ((index % 4) * 360, (index // 4) * 360))
    return sheet


def tags(studio: Studio) -> Image.Image:
    """Twelve people with name tags, some in one line of sight."""
    roles = ("doctor", "nurse", "patient", "carer", "interpreter", "trainee")
    rng = np.random.default_rng(4)
    actors = []
    for slot in range(12):
        x, y = (slot % 4 - 1.5) * 1.1 + rng.normal() * 0.2, 1.5 - 1.6 * (slot // 4)
        actors.append(Actor((x, y), rng.normal() * 30))
        role = roles[slot % len(roles)]
        text = TagText(f"Person {slot + 1}", role, role.capitalize())
        studio.people.add(slot, PEOPLE[slot % len(PEOPLE)], text)
    studio.pose(actors, 0.0)
    studio.look((0.3, 5.5, 1.6), (0, 0, 1.3), 60)
    return studio.picture()


def _grid(frames: list[Image.Image]) -> Image.Image:
    width, height = frames[0].width, frames[0].height
    sheet = Image.new("RGB", (width, height))
    for index, frame in enumerate(frames):
        half = frame.resize((width // 2, height // 2), Image.Resampling.LANCZOS)
        sheet.paste(half, ((index % 2) * (width // 2), (index // 2) * (height // 2)))
    return sheet


SCENES: dict[str, Callable[[Studio], Image.Image]] = {
    "lineup": lineup,
    "seated": seated,
    "gestures": gestures,
    "walking": walking,
    "faces": faces,
    "voices": voices,
    "tags": tags,
}


def main() -> None:
    """Reads the command line and draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("build/preview"))
    parser.add_argument("scenes", nargs="*", choices=[*SCENES, []], help="all if none is named")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    studio = Studio()
    for name in arguments.scenes or SCENES:
        studio.empty()
        SCENES[name](studio).save(arguments.output / f"{name}.png")
    studio.close()


if __name__ == "__main__":
    main()
