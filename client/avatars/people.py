"""Everybody who is seen in a room: bodies, faces, floor shadows and name tags.

One `People` per room that is drawn. Each frame `update` takes what is known of everybody, and
`present_to` turns tags to the viewer and picks how finely each body is drawn.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from panda3d.core import NodePath, SamplerState, Texture
from PIL import Image

from client.avatars.face import express
from client.avatars.flat import FlatAvatar, FlatMesh
from client.avatars.glb import Person, read_person
from client.avatars.mannequin import mannequin
from client.avatars.mesh import AvatarNode, PersonMesh
from client.avatars.plain_shader import plain_person_shader
from client.avatars.pose import PoseBatch, Posed, movement_of, solve
from client.avatars.rotation import UP, from_quaternion
from client.avatars.shader import person_shader
from client.avatars.shadow import FloorShadows
from client.avatars.skeleton import Skeleton
from client.avatars.stance import Stance, advance, stand
from client.avatars.tag import Tag, TagText, tag_shader
from client.avatars.tag_layout import lay_out, seen_rectangles
from client.scene.light import RoomLight
from client.scene.target import draw_over_scene
from client.scene.tiers import TIERS, Tier
from client.ui.fonts import Typeface
from world.errors import ConfigurationError
from world.geometry import FloatArray

LOG = logging.getLogger(__name__)
MASK_NAME = "face.png"
LEVEL_FROM_M = (0.0, 2.6, 6.0)  # where the second and third level of detail begin
FLAT_EVERY = 2  # without shaders, each body is moved in every second frame
LEVEL_SLACK = 0.12  # a body changes its level this much later than it would, so it never flickers
TAG_OVER_EYES_M = 0.27
LIGHT_MOVED_M = 0.25
LUMA: FloatArray = np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709


@dataclass(eq=False)
class _Member:
    slot: int
    avatar: AvatarNode | FlatAvatar
    tag: Tag
    lit_at_m: FloatArray
    is_tag_low: bool = False
    is_headless: bool = False


class People:
    """The avatars of one room.

    Args:
      stage_root: node whose frame is the room's.
      assets_folder: holds one .glb per person and the face mask.
      light: the room's light.
      typeface: for name tags.
      tier: how bodies are shaded and how fine they are; without shaders they are coarse, and
        posed and lit by the processor.
    """

    def __init__(
        self,
        stage_root: NodePath,
        assets_folder: Path,
        light: RoomLight,
        typeface: Typeface | None = None,
        tier: Tier = TIERS["high"],
    ) -> None:
        self._folder, self._light, self._reach = assets_folder, light, tier.people_detail
        self._typeface = typeface or Typeface()
        self._has_shaders = tier.people != "none"
        self._mask = _mask_image(assets_folder / MASK_NAME)
        self._meshes: dict[str, PersonMesh] = {}
        self._flat_meshes: dict[str, tuple[FlatMesh, FlatMesh]] = {}
        self._members: list[_Member] = []
        self._skeleton: Skeleton | None = None
        self._stance: Stance | None = None
        self._fresh: set[int] = set()
        self._then_s: float | None = None
        self._posed: Posed | None = None
        self._screens_m: FloatArray = np.zeros((0, 4, 3))
        self._frame = 0
        self.root = stage_root.attach_new_node("people")
        self._bodies = self.root.attach_new_node("bodies")
        self._bodies.set_two_sided(True)
        self._tags = self.root.attach_new_node("tags")
        draw_over_scene(self._tags)
        self._shadows: FloorShadows | None = None
        if self._has_shaders:
            shader = person_shader() if tier.people == "full" else plain_person_shader()
            self._bodies.set_shader(shader)
            self._bodies.set_shader_input("face_texture", _mask_texture(self._mask))
            light.apply(self._bodies)
            self._tags.set_shader(tag_shader())
            self._shadows = FloorShadows()
            self._shadows.node.reparent_to(self.root)

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots in use, in the order in which `update` expects its rows."""
        return tuple(member.slot for member in self._members)

    def add(
        self,
        slot: int,
        person_name: str,
        text: TagText,
        *,
        is_self: bool = False,
        is_headless: bool = False,
    ) -> None:
        """Puts a person into a free slot.

        A body that cannot be read is an error in the log, and a plain figure in the room.

        Args:
          slot: any number not in use.
          person_name: see casting.py.
          text: what the name tag says.
          is_self: whether this is the viewer's own body, which has no tag.
          is_headless: whether one looks down at it from its own eyes: it has no head, and stands
            as high as its viewer.

        Raises:
          ValueError: if the slot is taken.
        """
        if slot in self.slots:
            raise ValueError(f"slot {slot} is taken")
        avatar = self._avatar(person_name)
        avatar.node.reparent_to(self._bodies)
        tag = Tag(text, self._typeface)
        if not is_self:
            tag.node.reparent_to(self._tags)
        self._members.append(
            _Member(slot, avatar, tag, np.full(3, np.inf), is_headless=is_headless)
        )
        self._fresh.add(slot)
        self._rebuild(None)

    def remove(self, slot: int) -> None:
        """Takes the person in this slot out of the scene.

        Raises:
          ValueError: if the slot is free.
        """
        if slot not in self.slots:
            raise ValueError(f"slot {slot} is free")
        row = self.slots.index(slot)
        member = self._members.pop(row)
        member.avatar.node.remove_node()
        member.tag.node.remove_node()
        self._fresh.discard(slot)
        self._rebuild(row)

    def set_visible(self, slot: int, *, is_visible: bool) -> None:
        """Shows or hides one body, such as one's own in the first person; its tag stays."""
        node = self._members[self.slots.index(slot)].avatar.node
        (node.show if is_visible else node.hide)()

    def keep_clear(self, corners_m: FloatArray) -> None:
        """Keeps tags off what is read on the walls: (k, 4, 3) corners in the room's frame."""
        self._screens_m = corners_m

    def update(
        self, now_s: float, poses: PoseBatch, look_at_m: FloatArray, voice_levels: FloatArray
    ) -> Posed | None:
        """Poses everybody; rows are in the order of `slots`.

        Args:
          now_s: a steadily growing time.
          poses: of n people in the room's frame.
          look_at_m: (n, 3) points in the room; not finite for nothing special.
          voice_levels: (n,) 0 to 1.

        Returns:
          Where everybody's bones and eyes are, None in an empty room.
        """
        if len(poses.head_m) != len(self._members):
            raise ValueError(f"{len(poses.head_m)} poses for {len(self._members)} people")
        if self._skeleton is None:
            return None
        posed = self._pose(now_s, self._skeleton, poses)
        self._frame += 1
        head = from_quaternion(poses.head)
        seeds = np.array(self.slots, np.int64)
        faces = express(now_s, seeds, head, look_at_m - posed.eye_m, voice_levels)
        for row, member in enumerate(self._members):
            if member.is_headless:
                _put_under_viewer(member.avatar.node, self._skeleton, posed, row, poses)
            gaze = faces.gaze[row]
            member.avatar.node.set_pos(*posed.origin_m[row].tolist())
            member.avatar.set_face(faces.weights[row], (float(gaze[0]), float(gaze[1])))
            self._relight(member, posed.eye_m[row])
            if self._has_shaders or (self._frame + row) % FLAT_EVERY == 0 or not self._posed:
                member.avatar.set_pose(posed.palette[row])
        self._cast_shadows(self._skeleton, posed)
        self._posed = posed
        return posed

    def present_to(self, viewer: NodePath) -> None:
        """Turns tags to a viewer (a camera's node) and picks each body's level of detail."""
        if self._posed is None or len(self._posed.eye_m) != len(self._members):
            return
        from_room = self.root.get_mat(viewer)
        eyes = self._posed.eye_m
        seen = np.array([list(from_room.xform_point(tuple(eye))) for eye in eyes.tolist()])
        for member, distance_m in zip(self._members, np.linalg.norm(seen, axis=1), strict=True):
            self._pick_level(member.avatar, float(distance_m))
        self._place_tags(viewer, eyes + UP * TAG_OVER_EYES_M)

    def _pose(self, now_s: float, skeleton: Skeleton, poses: PoseBatch) -> Posed:
        movement = movement_of(skeleton, poses)
        start = stand(movement)
        dt_s = 0.0 if self._then_s is None else now_s - self._then_s
        if self._stance is None:
            stance = start
        else:
            stance = advance(self._stance, movement, dt_s)
            fresh = np.array([slot in self._fresh for slot in self.slots])
            stance = stance.replaced(fresh, start)
        self._fresh.clear()
        self._stance, self._then_s = stance, now_s
        return solve(skeleton, poses, stance, now_s)

    def _rebuild(self, removed_row: int | None) -> None:
        people = [member.avatar.person for member in self._members]
        self._skeleton = Skeleton(people) if people else None
        if self._stance is not None and removed_row is not None:
            rows = np.delete(np.arange(len(people) + 1), removed_row)
            self._stance = self._stance.selected(rows) if people else None
        elif self._stance is not None:
            last = np.array([len(people) - 2])
            self._stance = self._stance.with_body(self._stance.selected(last))

    def _avatar(self, name: str) -> AvatarNode | FlatAvatar:
        if self._has_shaders:
            if name not in self._meshes:
                self._meshes[name] = PersonMesh(self._read(name))
            return AvatarNode(self._meshes[name])
        if name not in self._flat_meshes:
            person, mask = self._read(name), np.asarray(self._mask)
            self._flat_meshes[name] = (FlatMesh(person, mask, 1), FlatMesh(person, mask, 2))
        return FlatAvatar(self._flat_meshes[name], self._light)

    def _read(self, name: str) -> Person:
        """Returns a person as baked; a plain figure, and says so, where that cannot be read."""
        path = self._folder / f"{name}.glb"
        try:
            return read_person(name, path.read_bytes())
        except OSError as error:
            problem = f"person {name}: {path.name}: {error.strerror}"
        except ConfigurationError as error:
            problem = str(error)
        LOG.error("%s. A plain figure stands in for this body; install Metaclinic anew.", problem)
        return mannequin()

    def _relight(self, member: _Member, eye_m: FloatArray) -> None:
        if np.linalg.norm(eye_m - member.lit_at_m) < LIGHT_MOVED_M:
            return
        member.lit_at_m = eye_m
        x, y, z = eye_m.tolist()
        if isinstance(member.avatar, FlatAvatar):
            member.avatar.light_at((x, y, z))
        else:
            faces = self._light.ambient_at((x, y, z))
            member.avatar.set_light(faces)
            member.avatar.set_key_light(*key_light(faces))

    def _cast_shadows(self, skeleton: Skeleton, posed: Posed) -> None:
        if self._shadows is None:
            return
        feet = skeleton.legs.end
        ahead = posed.rotations[:, feet][..., :2, 1]
        self._shadows.update(
            posed.joints_m[:, skeleton.pelvis] + posed.origin_m,
            posed.joints_m[:, feet] + posed.origin_m[:, None],
            np.arctan2(-ahead[..., 0], ahead[..., 1]),
        )

    def _pick_level(self, avatar: AvatarNode | FlatAvatar, distance_m: float) -> None:
        slack = [1 + LEVEL_SLACK if level > avatar.level else 1.0 for level in range(3)]
        level = max(
            level
            for level, start in enumerate(LEVEL_FROM_M)
            if distance_m >= start * self._reach * slack[level]
        )
        avatar.set_level(level)

    def _place_tags(self, viewer: NodePath, anchor_m: FloatArray) -> None:
        from_room = self.root.get_mat(viewer)
        points: NDArray[np.float64] = np.array(
            [list(from_room.xform_point(tuple(anchor))) for anchor in anchor_m.tolist()]
        )
        halves = np.array([member.tag.half_size_m for member in self._members])
        corners = [
            [list(from_room.xform_point(tuple(corner))) for corner in screen]
            for screen in self._screens_m.tolist()
        ]
        screens = seen_rectangles(np.array(corners, float).reshape(-1, 4, 3))
        was_low = np.array([member.is_tag_low for member in self._members], bool)
        layout = lay_out(points, halves, screens, was_low)
        for row, member in enumerate(self._members):
            node, member.is_tag_low = member.tag.node, bool(layout.is_low[row])
            if not layout.is_shown[row]:
                node.hide()
                continue
            node.show()
            place = (points[row] + [0, 0, layout.raised_m[row]]) * layout.nearer[row]
            node.set_pos_hpr(viewer, *place.tolist(), 0, 0, 0)
            node.set_scale(float(layout.scale[row] * layout.nearer[row]))


def _put_under_viewer(
    node: NodePath, skeleton: Skeleton, posed: Posed, row: int, poses: PoseBatch
) -> None:
    """Takes the head off an own body, and scales it until its eyes are where its viewer's are."""
    # What hangs on the head shrinks to one point inside the neck, which closes the collar.
    posed.palette[row, skeleton.head, :, :3] = 0.0
    posed.palette[row, skeleton.head, :, 3] = posed.joints_m[row, skeleton.neck]
    node.set_scale(float(poses.head_m[row, 2] / max(posed.eye_m[row, 2], 0.1)))


def key_light(faces: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns where the strongest light at a point comes from, and its color beyond the mean.

    Args:
      faces: (6, 3) irradiance / pi on +X -X +Y -Y +Z -Z.
    """
    luma = faces @ LUMA
    toward = luma[::2] - luma[1::2]
    toward = toward + UP * (0.15 * luma.mean() + 1e-6)
    strength = float(np.linalg.norm(toward))
    direction = toward / strength
    bright = np.where(toward[:, None] > 0, faces[::2], faces[1::2])
    share = direction**2
    color = share @ bright
    return direction, color * min(0.34, 0.5 * strength / max(float(luma.max()), 1e-6))


def _mask_image(path: Path) -> Image.Image:
    if not path.is_file():
        raise ConfigurationError(f"{path.name} is not among the people's assets")
    with Image.open(path) as image:
        return image.convert("RGBA")


def _mask_texture(mask: Image.Image) -> Texture:
    flipped = mask.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    texture = Texture("face-mask")
    texture.setup_2d_texture(flipped.width, flipped.height, Texture.T_unsigned_byte, Texture.F_rgba)
    texture.set_ram_image_as(flipped.tobytes(), "RGBA")
    texture.set_minfilter(SamplerState.FT_linear_mipmap_linear)
    texture.set_wrap_u(SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)
    return texture
