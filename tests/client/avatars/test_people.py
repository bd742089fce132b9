from uuid import UUID

import numpy as np
import pytest
from panda3d.core import NodePath

from client.avatars.people import People, key_light
from client.avatars.preview import Actor, batch_of
from client.avatars.tag import TagText
from client.scene.light import neutral_light
from world.errors import ConfigurationError

TEXT = TagText("P", "patient", "Patient")


def picture(studio, at=(0.0, 0.1, 0.9)):
    studio.look((0.4, 3.2, 1.3), at, 50)
    return np.asarray(studio.picture(), int)


def differing(a, b):
    return (np.abs(a - b).sum(-1) > 30).mean()


def seen(studio, actor, name="amara"):
    studio.empty()
    studio.fill([name], [actor])
    return picture(studio)


def test_a_person_covers_a_good_part_of_the_picture(studio):
    empty = picture(studio)
    assert 0.04 < differing(empty, seen(studio, Actor())) < 0.5


def test_sitting_and_raising_a_hand_can_be_seen(studio):
    standing = seen(studio, Actor())
    assert differing(standing, seen(studio, Actor().sit())) > 0.02
    raised = seen(studio, Actor().hold(1, (0.25, 0.2, 0.3), 0, 180))
    assert differing(standing, raised) > 0.004


def test_the_same_scene_is_the_same_picture(studio):
    assert (seen(studio, Actor()) == seen(studio, Actor())).all()


@pytest.mark.parametrize("name", ["henrik", "nadia", "tomas", "lena", "samuel", "mei", "farida"])
def test_no_two_people_look_alike(studio, name):
    assert differing(seen(studio, Actor(), "amara"), seen(studio, Actor(), name)) > 0.02


def test_an_avatar_is_one_draw_item_at_every_level(studio):
    studio.fill(["amara", "diego"], [Actor((0.5, 0)), Actor((-0.5, 0))])
    bodies = studio.people.root.find("bodies")
    for distance_m in (1.0, 4.0, 9.0):
        studio.look((0, distance_m, 1.5), (0, 0, 1), 60)
        geoms = [node.node().get_num_geoms() for node in bodies.find_all_matches("**/+GeomNode")]
        assert geoms == [1, 1]


def test_farther_people_are_drawn_with_fewer_triangles(studio):
    studio.fill(["amara"], [Actor()])
    counts = []
    for distance_m in (1.0, 4.5, 9.0):
        studio.look((0, distance_m, 1.5), (0, 0, 1), 60)
        geom = studio.people.root.find("bodies/**/+GeomNode").node().get_geom(0)
        counts.append(geom.get_primitive(0).get_num_primitives())
    assert counts[0] > counts[1] > counts[2]


def test_a_body_between_two_levels_does_not_flicker(studio):
    studio.fill(["amara"], [Actor()])
    levels = []
    for step in range(20):
        studio.look((0, 2.62 + 0.04 * (step % 2), 1.6), (0, 0, 1), 60)
        geom = studio.people.root.find("bodies/**/+GeomNode").node().get_geom(0)
        levels.append(geom.get_primitive(0).get_num_primitives())
    assert len(set(levels[1:])) == 1


def test_people_come_and_go_in_any_order(studio, rng):
    people, actors = studio.people, {}
    for step in range(60):
        slot = int(rng.integers(0, 8))
        if slot in actors:
            people.remove(slot)
            del actors[slot]
        else:
            people.add(slot, ("amara", "diego", "lena")[slot % 3], TEXT)
            actors[slot] = Actor((slot * 1.0, 0))
        rows = [actors[s] for s in people.slots]
        assert set(people.slots) == set(actors)
        if rows:
            n = len(rows)
            posed = people.update(step / 60, batch_of(rows), np.full((n, 3), np.nan), np.zeros(n))
            at = posed.origin_m[:, 0]
            assert np.allclose(at, [float(a.head_m[0]) for a in rows], atol=1e-6)


def test_a_slot_is_given_once(studio):
    studio.people.add(3, "amara", TEXT)
    with pytest.raises(ValueError, match="slot 3 is taken"):
        studio.people.add(3, "lena", TEXT)
    with pytest.raises(ValueError, match="slot 4 is free"):
        studio.people.remove(4)


def test_poses_for_another_number_of_people_are_refused(studio):
    studio.people.add(0, "amara", TEXT)
    with pytest.raises(ValueError, match="2 poses for 1 people"):
        studio.people.update(
            0.0, batch_of([Actor(), Actor()]), np.full((2, 3), np.nan), np.zeros(2)
        )


@pytest.mark.parametrize("data", [None, b"", b"glTF", b"no person at all"])
def test_a_person_whose_body_cannot_be_read_is_a_plain_figure_and_an_error_in_the_log(
    studio, tmp_path, caplog, folder, data
):
    (tmp_path / "face.png").write_bytes((folder / "face.png").read_bytes())
    if data is not None:
        (tmp_path / "amara.glb").write_bytes(data)
    empty = picture(studio)
    people = People(studio.stage, tmp_path, studio.light)
    people.add(0, "amara", TEXT)
    people.add(1, "amara", TEXT)
    people.update(0.0, batch_of([Actor(), Actor((1, 0))]), np.full((2, 3), np.nan), np.zeros(2))
    studio.people.root.remove_node()
    studio.people = people
    assert differing(empty, picture(studio)) > 0.03
    [record] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert "person amara" in record.getMessage()
    assert "install Metaclinic anew" in record.getMessage()


def test_a_plain_figure_stands_beside_the_baked_people(studio):
    studio.people.add(0, "lena", TEXT)
    studio.people.add(1, "nobody", TEXT)
    studio.pose([Actor((0.6, 0)), Actor((-0.6, 0)).sit()], 0.0)
    assert len(studio.people.slots) == 2


@pytest.mark.parametrize("name", ["lena", "henrik"])
def test_who_looks_down_sees_the_own_body_and_not_the_inside_of_the_own_head(studio, name):
    studio.look((0.0, 0.1, 1.6), (0.0, 0.2, 0.0), 60)
    floor = np.asarray(studio.picture(), int)

    def seen_below(**how):
        studio.empty()
        studio.people.add(0, name, TEXT, is_self=True, **how)
        actor = Actor()
        studio.pose([actor], 0.0)
        studio.look((0.0, 0.1, 1.6), (0.0, 0.2, 0.0), 60)
        assert np.allclose(actor.head_m, (0.0, 0.1, 1.6))
        return differing(floor, np.asarray(studio.picture(), int))

    assert 0.10 < seen_below(is_headless=True) < 0.85
    assert seen_below() > seen_below(is_headless=True) + 0.05


def test_a_tag_that_would_cover_a_screen_is_put_before_the_chest(studio):
    people = studio.people
    people.add(0, "amara", TEXT)
    studio.pose([Actor()], 0.0)
    eye_m = (0.0, 4.0, 1.6)
    studio.look(eye_m, (0, 0, 1.6), 60)
    tag = people.root.find("tags").get_child(0)
    before_m = tag.get_pos(people.root).z
    screen = [[-0.8, -2.0, 1.3], [0.8, -2.0, 1.3], [0.8, -2.0, 2.4], [-0.8, -2.0, 2.4]]
    people.keep_clear(np.array([screen]))
    studio.look(eye_m, (0, 0, 1.6), 60)
    after_m = tag.get_pos(people.root).z
    assert before_m > 1.7
    assert after_m < 1.35


def test_a_folder_without_people_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"face\.png"):
        People(NodePath("stage"), tmp_path, neutral_light())


def test_tags_are_shown_for_the_others_and_not_for_oneself(studio):
    people = studio.people
    people.add(0, "amara", TEXT, is_self=True)
    people.add(1, "diego", TagText(UUID(int=1).hex[:8], "doctor", "Doctor"))
    studio.pose([Actor((0.6, 0)), Actor((-0.6, 0))], 0.0)
    studio.look((0, 3, 1.5), (0, 0, 1), 60)
    assert people.root.find("tags").get_num_children() == 1


def test_a_tag_behind_the_viewer_is_hidden(studio):
    studio.people.add(0, "amara", TEXT)
    studio.pose([Actor((0, 5))], 0.0)
    studio.look((0, 3, 1.5), (0, 0, 1.5), 60)
    assert studio.people.root.find("tags").get_child(0).is_hidden()


def test_the_key_light_comes_from_the_bright_side():
    faces = np.full((6, 3), 0.2)
    faces[0] = 0.9
    direction, color = key_light(faces)
    assert direction[0] > 0.9
    assert color.min() > 0.1
    assert np.isclose(np.linalg.norm(direction), 1)


def test_no_light_gives_no_key_light():
    direction, color = key_light(np.zeros((6, 3)))
    assert np.isfinite(direction).all()
    assert color.max() == 0
