"""One turn: each request is answered once, whatever becomes of it and however often it comes."""

from itertools import count

import pytest
import structlog

from server.turn import REMEMBERED_REFUSALS, REQUEST_JUMP_MAX, Arrive, Ask, Lose, PassTime, Turn
from tests.world.small_clinic import SmallClinic
from world.errors import NotSignedIn, TooManyRequests
from world.protocol import messages as m


class Place:
    """Says that everybody is in the middle of the room, and connected."""

    def __init__(self):
        self.others = set()

    def is_current(self, session):
        return session not in self.others

    def head_m(self, user_id):
        return (5.0, 5.0, 1.6)


class Session:
    """As much of a session as a turn looks at."""

    def __init__(self, user_id="p", connection_id="p-1"):
        self.user_id, self.connection_id = user_id, connection_id


@pytest.fixture
def small():
    small = SmallClinic()
    small.come("p")
    return small


@pytest.fixture
def turn(small):
    numbers = count(1)
    return Turn(small.clinic, Place(), lambda: f"{next(numbers):032x}", small.now_s)


def _again(turn):
    return Turn(turn.clinic, turn.place, turn.new_id, turn.now_s)


def _answers(turn):
    return [answer for _, answer in turn.answers]


def test_a_request_that_comes_twice_is_done_once_and_answered_twice(turn):
    for _ in range(2):
        turn.work_out(Ask(Session(), m.Say(1, "once")))
    assert _answers(turn) == [m.Accepted(1), m.Accepted(1)]
    assert len(turn.entries) == 1
    later = _again(turn)
    later.work_out(Ask(Session(), m.Say(1, "once")))
    assert _answers(later) == [m.Accepted(1)]
    assert later.clinic is turn.clinic


def test_a_refusal_is_given_again_in_the_same_words(turn):
    turn.work_out(Ask(Session(), m.Stand(1)))
    turn.work_out(Ask(Session(), m.Say(2, "then")))
    later = _again(turn)
    later.work_out(Ask(Session(), m.Stand(1)))
    assert _answers(later) == _answers(turn)[:1]
    assert isinstance(_answers(later)[0], m.Refused)


def test_what_was_declined_before_the_rules_is_never_said_to_be_done(turn):
    declined = m.Refused(1, TooManyRequests.code, "Too much at once.")
    turn.work_out(Ask(Session(), m.Say(1, "too much"), declined))
    turn.work_out(Ask(Session(), m.Say(2, "then")))
    later = _again(turn)
    later.work_out(Ask(Session(), m.Say(1, "too much")))
    assert _answers(later) == [declined]
    assert len(turn.entries) == 1


def test_what_was_answered_already_is_remembered_and_not_answered_again(turn):
    refused = m.Refused(1, 0, "The disk is full.")
    turn.work_out(Ask(Session(), m.Say(1, "lost"), refused, is_answered=True))
    assert _answers(turn) == []
    assert turn.clinic.answered["p"].refused == ((1, 0, "The disk is full."),)


def test_as_many_refusals_are_remembered_as_a_client_may_wait_for(turn):
    for number in range(1, REMEMBERED_REFUSALS + 1):
        turn.work_out(Ask(Session(), m.Stand(number)))
    later = _again(turn)
    for number in range(1, REMEMBERED_REFUSALS + 1):
        later.work_out(Ask(Session(), m.Stand(number)))
    assert all(isinstance(answer, m.Refused) for answer in _answers(later))


def test_an_error_of_our_own_is_refused_alone_and_its_text_is_kept_out_of_the_log(
    turn, monkeypatch
):
    def fail(*_):
        raise KeyError("what somebody wrote")

    with monkeypatch.context() as broken, structlog.testing.capture_logs() as log:
        broken.setattr("world.requests.handle", fail)
        turn.work_out(Ask(Session(), m.Say(1, "text")))
    turn.work_out(Ask(Session(), m.Say(2, "next")))
    assert [type(answer) for answer in _answers(turn)] == [m.Refused, m.Accepted]
    [line] = log
    assert (line["event"], line["job"], line["error"]) == ("desk.rule_failed", "Say", "KeyError")
    assert "wrote" not in str(log)


def test_a_session_that_was_taken_over_can_do_nothing_more(turn):
    session = Session("p", "p-0")
    turn.place.others.add(session)
    turn.work_out(Ask(session, m.Say(1, "from the old device")))
    [refused] = _answers(turn)
    assert refused.code == NotSignedIn.code


def test_who_comes_back_keeps_the_name_chosen_a_moment_ago(turn, small):
    turn.work_out(Ask(Session(), m.ChooseAlias(1, "Heron")))
    stale = small.clinic.profiles["p"]
    turn.work_out(Arrive(Session("p", "p-2"), stale, None))
    assert turn.clinic.profiles["p"].alias == "Heron"


def test_losses_and_time_are_worked_out_and_nobody_waits_for_an_answer(turn):
    turn.work_out(Lose(Session()))
    turn.work_out(PassTime())
    assert not turn.clinic.visits.people["p"].is_connected
    assert turn.answers == []


@pytest.mark.parametrize("number", [REQUEST_JUMP_MAX + 2, 2**53 - 1])
def test_a_number_too_far_ahead_is_refused_and_leaves_room_for_the_next(turn, number):
    turn.work_out(Ask(Session(), m.Say(1, "first")))
    turn.work_out(Ask(Session(), m.Say(number, "far")))
    turn.work_out(Ask(Session(), m.Say(2, "next")))
    first, far, following = _answers(turn)
    assert (first, following) == (m.Accepted(1), m.Accepted(2))
    assert isinstance(far, m.Refused)
    assert len(turn.entries) == 2
