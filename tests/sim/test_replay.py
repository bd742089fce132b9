import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from sim.environment import Environment
from sim.procedures.catalog import PROCEDURES
from sim.recording import SIM_ABI, Head, Recorder, read
from sim.replay import Replay, ReplayDiffers, ReplayRefused, replayed
from tests.sim.motions import wandering

ROOT = Path(__file__).parents[2]
STEPS = 150
PEGS = PROCEDURES["peg_transfer"]


def _recorded(head_changes=None, lie_in_block=None, effort=0, procedure=PEGS):
    environment = Environment(procedure, 5)
    head = Head(procedure.name, 5, False, environment.state_hash().hex())
    recorder = Recorder(msgspec.structs.replace(head, **(head_changes or {})))
    data, blocks = recorder.begin(), 0
    for inputs in wandering(procedure.station, STEPS, done_at=STEPS - 1):
        environment.step(inputs, min(effort, 3))
        recorder.add(effort, inputs)
        if recorder.is_due:
            blocks += 1
            lies = blocks == lie_in_block
            data += recorder.close_block(b"\0" * 32 if lies else environment.state_hash())
    return environment, data + recorder.end(environment.state_hash())


@pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=lambda p: p.name)
def test_a_record_is_played_bit_for_bit_and_comes_to_the_same_result(procedure):
    environment, data = _recorded(procedure=procedure)
    result = replayed(read(data))
    assert result == environment.result()
    assert result.attempt.errors == environment.result().attempt.errors


def test_the_seconds_are_played_one_by_one():
    environment, data = _recorded()
    replay = Replay(read(data))
    assert [one.step_count for one in replay.seconds()] == [60, 120, STEPS, STEPS]
    assert replay.environment.state_hash() == environment.state_hash()
    assert replay.environment.noted == environment.noted


def test_another_state_is_named_by_its_second_and_played_no_further():
    _, data = _recorded(lie_in_block=2)
    replay = Replay(read(data))
    with pytest.raises(ReplayDiffers, match="within second 2"):
        list(replay.seconds())
    assert replay.environment.step_count == 120


def test_one_that_steps_on_after_another_state_knows_the_second_in_which_it_parted():
    _, data = _recorded(lie_in_block=2)
    replay = Replay(read(data))
    steps = 0
    while replay.advance():
        steps += 1
    assert steps == STEPS + 1  # the closing block has no step, and a state to compare
    assert replay.environment.step_count == STEPS
    assert replay.differs_in == 2


def test_other_inputs_than_those_that_were_simulated_are_found():
    _, data = _recorded()
    record = read(data)
    first = record.blocks[0]
    swapped = replace(first, steps=(first.steps[30], *first.steps[1:]))
    forged = replace(record, blocks=(swapped, *record.blocks[1:]))
    with pytest.raises(ReplayDiffers, match="within second 1"):
        replayed(forged)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"abi": SIM_ABI + 1}, f"simulation {SIM_ABI + 1}, and this program has {SIM_ABI}"),
        ({"scene_hash": "0" * 64}, "another scene"),
        ({"seed": 6, "is_left_handed": True}, "another scene"),
        ({"procedure": "juggling"}, "does not know"),
    ],
)
def test_a_record_of_another_program_or_scene_is_refused_with_a_sentence(changes, sentence):
    _, data = _recorded(changes)
    with pytest.raises(ReplayRefused, match=sentence):
        Replay(read(data))


def test_a_step_that_nobody_could_have_taken_is_refused():
    _, data = _recorded(effort=9)
    with pytest.raises(ReplayRefused, match="step in second 1"):
        replayed(read(data))


def test_another_process_comes_to_the_same_states(tmp_path):
    environment, data = _recorded()
    path = tmp_path / "attempt.mcrec"
    path.write_bytes(data)
    program = (
        "import sys; from pathlib import Path\n"
        "from sim.recording import read; from sim.replay import Replay\n"
        "replay = Replay(read(Path(sys.argv[1]).read_bytes()))\n"
        "*_, end = replay.seconds()\n"
        "print(end.state_hash().hex(), end.result())"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert found.stdout.strip() == f"{environment.state_hash().hex()} {environment.result()}"
