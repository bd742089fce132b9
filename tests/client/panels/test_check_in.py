import pytest

from client.panels import check_in, intents
from client.panels.check_in import Appointment, CheckInView, Stage
from client.panels.hud import QueueView

APPOINTMENTS = (Appointment("v1", "10:30", "with Dr. A"), Appointment("v2", "15:00", "with Dr. C"))


@pytest.fixture
def reception(desk):
    return desk(CheckInView(appointments=APPOINTMENTS), check_in.panel)


def test_one_checks_in_for_an_appointment(reception):
    assert reception.focused == "Your appointments today"
    reception.keys("down", "enter")
    assert reception.intents == [intents.CheckIn("v2")]


def test_one_walks_in_without_an_appointment(reception):
    reception.show(CheckInView())
    assert reception.focused == "See the next free doctor"
    reception.keys("enter")
    assert reception.intents == [intents.CheckIn(None)]


def test_waiting_shows_place_and_honest_wait(reception):
    reception.show(CheckInView(Stage.WAITING, queue=QueueView(2, 4)))
    outline = reception.tree.describe()
    assert "You are second in the queue." in outline
    assert "The wait is not known yet." in outline


def test_being_called_is_announced_and_one_key_goes_there(reception):
    reception.said()
    view = CheckInView(Stage.CALLED, doctor="Dr. A", room_name="Consult room 1", door="door-1")
    reception.show(view)
    assert any("Dr. A is waiting for you in Consult room 1" in said for said in reception.said())
    reception.keys("enter")
    assert reception.intents == [intents.GoTo("door-1")]


def test_what_failed_is_announced(reception):
    reception.said()
    reception.show(CheckInView(problem="You are checked in already."))
    assert "You are checked in already." in reception.said()


def test_inside_one_goes_on_or_asks_to_end_the_visit(reception):
    view = CheckInView(Stage.INSIDE, room_name="consult room 1", visit_id="v9")
    reception.show(view)
    assert reception.focused == "Go on with the visit"
    reception.tab_to("End my visit")
    reception.keys("enter")
    assert reception.intents == [intents.AskToEnd("v9")]
    assert "Check in" not in reception.tree.describe()
