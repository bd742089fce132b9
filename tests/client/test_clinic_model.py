import pytest

from client.clinic_model import KEPT_LINES, ClinicModel
from world.protocol import messages as m

VISIT = "b" * 32


def view(room_id="waiting", stream="room:waiting", people=()):
    kind = "waiting" if room_id == "waiting" else "consult"
    return m.RoomView(room_id, kind, 1, (1, 1, 1.6), 0.0, people, (), stream)


def said(number, text="Hello"):
    return m.Event("room:waiting", number, 1.0, m.Said(2, "Green Finch", text))


@pytest.fixture
def model():
    model = ClinicModel()
    model.apply(view(people=(m.Person(1, "Me", "patient", 0, "chair-1"),)), 0.0)
    return model


def test_people_come_change_and_go(model):
    model.apply(m.PersonView(m.Person(2, "Green Finch", None, 0)), 0.0)
    model.apply(m.PersonView(m.Person(2, "Green Finch", None, 0, is_muted=False)), 0.0)
    assert [one.is_muted for one in model.others().values()] == [False]
    model.apply(m.PersonGone(2), 0.0)
    assert not model.others()
    assert model.seat == "chair-1"


def test_doors_are_as_last_heard(model):
    model.apply(m.DoorView(m.DoorState("door-1", "consult-1", is_open=False, may_pass=False)), 0.0)
    assert model.closed_doors == {"door-1"}
    model.apply(m.DoorView(m.DoorState("door-1", "consult-1", is_open=True, may_pass=True)), 0.0)
    assert model.closed_doors == frozenset()


def test_a_drop_keeps_the_lines_and_another_stream_forgets_them(model):
    model.apply(said(1), 0.0)
    model.apply(view(), 0.0)
    assert len(model.lines) == 1
    model.apply(view("consult-1", "visit:x"), 0.0)
    assert not model.lines


def test_the_oldest_lines_are_forgotten_and_counted(model):
    for number in range(KEPT_LINES + 5):
        model.apply(said(number + 1), 0.0)
    assert len(model.lines) == KEPT_LINES
    assert model.forgotten_lines == 5


def test_the_own_visit_is_the_one_that_goes_on(model):
    for number, state in enumerate(("called", "in-consult"), 1):
        changed = m.VisitChanged(VISIT, state, "consult-1")
        model.apply(m.Event("user:x", number, 1.0, changed), 0.0)
    assert model.open_visit.state == "in-consult"
    model.apply(m.Event("user:x", 3, 1.0, m.VisitChanged(VISIT, "ended", None)), 0.0)
    assert model.open_visit is None


def test_the_servers_clock_is_kept_beside_the_own(model):
    model.apply(m.Welcome("0" * 32, "patient", "Me", "Blue Heron", 20.0, 1_010.0, 0), 1_000.0)
    assert model.server_s(1_005.0) == 1_015.0


def test_a_line_stays_ones_own_when_the_slot_is_somebody_elses_later(model):
    model.apply(m.Event("room:waiting", 1, 1.0, m.Said(1, "Me", "mine")), 0.0)
    later = m.RoomView("waiting", "waiting", 2, (1, 1, 1.6), 0.0, (), (), "room:waiting")
    model.apply(later, 0.0)
    model.apply(m.Event("room:waiting", 2, 2.0, m.Said(1, "Green Finch", "theirs")), 0.0)
    assert [one.is_own for one in model.lines] == [True, False]


def test_what_was_said_in_a_visit_is_kept_until_another_begins(model):
    visit = "visit:" + VISIT
    model.apply(view("consult-1", visit, (m.Person(2, "Dr. Ada Marsh", "doctor", 0),)), 0.0)
    model.apply(m.Event(visit, 1, 1.0, m.Said(2, "Dr. Ada Marsh", "Hello")), 0.0)
    model.apply(view(), 0.0)
    assert (model.past.names, [one.text for one in model.past.lines]) == (
        ("Dr. Ada Marsh",),
        ["Hello"],
    )
    assert not model.lines
    model.apply(view("consult-1", visit), 0.0)
    assert (model.past, [one.text for one in model.lines]) == (None, ["Hello"])
    model.apply(view(), 0.0)
    model.apply(view("consult-2", "visit:" + "c" * 32), 0.0)
    assert (model.past, list(model.lines)) == (None, [])
