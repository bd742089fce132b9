"""The picture: the room, the people in it, its live surfaces, and the panels before all of it.

It shows what the program knows and changes nothing of it. One room is drawn at a time; rooms of a
type are loaded once, and the people of a room are others whenever one comes into it.
"""

from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from client.avatars.casting import person_for
from client.avatars.people import People
from client.avatars.pose import PoseBatch
from client.avatars.tag import TagText
from client.desktop import boards
from client.desktop.own_body import OwnBody
from client.desktop.scope import Scope
from client.desktop.views import ROLE_NAMES
from client.program import Program, Step
from client.scene.pace import Rung
from client.scene.room import RoomView
from client.scene.window import Stage
from client.training.expert import shipped
from client.training.place import screen_of
from client.ui.fonts import found_in
from client.ui.metrics import Metrics
from client.ui.overlay import Overlay
from client.ui.surface import Surface
from client.ui.theme import CALM, HIGH_CONTRAST
from world.geometry import FloatArray, yaw_from_quaternion
from world.people import SCHOOL
from world.protocol import messages as m
from world.protocol.motion import LEFT_TRACKED, RIGHT_TRACKED, SPEAKING, Poses

FIELD_OF_VIEW_RAD: Final = 1.25
SCALE_HEIGHT_PX: Final = 900
"""Above this height of a window widgets grow with it."""
SPEAKING_LEVEL: Final = 0.55
SETTING_EYE_M, SETTING_TARGET_M = (1.4, 6.6, 1.65), (7.2, 3.0, 1.1)
"""What is seen behind the screens before one has come in."""


class Picture:
    """What one person sees.

    Args:
      stage: the window.
      assets: folder of rooms, people and fonts.
      has_window: whether somebody sits before it with a pointer.
    """

    def __init__(self, stage: Stage, assets: Path, *, has_window: bool = False) -> None:
        self._stage, self._assets, self._has_window = stage, assets, has_window
        self._typeface = found_in(assets / "fonts")
        self.surface = self._surface(Metrics(self._typeface))
        stage.base.pixel2d.set_scale(2.0 / self._size[0], 1.0, 2.0 / self._size[1])
        stage.base.pixel2d.set_pos(-1, 0, 1)
        stage.set_field_of_view(FIELD_OF_VIEW_RAD)
        self._overlay = Overlay(stage.base.pixel2d)
        self._rooms: dict[str, RoomView] = {}
        self._room: RoomView | None = None
        self._people: People | None = None
        self._own: OwnBody | None = None
        self._drawn: dict[int, m.Person] = {}
        self._place: tuple[str, int] = ("", -1)
        self._boards: dict[str, boards.WallBoard] = {}
        self._board_due_s = 0.0
        self._people_due_s = 0.0
        self._scope: Scope | None = None
        self._role = ""
        self._look: tuple[object, ...] = ()
        self._revision = -1

    @property
    def _size(self) -> tuple[int, int]:
        window = self._stage.base.win
        return int(window.get_x_size()), int(window.get_y_size())

    def preload(self, role: str) -> None:
        """Loads the rooms that somebody of this role may enter, so that no door leads to a wait."""
        self._role = role
        for room_type in ("waiting", "consult", *(("training",) if role in SCHOOL else ())):
            self._loaded(room_type)

    def draw_as(self, rung: Rung) -> None:
        """Draws as this rung from now on; of another tier, everything is loaded anew."""
        is_other = rung.tier != self._stage.tier.name
        self._stage.set_quality(rung.tier, rung.scale)
        if is_other:
            self._drop_people()
            self._drop_scope()
            for view in self._rooms.values():
                view.close()
            self._rooms.clear()
            self._room = None
            self.preload(self._role)

    def hurry(self) -> None:
        """Lets the next update bring everything up to date, whenever that was done last."""
        self._board_due_s = self._people_due_s = 0.0

    def operate(self, program: Program, now_s: float) -> None:
        """Lets a training station go on; between pictures too, for hands do not wait for them."""
        room, drawn = program.model.room, self._room
        is_there = program.step is Step.INSIDE and room is not None and drawn is not None
        if drawn is None or not is_there or room is None or room.room_type != drawn.layout.type:
            self._drop_scope()
            return
        if self._scope is not None and self._scope.room is not drawn:
            self._drop_scope()
        screen = screen_of(drawn.layout)
        station = program.inside.station
        if self._scope is None and screen is not None and station.view is not None:
            send = program.network.send_frame
            experts = partial(shipped, self._assets)
            self._scope = Scope(
                self._stage, drawn, screen, station, send, self._has_window, experts
            )
        if self._scope is not None:
            self._scope.advance(now_s)

    def update(self, program: Program, now_s: float) -> None:
        """Brings the picture up to date."""
        self._follow_settings(program)
        if program.step is Step.INSIDE and program.model.room is not None:
            self._follow_room(program)
            if now_s >= self._people_due_s:
                self._people_due_s = now_s + self._stage.tier.people_every_s
                self._update_people(program, now_s)
            self._update_boards(program, now_s)
            self._look_out(program, now_s)
        else:
            self._show_setting()
        if program.revision != self._revision:
            self._revision = program.revision
            self._overlay.show(self.surface, program.tree)

    # --- panels

    def _surface(self, metrics: Metrics) -> Surface:
        return Surface(*self._size, metrics)

    def _follow_settings(self, program: Program) -> None:
        settings = program.settings
        look = (self._size, settings.text_percent, settings.is_high_contrast)
        if look == self._look:
            return
        self._look = look
        width, height = self._size
        metrics = Metrics(
            self._typeface, max(1.0, height / SCALE_HEIGHT_PX), settings.text_percent / 100
        )
        theme = HIGH_CONTRAST if settings.is_high_contrast else CALM
        self.surface = Surface(width, height, metrics, theme)
        self._revision = -1
        self._stage.base.pixel2d.set_scale(2.0 / width, 1.0, 2.0 / height)

    # --- the room

    def _loaded(self, room_type: str) -> RoomView:
        if room_type not in self._rooms:
            view = RoomView(self._stage, self._assets / "rooms" / room_type)
            view.hide()
            self._rooms[room_type] = view
        return self._rooms[room_type]

    def _show_room(self, room_type: str) -> RoomView:
        view = self._loaded(room_type)
        if self._room is not view:
            if self._room is not None:
                self._room.hide()
            view.show()
            self._room = view
        return view

    def _show_setting(self) -> None:
        self._show_room("waiting")
        self._drop_people()
        self._stage.look_at(SETTING_EYE_M, SETTING_TARGET_M)

    def _drop_scope(self) -> None:
        if self._scope is not None:
            self._scope.close()
            self._scope = None

    def _drop_people(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None
        if self._people is not None:
            self._people.root.remove_node()
            self._people = None
            self._drawn.clear()
            self._place = ("", -1)

    def _follow_room(self, program: Program) -> None:
        room = program.model.room
        if room is None:
            return
        view = self._show_room(room.room_type)
        place = (room.room_id, room.own_slot)
        if place != self._place:
            self._drop_people()
            self._place = place
            self._boards = {}
            self._board_due_s = 0.0
            self._people = self._new_people(view)
            self._own = OwnBody(lambda: self._new_people(view))
            screens = [boards.corners_m(one) for one in view.layout.panels]
            self._people.keep_clear(np.array(screens).reshape(-1, 4, 3))
        for name in view.doors:
            view.set_door(name, program.bodies.door_shares.get(name, 0.0))

    def _new_people(self, view: RoomView) -> People:
        folder, tier = self._assets / "people", self._stage.tier
        return People(view.root, folder, view.light, self._typeface, tier)

    def _look_out(self, program: Program, now_s: float) -> None:
        bodies = program.bodies
        if bodies.prediction is None:
            return
        x, y, z = bodies.prediction.shown_head_m.tolist()
        self._stage.look((x, y, z), bodies.walker.yaw_rad, bodies.walker.pitch_rad)
        if self._people is not None:
            self._people.present_to(self._stage.base.camera)
        if self._own is not None:
            self._own.update(program, now_s, self._stage.base.camera)

    # --- people

    def _update_people(self, program: Program, now_s: float) -> None:
        people, shown = self._people, program.bodies.shown
        if people is None:
            return
        known = program.model.others()
        rows = {slot: row for row, slot in enumerate(shown.slots.tolist()) if slot in known}
        self._follow_people({slot: known[slot] for slot in rows}, people)
        order = np.array([rows[slot] for slot in people.slots], np.int64)
        poses = shown.poses.take(order)
        batch = _batch(program, people.slots, poses, shown.velocity_m_per_s[order])
        is_speaking = (poses.flags & SPEAKING) != 0
        levels = np.where(is_speaking, SPEAKING_LEVEL * (0.6 + 0.4 * np.sin(now_s * 9.0)), 0.0)
        own_m = program.bodies.head_m
        people.update(now_s, batch, _gaze(poses.head_m, own_m, is_speaking), levels)

    def _follow_people(self, wanted: dict[int, m.Person], people: People) -> None:
        for slot in [slot for slot in people.slots if slot not in wanted]:
            people.remove(slot)
            del self._drawn[slot]
        for slot, person in wanted.items():
            drawn = self._drawn.get(slot)
            if drawn is not None and _looks(drawn) == _looks(person):
                continue
            if drawn is not None:
                people.remove(slot)
            role = person.role or "patient"
            name = person_for(role, "", person.appearance)
            people.add(slot, name, tag_text(person))
            self._drawn[slot] = person

    # --- live surfaces

    def _update_boards(self, program: Program, now_s: float) -> None:
        if self._room is None or now_s < self._board_due_s:
            return
        self._board_due_s = now_s + self._stage.tier.board_every_s
        for name in self._room.panels:
            panel = boards.content(name, program)
            if panel is None:
                continue
            if name not in self._boards:
                shape = next(one for one in self._room.layout.panels if one.name == name)
                width = self._stage.tier.board_px
                height = round(width * shape.height_m / shape.width_m)
                self._boards[name] = boards.WallBoard(name, (width, height), self._typeface)
            pixels = self._boards[name].painted(panel)
            if pixels is not None:
                self._room.set_panel(name, pixels)


def tag_text(person: m.Person) -> TagText:
    """Returns what stands on somebody's tag; who is called by their part is so once."""
    role_text = ROLE_NAMES[person.role] if person.role else ""
    if person.name == role_text:
        role_text = ""
    return TagText(person.name, person.role or "patient", role_text)


def _looks(person: m.Person) -> tuple[object, ...]:
    return person.name, person.role, person.appearance


def _batch(
    program: Program, slots: tuple[int, ...], poses: Poses, velocity_m_per_s: FloatArray
) -> PoseBatch:
    people, layout = program.model.people, program.bodies.layout
    seats = {seat.name: seat for seat in layout.seats} if layout else {}
    held = [seats.get(people[slot].seat or "") if slot in people else None for slot in slots]
    yaw = yaw_from_quaternion(poses.head_rotation)
    return PoseBatch(
        head_m=poses.head_m,
        head=poses.head_rotation,
        hand_m=poses.hand_m,
        hand=poses.hand_rotation,
        is_tracked=np.stack(
            [(poses.flags & LEFT_TRACKED) != 0, (poses.flags & RIGHT_TRACKED) != 0], -1
        ),
        is_seated=np.array([seat is not None for seat in held], bool),
        seat_m=np.array(
            [
                seat.position_m if seat else head_m * [1.0, 1.0, 0.0]
                for seat, head_m in zip(held, poses.head_m, strict=True)
            ],
            float,
        ).reshape(-1, 3),
        seat_yaw_rad=np.array(
            [seat.yaw_rad if seat else own for seat, own in zip(held, yaw, strict=True)], float
        ),
        velocity_m_per_s=velocity_m_per_s,
    )


def _gaze(head_m: FloatArray, own_m: FloatArray, is_speaking: np.ndarray) -> FloatArray:
    """Returns what each looks at: who speaks, else whoever is in front; (n, 3)."""
    look: FloatArray = np.full_like(head_m, np.nan)
    near = np.linalg.norm(head_m - own_m, axis=1) < 3.0
    look[near] = own_m
    if is_speaking.any():
        speaker = head_m[int(np.flatnonzero(is_speaking)[0])]
        look[~is_speaking] = speaker
    return look
