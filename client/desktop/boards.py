"""What hangs live on the walls: the own place in the queue, and the patient's vital signs.

A board in the waiting room shows each person only what concerns that person: the picture is painted
on the own machine, from what the server has told to this person alone.
"""

import time

import numpy as np
from numpy.typing import NDArray

from client.desktop import views
from client.panels import hud, vitals
from client.program import Program
from client.ui.fonts import Typeface
from client.ui.metrics import Metrics
from client.ui.painter import Painter, composed
from client.ui.surface import Surface
from client.ui.tree import Tree
from client.ui.vocabulary import Anchor, Live, Opening, TextStyle, Tone
from client.ui.widgets import Heading, Panel, Text, Widget
from world.geometry import FloatArray
from world.rooms import layout
from world.rooms.names import room_name
from world.training.station import STATION_PANEL

QUEUE, VITALS = "queue", "vitals"
WIDTHS_DP = {QUEUE: 480, STATION_PANEL: 520, VITALS: vitals.WIDTH_DP}
"""How many dp a board is wide: fewer for texts that are read across the room."""


class WallBoard:
    """One surface in a room.

    Args:
      name: of the board.
      size_px: width and height.
      typeface: of its texts.
    """

    def __init__(self, name: str, size_px: tuple[int, int], typeface: Typeface) -> None:
        self._tree, self._painter = Tree(), Painter()
        metrics = Metrics(typeface, size_px[0] / WIDTHS_DP.get(name, size_px[0]))
        self._surface = Surface(*size_px, metrics)

    def painted(self, panel: Panel) -> NDArray[np.uint8] | None:
        """Returns the board's pixels (h, w, 4), None if nothing on it has changed."""
        self._tree.show((panel,))
        self._tree.take_announcements()
        paintings = self._painter.paint(self._surface, self._tree)
        if not any(painting.is_new for painting in paintings.values()):
            return None
        return np.asarray(composed(self._surface, paintings, self._tree))


def corners_m(panel: layout.Panel) -> FloatArray:
    """Returns (4, 3) the corners of a board on the wall, in the room's frame."""
    across = np.array([np.cos(panel.yaw_rad), np.sin(panel.yaw_rad), 0.0]) * panel.width_m / 2
    up = np.array([0.0, 0.0, panel.height_m / 2])
    middle = np.array(panel.position_m)
    return np.stack([middle - across - up, middle + across - up, middle + across + up,
                     middle - across + up])  # fmt: skip


def content(name: str, program: Program) -> Panel | None:
    """Returns what a board shows to this person now; None for a board of another kind."""
    if name == VITALS:
        now_s = time.time()
        model = program.model
        view = model.vitals.view(now_s, model.server_s(now_s))
        return vitals.panel(view, Anchor.FULL, WIDTHS_DP[VITALS])
    if name == QUEUE:
        return _queue(program)
    if name == STATION_PANEL:
        return _station(program)
    return None


def _queue(program: Program) -> Panel:
    place = program.model.queue
    if place is not None and place.state == "called" and place.room_id:
        return _queue_board(_call(program.alias, room_name(place.room_id)))
    own = views.queue(place)
    texts = hud.queue_texts(own, Live.OFF) if own else ()
    sentence = place.sentence if place else "Welcome. Please take a seat."
    return _queue_board(
        (
            Heading(program.clinic_name or "Metaclinic", style=TextStyle.TITLE),
            *texts,
            Text(sentence, style=TextStyle.HEADING, tone=Tone.MUTED),
        )
    )


def _call(alias: str, room: str) -> tuple[Widget, ...]:
    """Returns a call as it may hang on a wall: the neutral name and the room, and no more."""
    return (
        Heading(alias, icon="person"),
        Text("You are called to", style=TextStyle.HEADING, tone=Tone.MUTED),
        Text(room.capitalize(), key="room", style=TextStyle.DISPLAY, tone=Tone.GOOD),
        Text("Its door is open for you.", icon="door", style=TextStyle.HEADING),
    )


def _station(program: Program) -> Panel:
    """Returns what hangs above a station at which nobody is seen to practise."""
    view = program.inside.station.view
    state = {
        "preparing": "The scene is being made.",
        "scoring": "The attempt is being scored.",
        "running": "An attempt runs here.",
    }.get(view.state if view is not None else "", "The station is free.")
    tasks = ", ".join(one.title for one in program.inside.station.offered)
    return _board(
        "Training station",
        (
            Heading("Training station", style=TextStyle.TITLE),
            Text(state, key="state", style=TextStyle.HEADING, tone=Tone.GOOD),
            *((Text(tasks, key="tasks", style=TextStyle.LABEL, tone=Tone.MUTED),) if tasks else ()),
            Text(
                "FLS-style; not affiliated with the FLS program; not a certification.",
                style=TextStyle.SMALL,
                tone=Tone.MUTED,
            ),
        ),
    )


def _queue_board(children: tuple[Widget, ...]) -> Panel:
    return _board("Your place", children, key="queue-board")


def _board(name: str, children: tuple[Widget, ...], key: str = "") -> Panel:
    return Panel(
        name,
        key=key,
        anchor=Anchor.FULL,
        opening=Opening.LEAVES_FOCUS,
        padding_dp=22,
        gap_dp=8,
        is_monitor=True,
        children=children,
    )
