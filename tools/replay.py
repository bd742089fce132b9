"""Plays the record of a training attempt again and says what it is worth.

`.venv/bin/python -m tools.replay FILE` checks that no byte of the file was changed, computes
every step anew, compares the state once a second, and prints the score part by part. The exit
code is 0 only if all of it is as the record says. `--screenshots DIR` also draws what the scope saw
at the beginning, midway and at the end.
"""

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from client.scene.window import WindowOptions, open_window
from client.training.view import TrainingView
from sim.arrays import STEP_S
from sim.environment import Environment, Result
from sim.instruments.station import Station
from sim.procedures.procedure import NOTICE, Procedure
from sim.recording import Record, read
from sim.replay import Replay
from sim.scoring.rules import TaskRules, unverified
from world.errors import ClinicError
from world.protocol.scene_lane import Scene


def main(given: list[str] | None = None) -> int:
    """Returns 0 if the record is untouched and played the same way again."""
    parser = argparse.ArgumentParser(prog="tools.replay", description=__doc__)
    parser.add_argument("file", type=Path, help="record of an attempt (ID.mcrec)")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="draw pictures there")
    arguments = parser.parse_args(given)
    path: Path = arguments.file
    try:
        record = read(path.read_bytes())
        replay = Replay(record)
        moments = _played(replay, record)
    except (OSError, ClinicError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    procedure = replay.environment.procedure
    result = replay.environment.result()
    print("\n".join([*_told_of_record(record), *_told_of_result(procedure, result)]))
    if arguments.screenshots:
        for picture in _drawn(moments, procedure.station, arguments.screenshots):
            print(picture)
    return 0


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is drawn: the step, the scene, and how far the left and the right jaws are open."""

    step: int
    scene: Scene
    jaws: tuple[float, float]


def _moment(environment: Environment) -> _Moment:
    left, right = (hand.posture.jaw for hand in environment.hands)
    return _Moment(environment.step_count, environment.scene(), (left, right))


def _played(replay: Replay, record: Record) -> list[_Moment]:
    """Plays a record to its end; returns its beginning, its middle and its end."""
    moments = [_moment(replay.environment)]
    for environment in replay.seconds():
        if len(moments) == 1 and environment.step_count >= record.step_count / 2:
            moments.append(_moment(environment))
    return [*moments, _moment(replay.environment)]


def _drawn(moments: list[_Moment], station: Station, folder: Path) -> list[Path]:
    """Draws what the scope saw, without a window; returns the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    stage = open_window(WindowOptions(size=(1280, 720), is_offscreen=True))
    pictures = []
    for moment in moments:
        view = TrainingView(stage, station)
        view.screen.show()
        view.take_jaws(*moment.jaws)
        view.take_scene(moment.step, moment.scene, 0.0)
        view.update(1.0, STEP_S)
        pictures.append(folder / f"scope-{moment.step * STEP_S:07.2f}s.png")
        stage.screenshot(pictures[-1])
        view.close()
    stage.close()
    return pictures


def _told_of_record(record: Record) -> list[str]:
    head = record.head
    hand = "left-handed" if head.is_left_handed else "right-handed"
    engines = ", ".join(f"{name} {version}" for name, version in sorted(head.engines.items()))
    return [
        f"{head.procedure}, seed {head.seed}, {hand}; simulation {head.abi}; {engines or '-'}",
        f"untouched: seal {record.seal.hex()}",
        f"played again: {record.step_count} steps, every second's state is the same, bit for bit",
    ]


def _told_of_result(procedure: Procedure, result: Result) -> list[str]:
    lines = [f"time {result.attempt.time_s:.2f} s"]
    if result.motion is not None:
        for side, hand in (("left", result.motion.left), ("right", result.motion.right)):
            lines.append(
                f"{side} hand: way {hand.path_m:.3f} m, idle {hand.idle_s:.1f} s, out of view "
                f"{hand.out_of_view_s:.1f} s, SPARC {hand.smoothness.value:.2f} "
                f"(to {hand.smoothness.cutoff_hz:.0f} Hz), jerk {hand.jerk:.2f}, collisions "
                f"{hand.collisions}, peak force {hand.peak_force_n:.2f} N"
            )
    if procedure.rules is None:
        return [*lines, "free play: it has no score"]
    return [*lines, *_told_of_score(procedure.rules, result)]


def _told_of_score(rules: TaskRules, result: Result) -> list[str]:
    errors = [
        f"error: {kind}, {amount:g} {rules.penalties[kind].unit}, "
        f"{amount * rules.penalties[kind].points.value:.1f} points"
        for kind, amount in sorted(result.attempt.errors.items())
    ]
    if result.score is None:
        return [*errors, "too short for a score"]
    parts = [f"{name} {value:.3f}" for name, value in asdict(result.score).items()]
    return [
        f"{rules.title} ({NOTICE})",
        *(errors or ["no errors"]),
        *parts,
        "proficient" if result.is_proficient else "not proficient",
        *(f"not from a published source: {text}" for text in unverified(rules)),
    ]


if __name__ == "__main__":
    sys.exit(main())
