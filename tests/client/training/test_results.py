"""From an attempt that is over to what its debrief shows."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec.structs import replace as changed

from client.training import panels, results
from client.ui.tree import Tree
from sim.scoring.composite import Score
from world.protocol import messages as m

TASK = m.Procedure("peg_transfer", "Peg transfer (FLS-style)", "Take each ring.", 300.0, 48.0)
SHARES = {"time": 0.9, "accuracy": 1.0, "economy": 0.5, "smoothness": 0.85, "composite": 0.8}
VERDICT = m.Verdict(
    61.0,
    is_proficient=False,
    is_confirmed=True,
    parts=tuple(m.Part(name, share) for name, share in SHARES.items()),
    mistakes=(m.Mistake("board touched", 3.0, "event", 3.0),),
    measures=(m.Measure("FLS-style points", 216.0, "point"),),
    unverified=("points for board touched: own",),
)
PROGRESS = m.Progress(3, 1, 2, 0, 10, None, (0.4, 0.8, 0.2))
OVER = m.AttemptOver("0" * 32, "peg_transfer", "Over.", "Not a certification.", VERDICT, PROGRESS)


def test_every_part_of_a_score_has_a_name_for_trainees():
    named = {*results.PARTS, results.COMPOSITE, "fls_style"}
    assert set(Score.__slots__) == named
    assert set(results.ADVICE) == set(results.PARTS)


def test_the_score_is_shown_part_by_part_with_errors_and_advice_for_the_lowest():
    view = results.debrief_of(OVER, TASK)
    assert [(part.name, part.share) for part in view.parts] == [
        ("Time", 0.9),
        ("Accuracy", 1.0),
        ("Economy of motion", 0.5),
        ("Smoothness", 0.85),
    ]
    assert (view.composite, view.points, view.time_s, view.proficient_s) == (0.8, 216.0, 61.0, 48.0)
    assert view.errors[0].amount == 3.0
    assert view.advice == results.ADVICE["economy"]
    assert view.outcome.endswith("Not yet proficient.")


def test_good_work_needs_no_advice_and_free_play_has_no_time_to_reach():
    parts = tuple(m.Part(name, 0.95) for name in SHARES)
    good = changed(VERDICT, parts=parts, is_proficient=True)
    view = results.debrief_of(changed(OVER, verdict=good), changed(TASK, proficient_s=0.0))
    assert view.advice == ""
    assert view.proficient_s is None
    assert view.outcome.endswith("That was proficient.")


def test_a_lost_attempt_shows_what_became_of_it_and_no_score():
    lost = changed(OVER, verdict=None, progress=None, sentence="The attempt is lost.")
    view = results.debrief_of(lost, None)
    assert view.title == "Peg transfer"
    assert (view.outcome, view.composite, view.parts) == ("The attempt is lost.", None, ())


def test_an_attempt_that_does_not_count_is_not_called_proficient():
    unconfirmed = changed(VERDICT, is_confirmed=False)
    view = results.debrief_of(changed(OVER, verdict=unconfirmed, sentence="Does not count."), TASK)
    assert view.outcome == "Does not count."


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (PROGRESS, "Proficient in a row: 1 of 2."),
        (changed(PROGRESS, in_a_row=2, further=4), "Further proficient attempts: 4 of 10."),
        (changed(PROGRESS, reached_at=14), "proficient since attempt 14."),
    ],
)
def test_where_one_stands_is_said_in_words(progress, words):
    assert results.learning_of(progress).standing.endswith(words)


def test_the_learning_curve_is_the_clinics_own_in_order_and_within_its_axis():
    curve = results.learning_of(PROGRESS).curve
    assert curve.values.tolist() == [0.4, 0.8, 0.2]
    assert curve.low <= 0.2
    assert curve.high >= 0.8
    columns = curve.columns(301)
    assert np.nanmax(columns) == pytest.approx(0.8, abs=0.01)
    assert columns[-1] == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("values", [(), (0.7,)])
def test_one_attempt_makes_no_curve(values):
    assert results.learning_of(changed(PROGRESS, curve=values)).curve is None


def test_a_long_course_is_drawn_with_few_lines():
    curve = results.learning_of(changed(PROGRESS, curve=tuple(np.linspace(0, 57.0, 80)))).curve
    assert 2 <= (curve.high - curve.low) / curve.step <= 8


def test_curve_and_standing_are_on_the_debrief():
    tree = Tree()
    tree.show((panels.debrief(results.debrief_of(OVER, TASK)),))
    outline = tree.describe()
    assert "Learning curve" in outline
    assert "Proficient in a row: 1 of 2." in outline
    tree.show((panels.debrief(replace(results.debrief_of(OVER, TASK), may_repeat=False)),))
    assert "Try again" not in tree.describe()
