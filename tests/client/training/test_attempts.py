from datetime import UTC

import pytest

from client.training import attempts
from client.training.attempts import AttemptsPanel, MarkAttempt, OpenAttempts, WatchAttempt
from client.ui.widgets import Button, ListBox, Trend
from world.protocol import messages as m

PROGRESS = m.Progress(2, 0, 2, 0, 10, None, (0.4, 0.8))


def entry(number, procedure="peg_transfer", **more):
    return m.AttemptEntry(f"{number:032x}", procedure, 1_700_000_000.0 + number, "scored", **more)


VIEW = m.AttemptsView(
    None,
    (
        entry(2, time_s=85.0, composite=0.81, has_record=True),
        entry(1, "free_play", time_s=61.0),
        m.AttemptEntry("0" * 32, "peg_transfer", 1_700_000_000.0, "lost"),
    ),
    (m.TaskProgress("peg_transfer", PROGRESS),),
)
TITLES = {"peg_transfer": "Peg transfer (FLS-style)", "free_play": "Free play"}


def every(panel, kind):
    found, waiting = [], [panel]
    while waiting:
        widget = waiting.pop(0)
        waiting += widget.children
        if isinstance(widget, kind):
            found.append(widget)
    return found


def shown(**more):
    return attempts.attempts(AttemptsPanel(**{"view": VIEW, "titles": TITLES, **more}), UTC)


def test_each_attempt_is_told_with_day_task_score_time_and_standing():
    [rows] = every(shown(), ListBox)
    assert [(row.name, row.note) for row in rows.children] == [
        ("14 Nov, 22:13  Peg transfer", "81 of 100, 1:25, not yet proficient"),
        ("14 Nov, 22:13  Free play", "1:01, no score"),
        ("14 Nov, 22:13  Peg transfer", "lost"),
    ]
    assert rows.chosen("x") == MarkAttempt("x")


def test_a_proficient_attempt_is_called_so_and_has_a_mark():
    view = m.AttemptsView(None, (entry(1, composite=0.96, time_s=40.0, is_proficient=True),), ())
    [row] = every(shown(view=view), ListBox)[0].children
    assert (row.note, row.icon) == ("96 of 100, 0:40, proficient", "check")


def test_the_learning_curve_is_that_of_the_marked_task_and_free_play_has_none():
    assert len(every(shown(), Trend)) == 1
    assert every(shown(marked=f"{1:032x}"), Trend) == []


@pytest.mark.parametrize(("marked", "may_watch"), [(2, True), (1, False), (0, False)])
def test_only_what_has_a_record_can_be_watched(marked, may_watch):
    watch = next(one for one in every(shown(marked=f"{marked:032x}"), Button) if one.key == "watch")
    assert watch.intent == WatchAttempt(f"{marked:032x}")
    assert watch.is_disabled is not may_watch


def test_who_has_practised_nothing_reads_so_and_who_waits_reads_that():
    nothing = m.AttemptsView(None, (), ())
    assert every(shown(view=nothing), ListBox)[0].empty == attempts.NONE_YET
    assert "being read" in every(shown(view=None), ListBox)[0].empty


def test_an_instructor_chooses_whose_attempts_are_read():
    panel = shown(people={3: "Red Kite"}, slot=3)
    assert panel.name == "Attempts of Red Kite"
    choices = [one for one in every(panel, Button) if isinstance(one.intent, OpenAttempts)]
    assert [(one.name, one.intent.slot) for one in choices] == [("My own", None), ("Red Kite", 3)]
    assert every(shown(), Button)[0].key == "watch"
