import json
import struct

import numpy as np
import pytest

from client.avatars.casting import PEOPLE
from client.avatars.glb import read_person
from client.avatars.materials import MORPH_NAMES
from world.errors import ConfigurationError

LARGEST_BYTES = 700_000


@pytest.fixture(scope="session")
def data(folder):
    return (folder / "nadia.glb").read_bytes()


def changed(data, change):
    """The file with its JSON changed and its lengths made right again."""
    (size,) = struct.unpack_from("<I", data, 12)
    document = json.loads(data[20 : 20 + size])
    change(document)
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + size :]
    head = struct.pack("<5I", 0x46546C67, 2, 20 + len(text) + len(rest), len(text), 0x4E4F534A)
    return head + text + rest


def test_every_person_is_whole_and_stands_on_the_floor(people):
    assert [person.name for person in people] == list(PEOPLE)
    for person in people:
        assert -0.01 < person.positions_m[:, 2].min() < 0.01
        assert 1.3 < person.positions_m[:, 2].max() < 2.0
        assert np.abs(np.linalg.norm(person.normals, axis=1) - 1).max() < 0.03
        assert person.morphs_m.shape[0] == len(MORPH_NAMES)


def test_every_person_looks_along_y_with_the_left_hand_on_the_left(people):
    for person in people:
        ball, ankle = (person.joints_m[person.bones.index(b)] for b in ("ball_l", "foot_l"))
        assert ball[1] > ankle[1] + 0.05
        assert person.joints_m[person.bones.index("hand_l")][0] < -0.3
        assert person.eye_m[1] > 0.05


def test_levels_of_detail_get_coarser_and_are_small_enough_to_send(people, folder):
    for person in people:
        finest, middle, coarsest = (len(level) // 3 for level in person.levels)
        assert finest > 2 * middle > 4 * coarsest
        assert coarsest < 2500
        assert (folder / f"{person.name}.glb").stat().st_size < LARGEST_BYTES


def test_a_blink_moves_lids_and_not_the_chin(people):
    for person in people:
        blink = np.linalg.norm(person.morphs_m[MORPH_NAMES.index("blink-left")], axis=1)
        moved = person.positions_m[: len(blink)][blink > 0.001]
        assert len(moved) > 10
        assert np.abs(moved[:, 2] - person.eye_m[2]).max() < 0.05
        assert blink.max() < 0.03


@pytest.mark.parametrize("length", [0, 11, 19, 27, 5_000, 100_000])
def test_a_cut_file_is_refused(data, length):
    with pytest.raises(ConfigurationError, match="person nadia"):
        read_person("nadia", data[:length])


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(ConfigurationError, match="does not begin as binary glTF"):
        read_person("nadia", b"PK\3\4" + bytes(4_000))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["meshes"].pop(), "2 levels of detail"),
        (lambda d: d["skins"][0]["joints"].pop(), "52 bones"),
        (lambda d: d["extras"].pop("lips"), "lips"),
        (lambda d: d["meshes"][0]["extras"]["targetNames"].reverse(), "face shapes"),
        (lambda d: d["bufferViews"][0].update(byteOffset=10**7), "behind the file's end"),
        (lambda d: d["bufferViews"][0].update(byteOffset=-4), "empty"),
        (lambda d: d["nodes"][5].pop("translation"), "translation"),
        (lambda d: d["nodes"][40].update(children=[0]), "before its parent"),
        (lambda d: d["extras"].update(pattern_scale=1.0), "scaled by"),
        (lambda d: d.update(accessors=7), "not as the bake writes it"),
    ],
)
def test_a_file_that_says_something_impossible_is_refused_with_the_reason(data, change, said):
    with pytest.raises(ConfigurationError, match=said):
        read_person("nadia", changed(data, change))


def test_flipped_bytes_are_refused_or_harmless(data, rng):
    for _ in range(150):
        broken = bytearray(data)
        for place in rng.integers(0, len(data), 3):
            broken[place] ^= int(rng.integers(1, 256))
        try:
            person = read_person("nadia", bytes(broken))
        except ConfigurationError:
            continue
        assert np.isfinite(person.positions_m).all()
        assert all(level.max() < len(person.positions_m) for level in person.levels)
