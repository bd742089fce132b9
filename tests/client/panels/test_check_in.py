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


def test_a_chime_is_promised_only_where_there_is_something_to_hear_it_with(reception):
    for has_sound in (True, False):
        reception.show(CheckInView(Stage.WAITING, has_sound=has_sound))
        assert ("chime" in reception.tree.describe()) is has_sound


def test_after_a_visit_it_says_so_and_checking_in_again_is_offered(reception):
    reception.show(CheckInView(says="Your visit with Dr. A has ended."))
    outline = reception.tree.describe()
    assert "Your visit with Dr. A has ended." in outline
    assert "Check in again" in outline
    assert "no appointment" not in outline


def test_who_is_outside_goes_to_the_own_visit_or_asks_to_end_it(reception):
    view = CheckInView(Stage.OUTSIDE, room_name="consult room 1", door="door:d", visit_id="v9")
    reception.show(view)
    reception.keys("enter")
    reception.tab_to("End my visit")
    reception.keys("enter")
    assert reception.intents == [intents.GoTo("door:d"), intents.AskToEnd("v9")]


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
