"""What every procedure owes to the loop, the viewers, the trainee and the record."""

import math
from array import array
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from sim.environment import Environment
from sim.instruments.catalog import INSTRUMENTS
from sim.procedures.catalog import PROCEDURES
from sim.procedures.procedure import EFFORTS
from sim.recording import SIM_ABI
from sim.scoring.rules import TASKS, Stated, unverified
from tests.sim.motions import wandering
from world.protocol.scene_lane import LENGTH_STEP_M, SceneDecoder, SceneEncoder

STEPS = 60
SNAPSHOT_BYTES = 200_000
"""What somebody who joins late is sent at most."""
GOLDEN = {
    "peg_transfer": "b3311196a0e0d194ac10033755abe32a99965a58dc4465e0f05671a096048db1",
    "free_play": "edd59e3bc8067604142e76f86b6ea9cb1c413a639b252514b243e39882796180",
    "ligating_loop": "43b5fa473cf15ef10aa201d920818953ed7943c77ffd63ead30940794e6aa1ea",
    "precision_cutting": "c85869e5ba656bf7aaedc8157687faa0ca289c398d3703acc6d96667d43c95d1",
    "extracorporeal_knot": "eecca27391f4402ee8a926ffb409c746081a29494ef39f29dfaffc78ef8bfed0",
    "intracorporeal_knot": "48b29314e1273c749f0a0c71b43a4948841a884efa1d0b4f776d881921deb1f3",
}
"""State after 120 wandering steps from seed 1, where the C library's functions are SINES'."""
SINES = "2d51e187039f14ce"
"""MuJoCo takes sines from the C library, which may have others for another processor."""
each_procedure = pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=lambda p: p.name)


def _sines():
    """Returns a digest of what the C library makes of many angles."""
    angles = [0.001 * number for number in range(6284)]
    values = [f(angle) for angle in angles for f in (math.sin, math.cos, math.atan, math.exp)]
    return sha256(array("d", values).tobytes()).hexdigest()[:16]


def _played(procedure, count=STEPS, seed=1, *, is_left_handed=False, effort=0):
    environment = Environment(procedure, seed, is_left_handed=is_left_handed)
    for data in wandering(procedure.station, count):
        environment.step(data, effort)
    return environment


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_procedure_is_found_by_its_own_name_and_holds_instruments_that_exist(name):
    procedure = PROCEDURES[name]
    assert procedure.name == name
    assert {procedure.left, procedure.right} <= set(INSTRUMENTS)
    assert procedure.rules is None or procedure.rules is TASKS[name]


@each_procedure
def test_the_trainee_is_told_what_to_do_and_every_kind_of_event_in_a_sentence(procedure):
    rules = procedure.rules
    owed = set() if rules is None else set(rules.penalties) | rules.fatal
    assert owed <= set(procedure.sentences)
    for text in (procedure.brief, *procedure.sentences.values()):
        assert text[0].isupper()
        assert text.endswith((".", "!"))
    # What the server's messages take.
    assert len(procedure.brief) <= 1000
    assert all(len(kind) <= 60 for kind in procedure.sentences)
    assert all(len(text) <= 300 for text in procedure.sentences.values())
    assert rules is None or all(len(text) <= 60 for text in unverified(rules))


@each_procedure
@pytest.mark.parametrize("is_left_handed", [False, True])
@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_it_begins_from_any_seed_for_both_hands_with_a_scene_that_can_be_shown(
    procedure, seed, is_left_handed
):
    environment = Environment(procedure, seed, is_left_handed=is_left_handed)
    held = (procedure.left, procedure.right)
    assert environment.held == (held[::-1] if is_left_handed else held)
    scene = environment.scene()
    frame = SceneEncoder().frame(0, scene, 4000)
    assert len(frame) <= SNAPSHOT_BYTES
    shown = SceneDecoder().read(frame)
    assert [body.name for body in shown.bodies] == [body.name for body in scene.bodies]
    assert len({body.name for body in scene.bodies}) == len(scene.bodies)
    for one, other in zip(shown.bodies, scene.bodies, strict=True):
        assert np.abs(one.position_m - other.position_m).max() <= LENGTH_STEP_M
    assert [one.name for one in shown.surfaces] == [one.name for one in scene.surfaces]
    for one, other in zip(shown.surfaces, scene.surfaces, strict=True):
        assert np.abs(one.corners_m - other.corners_m).max() <= LENGTH_STEP_M


@each_procedure
def test_the_same_inputs_give_the_same_state_and_every_step_another(procedure):
    one, other = Environment(procedure, 1), Environment(procedure, 1)
    hashes = [one.state_hash()]
    for data in wandering(procedure.station, STEPS):
        one.step(data)
        other.step(data)
        hashes.append(one.state_hash())
        assert other.state_hash() == hashes[-1]
    assert len(set(hashes)) == STEPS + 1


@each_procedure
def test_looking_changes_nothing(procedure):
    seen = Environment(procedure, 1)
    for data in wandering(procedure.station, STEPS):
        seen.step(data)
        seen.scene()
        seen.result()
        seen.state_hash()
    assert seen.state_hash() == _played(procedure).state_hash()


@each_procedure
@pytest.mark.parametrize("effort", range(1, EFFORTS))
def test_every_effort_is_stepped_and_leaves_only_numbers(procedure, effort):
    environment = _played(procedure, effort=effort)
    scene = environment.scene()
    for body in scene.bodies:
        assert np.isfinite(body.position_m).all()
        assert np.isclose((body.rotation**2).sum(), 1.0)
    assert all(np.isfinite(surface.corners_m).all() for surface in scene.surfaces)
    assert all(np.isfinite(strand.nodes_m).all() for strand in scene.strands)


@each_procedure
def test_whatever_happens_has_a_sentence_and_a_place(procedure):
    environment = Environment(procedure, 1)
    for data in wandering(procedure.station, 3 * STEPS, done_at=3 * STEPS - 1):
        environment.step(data)
    assert environment.is_over
    assert all(noted.what.kind in procedure.sentences for noted in environment.noted)
    assert all(np.isfinite(noted.what.place_m).all() for noted in environment.noted)
    assert all(noted.what.amount >= 0 for noted in environment.noted)
    if procedure.rules is not None:
        assert not environment.result().is_proficient


@each_procedure
def test_at_the_limit_it_is_over_and_worth_nothing(procedure):
    if procedure.rules is None:
        assert _played(procedure).result().score is None
        return
    quick = replace(procedure, rules=replace(procedure.rules, limit_s=Stated(0.5, "own")))
    environment = _played(quick)
    assert environment.is_over
    assert environment.elapsed_s == 0.5
    result = environment.result()
    assert (result.score.composite, result.score.fls_style) == (0.0, 0.0)
    assert not result.is_proficient


@each_procedure
def test_the_states_of_this_simulation_abi_are_the_ones_that_records_were_made_with(procedure):
    if _sines() != SINES:
        pytest.skip("the C library of this machine has other sines than that of the hashes")
    found = _played(procedure, 120).state_hash().hex()
    assert found == GOLDEN.get(procedure.name), (
        f"The same inputs give another state of {procedure.name} than before: {found}. Records "
        f"that were made until now cannot be played any more, so bump SIM_ABI (now {SIM_ABI}) in "
        "sim/recording.py, and put the new hash here."
    )
