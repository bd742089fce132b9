"""A clinic with two training rooms beside its consult rooms, for tests of the rules."""

from dataclasses import replace

from tests.world.small_clinic import SmallClinic, plans
from world import requests
from world.clinic import RoomPlan
from world.protocol import messages as m
from world.rooms.layout import Door, Layout, Panel, Spawn
from world.training.news import Offered

WAITING, ROOM, OTHER_ROOM = "waiting", "training-1", "training-2"
STATION_M = (1.0, 1.0, 1.5)
PEG = m.Procedure("peg_transfer", "Peg transfer", "Take each ring over.", 300.0)


def training_layout():
    return Layout(
        "training",
        (5.0, 4.0, 3.0),
        (),
        (),
        (Door("door-1", (2.5, 4.0, 0.0), 0.0, 1.0, 2.1),),
        (Panel("station", STATION_M, 0.0, 0.6, 0.4),),
        (Spawn((2.5, 2.0, 0.0), 0.0), Spawn((3.5, 2.0, 0.0), 0.0)),
    )


class TrainingClinic(SmallClinic):
    """Holds the one truth, and walks people to the stations."""

    def __init__(self):
        super().__init__()
        rooms = plans()
        waiting = rooms[WAITING]
        doors = tuple(Door(f"door-{n}", (8.0, n, 0.0), 0.0, 1.0, 2.1) for n in (3, 4))
        layout = waiting.layout
        layout = Layout(
            layout.type, layout.size_m, layout.solids, layout.seats, (*layout.doors, *doors),
            layout.panels, layout.spawns,
        )  # fmt: skip
        leads_to = {
            **waiting.leads_to,
            "door-3": (ROOM, "door-1"),
            "door-4": (OTHER_ROOM, "door-1"),
        }
        rooms[WAITING] = replace(waiting, layout=layout, leads_to=leads_to)
        for room_id, door in ((ROOM, "door-3"), (OTHER_ROOM, "door-4")):
            back = {"door-1": (WAITING, door)}
            rooms[room_id] = RoomPlan(room_id, training_layout(), 24, back)
        visits = replace(self.clinic.visits, training_room_ids=frozenset({ROOM, OTHER_ROOM}))
        self.clinic = replace(self.clinic, plans=rooms, visits=visits)
        self.hear(Offered((PEG,)))

    def hear(self, news):
        self._take(requests.hear(self.clinic, news))

    def bring(self, who, role="trainee", door="door-3"):
        """Somebody comes and goes into a training room."""
        self.come(who, role)
        self.go(who, door)
        return who

    def begin(self, who="t", procedure="peg_transfer", *, at_m=STATION_M, **more):
        self.ask(who, m.BeginAttempt, procedure, at_m=at_m, **more)
        return self.attempt

    @property
    def attempt(self):
        return self.clinic.training.attempts.get(ROOM)

    @property
    def watching(self):
        return dict(self.clinic.training.watching)
