import numpy as np
import pytest

from client.config import ASSETS
from client.scene.tiers import TIERS
from client.training.expert import FOLDER, Expert, read, shipped, write
from client.training.field import Field, Ghost
from client.training.lighting import LAMP_MASK
from sim.instruments.catalog import INSTRUMENTS
from sim.procedures.catalog import PROCEDURES
from sim.scoring.rules import TASKS
from tools.bots.training.practice import WAYS
from world.errors import ConfigurationError

STILL = np.tile([1.0, 0.0, 0.0, 0.0], (3, 2, 1))


@pytest.fixture
def expert():
    tips_m = np.zeros((3, 2, 3))
    tips_m[:, 1, 0] = (0.0, 0.015, 0.045)
    return Expert(("grasper", "scissors"), tips_m, STILL, np.array([[0, 0], [0, 1], [1, 1.0]]))


def test_a_file_gives_back_what_was_written_and_the_same_attempt_the_same_bytes(tmp_path, expert):
    for name in ("one", "two"):
        write(tmp_path / name, expert)
    found = read(tmp_path / "one")
    assert found.held == expert.held
    assert np.allclose(found.tips_m, expert.tips_m, atol=1e-7)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_is_broken_is_said_with_its_name(tmp_path):
    path = tmp_path / "peg_transfer.npz"
    path.write_bytes(b"nothing")
    with pytest.raises(ConfigurationError, match=r"peg_transfer\.npz"):
        read(path)
    with path.open("wb") as file:
        np.savez_compressed(file, held=np.array(["a", "b"]), rows=np.zeros((4, 2, 7)))
    with pytest.raises(ConfigurationError, match="rows of shape"):
        read(path)


@pytest.mark.parametrize(
    ("clock_s", "x_m", "jaw"),
    [(-1.0, 0.0, 0.0), (1 / 30, 0.0075, 0.5), (1 / 15, 0.015, 1.0), (1.5 / 15, 0.03, 1.0),
     (99.0, 0.045, 1.0)],
)  # fmt: skip
def test_an_expert_hangs_still_before_and_after_and_moves_evenly_between(expert, clock_s, x_m, jaw):
    _, (at, opening) = expert.at(clock_s)
    assert at.tip_m[0] == pytest.approx(x_m)
    assert opening == pytest.approx(jaw)


@pytest.mark.parametrize("name", sorted(TASKS.keys() & WAYS.keys()))
def test_of_every_scored_task_that_a_bot_knows_an_expert_is_shipped(name):
    expert, procedure = shipped(ASSETS, name), PROCEDURES[name]
    assert expert.held == (procedure.left, procedure.right)
    assert set(expert.held) <= set(INSTRUMENTS)
    assert np.allclose(np.linalg.norm(expert.rotations, axis=2), 1.0, atol=1e-4)
    assert np.abs(expert.tips_m).max() < 0.3
    assert 10.0 < expert.duration_s < procedure.rules.limit_s.value


def test_where_no_expert_is_shipped_there_is_none():
    assert shipped(ASSETS, "free_play") is None
    assert (ASSETS / FOLDER).is_dir()


def test_ghosts_stand_where_the_expert_was_and_cast_no_shadow(expert):
    field = Field(TIERS["potato"])
    count = len(field.root.get_children())
    (left, _), (right, jaw) = expert.at(0.1)
    ghosts = (Ghost("grasper", left, 0.0), Ghost("scissors", right, jaw))
    field.show_ghosts(ghosts)
    shown = list(field.root.get_children())[count:]
    assert [node.get_pos().x for node in shown] == pytest.approx([0.0, 0.03], abs=1e-6)
    assert all(node.has_transparency() for node in shown)
    assert not any(node.is_hidden() for node in shown)
    assert all(node.is_hidden(LAMP_MASK) for node in shown)
    field.show_ghosts(ghosts)
    assert len(field.root.get_children()) == count + 2
    field.show_ghosts(())
    assert all(node.is_hidden() for node in shown)
    assert field.held == (None, None)
