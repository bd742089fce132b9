import numpy as np
import pytest
from PIL import Image

from sim.procedures.catalog import PROCEDURES
from tools import replay
from tools.bots.training.clumsy import touch_board
from tools.bots.training.operator import EXPERT
from tools.bots.training.practice import practise


@pytest.fixture(scope="module")
def record():
    return practise(PROCEDURES["peg_transfer"], 3, EXPERT, touch_board)


@pytest.fixture
def file(tmp_path, record):
    path = tmp_path / "attempt.mcrec"
    path.write_bytes(record[1])
    return path


def test_a_record_is_played_again_and_scored_part_by_part(file, record, capsys):
    assert replay.main([str(file)]) == 0
    said = capsys.readouterr().out
    environment = record[0]
    result = environment.result()
    assert "peg_transfer, seed 3, right-handed; simulation" in said
    assert f"played again: {environment.step_count} steps" in said
    assert f"time {result.attempt.time_s:.2f} s" in said
    for name in ("time", "accuracy", "economy", "smoothness", "in_view", "gentleness"):
        assert f"\n{name} {getattr(result.score, name):.3f}" in said
    assert f"\ncomposite {result.score.composite:.3f}" in said
    assert f"\nfls_style {result.score.fls_style:.3f}" in said
    assert "error: board touched, 1 event, 1.0 points" in said
    assert "error: not transferred, 6 object, 100.0 points" in said
    assert "not from a published source: points for board touched: own" in said
    assert "not affiliated with the FLS program" in said


def test_any_changed_byte_is_told_and_the_exit_code_says_so(file, record, capsys):
    data = record[1]
    for at in np.random.default_rng(1).integers(0, len(data), 40).tolist():
        changed = bytearray(data)
        changed[at] ^= 0x10
        file.write_bytes(bytes(changed))
        assert replay.main([str(file)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith(str(file))
        assert "record" in said.err


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert replay.main([str(tmp_path / "none")]) == 1
    assert "No such file" in capsys.readouterr().err


def test_pictures_are_drawn_of_the_beginning_the_middle_and_the_end(file, tmp_path, capsys):
    folder = tmp_path / "pictures"
    assert replay.main([str(file), "--screenshots", str(folder)]) == 0
    pictures = sorted(folder.iterdir())
    assert [str(one) for one in pictures] == capsys.readouterr().out.split()[-3:]
    shown = []
    for one in pictures:
        with Image.open(one) as picture:
            assert len(picture.getcolors(2_000_000)) > 200
            shown.append(picture.tobytes())
    assert len(set(shown)) == 3
