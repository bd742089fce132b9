"""Attempts between the world's form of them and the store's; what past ones say of a trainee."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec import structs

from server.store.attempts import AttemptRecord, AttemptState
from server.store.work import Work
from sim.scoring.learning import cusum, progress
from sim.scoring.rules import TASKS
from world.people import RoomId, UserId
from world.protocol import messages as m
from world.training.station import Attempt, Concluded, Phase, Training

_VERDICT = msgspec.msgpack.Decoder(m.Verdict)
CURVE_LENGTH = 200
COMPOSITE = "composite"
_STATES: Mapping[AttemptState, Literal["scored", "unconfirmed", "lost"]] = MappingProxyType(
    {
        AttemptState.SCORED: "scored",
        AttemptState.UNCONFIRMED: "unconfirmed",
        AttemptState.LOST: "lost",
    }
)
"""Of attempts that have an end, as lists tell them."""


async def write(
    work: Work, before: Training, after: Training, concluded: Sequence[Concluded], now_s: float
) -> None:
    """Writes the attempts that have begun, and what became of those that are over."""
    known = {attempt.attempt_id for attempt in before.attempts.values()}
    begun = [*after.attempts.values(), *(one.attempt for one in concluded)]
    for attempt in begun:
        if attempt.attempt_id not in known:
            await work.attempts.begin(_record(attempt))
    for one in concluded:
        await work.attempts.conclude(_concluded(one, now_s))


def attempt_from(record: AttemptRecord) -> Attempt:
    """Returns an attempt that was running when the last world ended."""
    return Attempt(
        record.id,
        RoomId(record.room_id),
        UserId(record.trainee_id),
        record.procedure,
        record.seed,
        record.is_left_handed,
        record.began_at_s,
        Phase.RUNNING,
    )


def progress_after(
    procedure: str, past: Sequence[AttemptRecord], verdict: m.Verdict
) -> m.Progress | None:
    """Returns where a trainee stands after this verdict; None for a task without a schedule.

    Args:
      procedure: the task.
      past: the trainee's attempts at it that count, oldest first, this one not among them.
      verdict: of this one; it counts only if it is confirmed.
    """
    is_good = _proficient(past)
    if verdict.is_confirmed:
        is_good.append(verdict.is_proficient)
    return _progress(procedure, is_good)


def listed(records: Sequence[AttemptRecord]) -> tuple[m.AttemptEntry, ...]:
    """Returns attempts that have an end as they are told in a list, in their order."""
    return tuple(_entry(record) for record in records)


def standings(records: Sequence[AttemptRecord]) -> tuple[m.TaskProgress, ...]:
    """Returns where a trainee stands in each task of these attempts, newest first, by its name."""
    counted: dict[str, list[AttemptRecord]] = {}
    for record in reversed(records):
        if record.state is AttemptState.SCORED:
            counted.setdefault(record.procedure, []).append(record)
    found = ((name, _progress(name, _proficient(past))) for name, past in sorted(counted.items()))
    return tuple(m.TaskProgress(name, one) for name, one in found if one is not None)


def _proficient(past: Sequence[AttemptRecord]) -> list[bool]:
    return [_VERDICT.decode(one.result).is_proficient for one in past if one.result is not None]


def _progress(procedure: str, is_good: list[bool]) -> m.Progress | None:
    rules = TASKS.get(procedure)
    if rules is None:
        return None
    now = progress(rules, is_good)
    curve = cusum(is_good).values[-CURVE_LENGTH:]
    return m.Progress(
        now.attempts,
        now.in_a_row,
        rules.consecutive,
        now.further,
        rules.further,
        now.reached_at,
        tuple(float(value) for value in curve),
    )


def _entry(record: AttemptRecord) -> m.AttemptEntry:
    told = m.AttemptEntry(
        record.id,
        record.procedure,
        record.began_at_s,
        _STATES[record.state],
        has_record=record.record_seal is not None,
    )
    if record.result is None:
        return told
    verdict = _VERDICT.decode(record.result)
    composite = next((part.value for part in verdict.parts if part.name == COMPOSITE), None)
    return structs.replace(
        told,
        time_s=verdict.time_s,
        composite=composite,
        is_proficient=verdict.is_proficient,
    )


def _record(attempt: Attempt) -> AttemptRecord:
    return AttemptRecord(
        attempt.attempt_id,
        attempt.trainee_id,
        attempt.room_id,
        attempt.procedure,
        attempt.seed,
        attempt.is_left_handed,
        attempt.began_at_s,
    )


def _concluded(concluded: Concluded, now_s: float) -> AttemptRecord:
    verdict = concluded.verdict
    if verdict is None:
        return replace(_record(concluded.attempt), state=AttemptState.LOST, ended_at_s=now_s)
    return replace(
        _record(concluded.attempt),
        state=AttemptState.SCORED if verdict.is_confirmed else AttemptState.UNCONFIRMED,
        ended_at_s=now_s,
        record_seal=concluded.seal,
        result=msgspec.msgpack.encode(verdict),
    )
