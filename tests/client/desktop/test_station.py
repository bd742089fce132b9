"""A training room's station from the person's side, with what the clinic would tell of it."""

from math import pi

import numpy as np
import pytest

from client.desktop import places
from client.desktop.inside import Use
from client.network import channel as c
from client.panels import intents
from client.training import attempts, replay, tasks
from client.training.panels import LeaveStation, TryAgain
from client.training.place import screen_of, stand_of
from tests.client.desktop.conftest import Stay
from world.protocol import messages as m
from world.protocol.scene_lane import AT_REST, Body, Hands, Scene, SceneEncoder

PEG = m.Procedure("peg_transfer", "Peg transfer (FLS-style)", "Take each ring.", 300.0, 48.0)
OTHER = m.Procedure("free_play", "Free play", "Do as you like.", 3600.0)
NOTICE = "FLS-style; not affiliated with the FLS program; not a certification."
OWN, NURSE = 1, 4
SCENE = Scene((Body("ring_0", np.zeros(3), np.array([1.0, 0, 0, 0])),))


class Room(Stay):
    """A person of some role in the real training room."""

    def __init__(self, role):
        super().__init__(role)
        own = m.Person(OWN, "Real Name", role, 0)
        other = m.Person(NURSE, "Somebody Else", "nurse", 0)
        door = m.DoorState("door-1", "waiting", is_open=True, may_pass=True)
        self.view = m.RoomView(
            "training-1", "training", OWN, (5.0, 3.5, 1.6), 0.0, (own, other), (door,), "room:x"
        )
        self.tell(self.view)
        self.tell(m.Procedures((PEG, OTHER)))
        self.tell(m.StationView("free", notice=NOTICE))
        self.encoder = SceneEncoder()

    @property
    def station(self):
        return self.inside.station

    def stand_at_station(self):
        (x, y), yaw_rad = stand_of(screen_of(self.bodies.layout))
        self.bodies.prediction.place((x, y, 1.6), yaw_rad)

    def attempt(self, state="running", trainee=OWN, elapsed_s=0.0):
        view = m.StationView(state, PEG.name, trainee, elapsed_s, 300.0, notice=NOTICE)
        self.tell(view)

    def over(self):
        parts = tuple(m.Part(name, 0.5) for name in ("time", "accuracy", "composite"))
        verdict = m.Verdict(61.0, False, True, parts, (), (), ())
        progress = m.Progress(2, 0, 2, 0, 10, None, (0.4, 0.8))
        body = m.AttemptOver("0" * 32, PEG.name, "Over.", NOTICE, verdict, progress)
        self.tell(m.Event("user:" + "0" * 32, 1, self.now_s, body))

    def scene(self, tick, hands=AT_REST):
        return self.encoder.frame(tick, SCENE, 900, hands)

    def keys(self):
        return [panel.key for panel in self.station.panels()]

    def texts(self):
        found, waiting = [], list(self.station.panels())
        while waiting:
            widget = waiting.pop()
            found.append(widget.name)
            waiting += widget.children
        return " ".join(found)


@pytest.fixture
def trainee():
    return Room("trainee")


@pytest.mark.parametrize(
    ("role", "is_sent"),
    [("trainee", True), ("nurse", True), ("instructor", True), ("carer", False)],
)
def test_whoever_may_look_on_asks_for_the_pictures_on_coming_in(role, is_sent):
    asked = Room(role).requests()
    assert asked == ([m.WatchStation(1, "full")] if is_sent else [])


def test_a_room_without_a_station_asks_for_nothing(stay):
    stay.enter()
    assert stay.requests() == []
    assert stay.inside.station.panels() == ()


def test_the_station_is_offered_where_one_can_practise_and_nowhere_else(trainee):
    trainee.do(Use())
    assert trainee.keys() == []
    trainee.stand_at_station()
    trainee.do(Use())
    assert trainee.keys() == ["training-tasks"]
    assert "Take each ring." in trainee.texts()
    assert "0:48" in trainee.texts()


def test_the_menu_leads_to_the_station_and_opens_it_on_arrival(trainee):
    layout, model = trainee.bodies.layout, trainee.model
    listed = places.destinations(model, layout, trainee.bodies.head_m, {})
    assert listed[0].key == places.STATION
    trainee.do(intents.GoTo(places.STATION))
    assert trainee.bodies.walker.is_on_way
    trainee.wait(12.0)
    assert trainee.keys() == ["training-tasks"]
    assert trainee.station.is_near(layout, trainee.bodies.head_m)


def test_every_task_that_the_clinic_offers_can_be_chosen_and_begun(trainee):
    for task in (PEG, OTHER):
        trainee.station.open()
        trainee.do(tasks.ChooseTask(task.name))
        trainee.do(tasks.SetLeftHanded(True))
        trainee.asked.clear()
        trainee.do(tasks.BeginTask())
        assert trainee.requests() == [m.BeginAttempt(1, task.name, True)]
        trainee.do(LeaveStation())


def test_a_refused_beginning_says_why_and_leaves_the_choice(trainee):
    trainee.station.open()
    trainee.asked.clear()
    trainee.do(tasks.BeginTask())
    trainee.answer(is_accepted=False, reason="The station is too far away. Go up to it first.")
    assert trainee.keys() == ["training-tasks"]
    assert "Go up to it first." in trainee.texts()


def test_nothing_can_be_begun_while_the_simulation_is_prepared(trainee):
    trainee.tell(m.Procedures(()))
    trainee.station.open()
    trainee.asked.clear()
    trainee.do(tasks.BeginTask())
    assert trainee.requests() == []


def test_who_practises_looks_through_the_scope_from_the_beginning_to_the_score(trainee):
    trainee.attempt("preparing")
    assert trainee.station.is_at_scope
    assert trainee.keys() == ["training-waiting"]
    assert not trainee.station.is_steering
    trainee.attempt()
    assert trainee.station.is_steering
    trainee.attempt("scoring")
    assert not trainee.station.is_steering
    assert trainee.keys() == ["training-waiting"]
    trainee.over()
    trainee.tell(m.StationView("free", notice=NOTICE))
    assert trainee.keys() == ["training-debrief"]
    assert trainee.station.is_at_scope
    assert "Proficient in a row: 0 of 2." in trainee.texts()
    trainee.do(LeaveStation())
    assert not trainee.station.is_at_scope
    assert trainee.keys() == []


def test_the_task_is_begun_again_from_its_score(trainee):
    trainee.attempt()
    trainee.over()
    trainee.tell(m.StationView("free", notice=NOTICE))
    trainee.asked.clear()
    trainee.do(TryAgain())
    assert trainee.requests() == [m.BeginAttempt(1, PEG.name, False)]
    trainee.answer()
    trainee.attempt("preparing")
    assert trainee.keys() == ["training-waiting"]


def test_escape_holds_the_hands_and_offers_to_finish_or_to_step_back(trainee):
    trainee.attempt()
    trainee.asked.clear()
    trainee.do(intents.OpenMenu())
    assert trainee.keys() == ["training-menu"]
    assert not trainee.station.is_steering
    trainee.do(tasks.GoOn())
    assert trainee.station.is_steering
    trainee.do(intents.OpenMenu())
    trainee.do(tasks.FinishAttempt())
    assert trainee.requests() == [m.EndAttempt(1)]


def test_who_steps_back_finds_the_attempt_again(trainee):
    trainee.attempt()
    trainee.do(intents.OpenMenu())
    trainee.do(LeaveStation())
    assert not trainee.station.is_at_scope
    trainee.stand_at_station()
    trainee.do(Use())
    assert trainee.station.is_steering


def test_who_looks_on_steers_nothing_and_may_look_through_the_scope():
    nurse = Room("nurse")
    nurse.attempt(trainee=NURSE)
    assert not nurse.station.is_at_scope
    nurse.station.open()
    assert "Somebody Else practises here now." in nurse.texts()
    nurse.do(tasks.LookOn())
    assert nurse.station.is_at_scope
    assert not nurse.station.is_steering
    nurse.do(intents.OpenMenu())
    assert "End this attempt" not in nurse.texts()


def test_an_instructor_may_end_an_attempt_and_reads_its_score_where_they_looked():
    instructor = Room("instructor")
    instructor.attempt(trainee=NURSE)
    instructor.over()
    assert instructor.keys() == []
    assert "50 of 100" in instructor.inside.board.shown(instructor.now_s)[-1].sentence
    instructor.attempt(trainee=NURSE)
    instructor.do(tasks.LookOn())
    instructor.do(intents.OpenMenu())
    assert "End this attempt" in instructor.texts()
    instructor.over()
    assert instructor.keys() == ["training-debrief"]
    assert "Try again" not in instructor.texts()


def test_errors_are_counted_and_other_news_is_not(trainee):
    trainee.attempt()
    for kind, is_error in (("board touched", True), ("changed hands", False)):
        trainee.tell(m.Happened(kind, f"{kind}.", 3.0, is_error))
    trainee.tell(m.Happened("board touched", "Again.", 4.0, True))
    trainee.tell(m.Happened("line deviation", "So far.", 4.5, True, 1.5, "mm"))
    trainee.attempt(elapsed_s=5.0)
    attempt = trainee.station.attempt
    assert [(one.name, one.amount, one.unit) for one in attempt.errors] == [
        ("board touched", 2.0, "event"),
        ("line deviation", 1.5, "mm"),
    ]
    assert (attempt.sentence, attempt.is_bad) == ("So far: 1.5 mm.", True)
    trainee.attempt(elapsed_s=20.0)
    assert trainee.station.attempt.sentence == ""


def test_scenes_arrive_with_what_the_hands_did(trainee):
    trainee.attempt()
    trainee.station.take_scene(trainee.scene(1, Hands(7, (0.0, 1.0))), 5.0)
    shown = trainee.station.shown
    assert (shown.tick, shown.at_s, shown.hands.taken) == (1, 5.0, 7)
    assert [body.name for body in shown.scene.bodies] == ["ring_0"]


def test_a_scene_that_misses_a_frame_is_asked_for_anew_until_it_is_whole_again(trainee):
    trainee.attempt()
    trainee.station.take_scene(trainee.scene(1), 5.0)
    trainee.scene(2)
    trainee.asked.clear()
    trainee.station.take_scene(trainee.scene(3), 5.1)
    trainee.wait(0.1)
    assert trainee.requests() == [m.WatchStation(1, None)]
    trainee.answer()
    assert trainee.requests() == [m.WatchStation(1, "full")]
    trainee.station.take_scene(trainee.encoder.key(), 5.2)
    trainee.asked.clear()
    trainee.wait(2.0)
    assert trainee.requests() == []


def test_leaving_the_room_forgets_its_station(trainee):
    trainee.attempt()
    trainee.over()
    trainee.enter()
    assert trainee.keys() == []
    assert trainee.station.view is None
    trainee.station.take_scene(b"\x01", 1.0)
    assert trainee.station.shown is None


def test_nobody_is_told_to_knock_where_people_practise(stay):
    door = m.DoorState("door-3", "training-1", is_open=True, may_pass=False)
    stay.enter(doors=(door,), position_m=(9.0, 6.7, 1.6))
    stay.bodies.walker.yaw_rad = -pi / 2
    assert stay.inside._hint() == places.PRACTISING
    stay.do(Use())
    assert stay.requests() == []
    assert stay.inside.board.shown(stay.now_s)[-1].sentence == places.PRACTISING


ATTEMPT = "0" * 32
MARKS = (m.ReplayMark(2.0, "board touched", "The board was touched.", True),)
LIST = m.AttemptsView(
    None, (m.AttemptEntry(ATTEMPT, PEG.name, 1.7e9, "scored", 61.0, 0.5, has_record=True),), ()
)


def begin_replay(room, *, may_steer=True, **more):
    room.tell(m.StationView("replaying", notice=NOTICE))
    told = {"is_playing": True, "speed": 1.0, "duration_s": 60.0, "ready_s": 60.0, **more}
    view = m.ReplayView(ATTEMPT, PEG.name, marks=MARKS, may_steer=may_steer, **told)
    room.tell(view)
    return view


def test_ones_own_attempts_are_asked_for_at_the_station_and_watched_from_the_list(trainee):
    trainee.station.open()
    trainee.do(attempts.OpenAttempts())
    assert trainee.requests()[-1] == m.ReadAttempts(1, None)
    assert trainee.keys() == ["training-attempts"]
    trainee.tell(LIST)
    assert trainee.station.debriefing.entries == LIST.entries
    trainee.do(attempts.WatchAttempt(ATTEMPT))
    assert trainee.requests()[-1] == m.ShowReplay(1, ATTEMPT, None)
    _, refuse = trainee.asked.pop()
    refuse(c.Answered(1, is_accepted=False, reason="Somebody practises here."))
    assert "Somebody practises here." in trainee.texts()
    trainee.do(attempts.CloseAttempts())
    assert trainee.keys() == ["training-tasks"]


def test_a_list_of_somebody_else_than_was_asked_for_is_not_taken(trainee):
    trainee.do(attempts.OpenAttempts(NURSE))
    trainee.tell(LIST)
    assert trainee.station.debriefing.entries == ()


@pytest.mark.parametrize(
    ("role", "listed"), [("instructor", ["My own", "Red Kite"]), ("nurse", [])]
)
def test_an_instructor_may_choose_the_trainees_in_the_room(role, listed):
    room = Room(role)
    room.tell(m.PersonView(m.Person(7, "Red Kite", "trainee", 0)))
    room.do(attempts.OpenAttempts())
    found = [one for one in room.texts().split("  ") if one]
    for name in ("My own", "Red Kite"):
        assert (name in " ".join(found)) is (name in listed)


def test_a_replay_fills_the_window_of_who_may_steer_it_and_nobody_elses(trainee):
    begin_replay(trainee)
    assert trainee.station.is_at_scope
    assert not trainee.station.is_steering
    assert trainee.station.place == PEG.station
    other = Room("nurse")
    begin_replay(other, may_steer=False)
    assert not other.station.is_at_scope
    other.station.open()
    assert "An attempt is shown again here." in other.texts()


def test_scenes_tell_which_moment_is_shown_and_errors_count_up_to_it(trainee):
    begin_replay(trainee)
    for taken, errors in ((60, 0), (150, 1), (90, 0)):
        trainee.station.take_scene(trainee.scene(taken, Hands(taken)), trainee.now_s)
        assert trainee.station.debriefing.at_s == pytest.approx(taken / 60)
        assert len(trainee.station.attempt.errors) == errors
    assert trainee.station.attempt.limit_s == 60.0


def test_what_is_pressed_beside_a_replay_is_asked_for(trainee):
    begin_replay(trainee, ready_s=30.0)
    trainee.do(replay.PlayReplay(False))
    trainee.do(replay.SetReplaySpeed(0.5))
    trainee.do(replay.SeekReplay(45.0))
    trainee.do(replay.CloseReplay())
    assert trainee.requests()[-4:] == [
        m.SteerReplay(1, False, 1.0, None),
        m.SteerReplay(1, True, 0.5, None),
        m.SteerReplay(1, True, 1.0, 30.0),
        m.EndReplay(1),
    ]


def test_a_replay_stands_where_it_was_put_until_a_scene_has_come_from_there(trainee):
    begin_replay(trainee)
    trainee.station.take_scene(trainee.scene(60, Hands(60)), trainee.now_s)
    trainee.do(replay.SeekReplay(40.0))
    trainee.station.take_scene(trainee.scene(64, Hands(64)), trainee.now_s)
    assert trainee.station.debriefing.at_s == 40.0
    trainee.station.take_scene(trainee.scene(68, Hands(2404)), trainee.now_s)
    assert trainee.station.debriefing.at_s == pytest.approx(2404 / 60)


def test_a_replay_that_is_over_gives_the_window_back(trainee):
    begin_replay(trainee)
    trainee.tell(m.StationView("free", notice=NOTICE))
    assert not trainee.station.is_at_scope
    assert trainee.station.debriefing.view is None


def test_ones_own_attempt_is_watched_again_from_its_debrief(trainee):
    trainee.attempt()
    trainee.over()
    trainee.do(attempts.WatchAttempt(ATTEMPT))
    assert trainee.requests()[-1] == m.ShowReplay(1, ATTEMPT, None)
    assert trainee.station.over is None


def test_the_clock_goes_on_between_what_the_clinic_tells_of_it_and_begins_with_the_replays(trainee):
    station = trainee.station
    trainee.wait(0.1)
    trainee.attempt(elapsed_s=0.0)
    trainee.wait(0.5)
    assert station.clock_s == 0.0
    trainee.attempt(elapsed_s=4.0)
    trainee.wait(0.5)
    assert station.clock_s == pytest.approx(4.5, abs=0.05)
    trainee.wait(5.0)
    assert station.clock_s == pytest.approx(5.5, abs=0.05)
    trainee.tell(m.StationView("free", notice=NOTICE))
    begin_replay(trainee, starts_s=1.5)
    station.take_scene(trainee.scene(900, Hands(150)), trainee.now_s)
    assert station.clock_s == pytest.approx(1.0)


def test_the_expert_is_wanted_or_not_before_an_attempt_and_in_a_replay(trainee):
    trainee.do(replay.ShowExpert(True))
    assert trainee.station.debriefing.is_expert_wanted
    begin_replay(trainee)
    trainee.do(replay.ShowExpert(False))
    assert not trainee.station.debriefing.is_expert_wanted
