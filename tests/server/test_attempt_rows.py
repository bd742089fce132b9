"""Attempts become rows, and past rows say where a trainee stands."""

import msgspec
import pytest

from server import attempt_rows
from server.store.attempts import AttemptRecord, AttemptState
from sim.scoring.learning import cusum
from world.protocol import messages as m
from world.training.station import Phase


def _verdict(*, is_proficient, is_confirmed=True):
    return m.Verdict(50.0, is_proficient, is_confirmed, (), (), (), ())


def _past(*are_proficient):
    return [
        AttemptRecord(
            f"{number:032x}", "t" * 32, "training-1", "peg_transfer", 1, False, float(number),
            AttemptState.SCORED, result=msgspec.msgpack.encode(_verdict(is_proficient=is_good)),
        )
        for number, is_good in enumerate(are_proficient)
    ]  # fmt: skip


def test_progress_counts_past_attempts_and_this_one():
    now = attempt_rows.progress_after(
        "peg_transfer", _past(False, True), _verdict(is_proficient=True)
    )
    assert (now.attempts, now.in_a_row, now.further, now.reached_at) == (3, 2, 0, None)
    assert (now.needed_in_a_row, now.needed_further) == (2, 10)
    assert now.curve == pytest.approx(tuple(cusum([False, True, True]).values))


def test_the_schedule_is_completed_by_the_attempt_that_completes_it():
    now = attempt_rows.progress_after(
        "peg_transfer", _past(*[True] * 11), _verdict(is_proficient=True)
    )
    assert (now.reached_at, now.further) == (12, 10)


def test_what_is_not_confirmed_does_not_count():
    verdict = _verdict(is_proficient=False, is_confirmed=False)
    now = attempt_rows.progress_after("peg_transfer", _past(True), verdict)
    assert (now.attempts, now.in_a_row) == (1, 1)


def test_a_task_without_rules_has_no_schedule():
    assert attempt_rows.progress_after("free_play", [], _verdict(is_proficient=False)) is None


def test_a_long_way_is_told_by_its_end():
    past = _past(*[True, False] * 150)
    now = attempt_rows.progress_after("peg_transfer", past, _verdict(is_proficient=True))
    assert now.attempts == 301
    assert len(now.curve) == attempt_rows.CURVE_LENGTH


def test_an_attempt_that_a_dead_world_left_is_taken_to_run():
    [record] = _past(True)
    attempt = attempt_rows.attempt_from(record)
    assert attempt.phase is Phase.RUNNING
    assert (attempt.attempt_id, attempt.trainee_id) == (record.id, record.trainee_id)
