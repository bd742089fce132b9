import pytest

from client.training import replay
from client.ui.widgets import Button, Progress, Slider
from tests.client.training.test_attempts import every
from world.protocol import messages as m

MARKS = (
    m.ReplayMark(3.0, "transferred", "A ring stands.", False),
    m.ReplayMark(10.0, "board touched", "The board was touched.", True),
    m.ReplayMark(40.0, "ring lost", "A ring is lost.", True),
)
VIEW = m.ReplayView("0" * 32, "peg_transfer", True, 1.0, 60.0, 60.0, MARKS, True)


def shown(view, at_s, **more):
    return replay.panel(view, at_s, **{"has_expert": True, "is_expert_shown": False, **more})


def view(**more):
    names = VIEW.__struct_fields__
    return m.ReplayView(**{**{name: getattr(VIEW, name) for name in names}, **more})


def test_errors_and_nothing_else_are_marked_on_the_time_line():
    [line] = every(shown(VIEW, 12.3), Slider)
    assert line.marks == (10.0, 40.0)
    assert (line.value, line.highest) == (12.0, 60.0)
    assert line.spoken_value == "0:12 of 1:00"
    assert line.changed(30.0) == replay.SeekReplay(30.0)


def test_what_just_happened_is_read_and_else_how_many_errors_there_are():
    assert replay.happened(VIEW, 10.5) is MARKS[1]
    assert replay.happened(VIEW, 9.9) is None
    assert shown(VIEW, 30.0).children[0].name == "Replay: 2 errors"
    assert shown(VIEW, 10.5).children[0].name == "Replay: The board was touched."


@pytest.mark.parametrize(("at_s", "to_s"), [(0.0, 8.0), (8.0, 38.0), (39.0, 8.0)])
def test_the_next_error_is_seen_from_a_little_before_and_after_the_last_comes_the_first(at_s, to_s):
    assert replay.next_error_s(VIEW, at_s) == to_s
    assert replay.next_error_s(view(marks=MARKS[:1]), at_s) is None


def test_it_is_stopped_and_let_go_on_and_goes_at_other_speeds():
    pressed = {one.key: one.intent for one in every(shown(VIEW, 0.0), Button)}
    assert pressed["play"] == replay.PlayReplay(False)
    assert pressed["speed"] == replay.SetReplaySpeed(2.0)
    assert [replay.next_speed(one) for one in replay.SPEEDS] == [0.5, 1.0, 2.0, 4.0, 0.25]
    assert pressed["close"] == replay.CloseReplay()
    resting = shown(view(is_playing=False), 0.0)
    assert next(one for one in every(resting, Button) if one.key == "play").name == "Play"


def test_who_only_looks_on_has_nothing_to_press():
    panel = shown(view(may_steer=False), 15.0)
    assert every(panel, Button) == every(panel, Slider) == []
    assert every(panel, Progress)[0].fraction == pytest.approx(0.25)


def test_it_is_said_while_the_rest_is_still_being_played():
    rest = shown(view(ready_s=20.0), 30.0).children[0].name
    assert rest == "Replay: The rest is still being played from the record."


def test_an_expert_is_offered_where_one_is_known_and_called_a_bot():
    expert = next(one for one in every(shown(VIEW, 0.0), Button) if one.key == "expert")
    assert (expert.name, expert.intent) == ("Expert bot", replay.ShowExpert(True))
    beside = every(shown(VIEW, 0.0, is_expert_shown=True), Button)
    assert next(one.intent for one in beside if one.key == "expert") == replay.ShowExpert(False)
    without = every(shown(VIEW, 0.0, has_expert=False), Button)
    assert "expert" not in [one.key for one in without]
