import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from client.avatars.tag_layout import (
    BACK_GAP,
    CHEST_DEPTH_M,
    CHEST_M,
    FULL_SIZE_M,
    lay_out,
    seen_rectangles,
)


def rectangles(anchor_m, half_m, layout):
    """Left, right, low and high of each tag in tangents of the viewing angle."""
    depth = anchor_m[:, 1]
    half = half_m * (layout.scale / depth)[:, None]
    x = anchor_m[:, 0] / depth
    low = (anchor_m[:, 2] + layout.raised_m) / depth
    return np.stack([x - half[:, 0], x + half[:, 0], low, low + 2 * half[:, 1]], 1)


def overlap(a, b):
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(0.5, 12), st.floats(-1, 1), st.floats(0.1, 0.4)),
        min_size=1,
        max_size=12,
    )
)
def test_no_two_of_twelve_tags_lie_over_each_other(rows):
    table = np.array(rows)
    anchor_m = table[:, :3]
    half_m = np.stack([table[:, 3], np.full(len(rows), 0.045)], 1)
    layout = lay_out(anchor_m, half_m)
    shown = rectangles(anchor_m, half_m, layout)
    for i in range(len(rows)):
        for j in range(i):
            assert not overlap(shown[i], shown[j])
    assert (layout.raised_m >= 0).all()


def test_a_lone_tag_stays_over_its_person():
    layout = lay_out(np.array([[0.3, 2.0, 0.2]]), np.array([[0.2, 0.04]]))
    assert layout.raised_m[0] == 0


def test_the_nearest_tag_stays_and_the_farther_rises():
    anchor_m = np.array([[0.0, 6.0, 0.1], [0.0, 2.0, 0.1]])
    layout = lay_out(anchor_m, np.full((2, 2), (0.2, 0.04)))
    assert layout.raised_m[1] == 0
    assert layout.raised_m[0] > 0


def test_a_tag_at_five_metres_looks_as_large_as_where_it_begins_to_grow():
    half_m = np.full((2, 2), (0.2, 0.04))
    layout = lay_out(np.array([[0, FULL_SIZE_M, 0.0], [4.0, 5.0, 0.0]]), half_m)
    distance = np.array([FULL_SIZE_M, np.hypot(4, 5)])
    apparent = layout.scale / distance
    assert np.isclose(apparent[0], apparent[1])


def test_a_tag_behind_the_viewer_is_not_drawn():
    layout = lay_out(np.array([[0, -2.0, 0.0], [0, 2.0, 0.0]]), np.full((2, 2), 0.1))
    assert layout.is_shown.tolist() == [False, True]


SCREEN = np.array([[-0.3, 0.3, 0.0, 0.3]])


def cover(tag, screen):
    left, right, low, high = screen
    return overlap(tag, np.array([left, right, low, high]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(0.5, 12), st.floats(-1, 1), st.floats(0.1, 0.4)),
        min_size=1,
        max_size=12,
    ),
    st.tuples(st.floats(-1, 1), st.floats(0.05, 1), st.floats(-1, 1), st.floats(0.05, 1)),
)
def test_no_tag_covers_a_screen_or_another_tag(rows, place):
    table = np.array(rows)
    half_m = np.stack([table[:, 3], np.full(len(rows), 0.045)], 1)
    left, width, low, height = place
    screens = np.array([[left, left + width, low, low + height]])
    layout = lay_out(table[:, :3], half_m, screens)
    shown = rectangles(table[:, :3], half_m, layout)
    for i in range(len(rows)):
        assert not cover(shown[i], screens[0])
        for j in range(i):
            assert not overlap(shown[i], shown[j])


def test_a_tag_that_would_cover_a_screen_goes_before_the_chest():
    anchor_m, half_m = np.array([[0.0, 4.0, 0.4]]), np.array([[0.2, 0.045]])
    layout = lay_out(anchor_m, half_m, SCREEN)
    assert layout.is_low.tolist() == [True]
    assert layout.raised_m[0] == -CHEST_M
    assert layout.nearer[0] * 4.0 == 4.0 - CHEST_DEPTH_M


def test_a_tag_beside_the_screen_stays_over_its_person():
    layout = lay_out(np.array([[3.0, 4.0, 0.4]]), np.array([[0.2, 0.045]]), SCREEN)
    assert layout.is_low.tolist() == [False]
    assert (layout.raised_m[0], layout.nearer[0]) == (0.0, 1.0)


def test_a_tag_comes_back_up_only_when_there_is_room_to_spare():
    half_m = np.array([[0.2, 0.045]])
    high = 4.0 * (0.3 + BACK_GAP / 2)
    near, clear = np.array([[0.0, 4.0, high]]), np.array([[0.0, 4.0, high + 4.0 * BACK_GAP]])
    assert not lay_out(near, half_m, SCREEN).is_low[0]
    assert lay_out(near, half_m, SCREEN, np.array([True])).is_low[0]
    assert not lay_out(clear, half_m, SCREEN, np.array([True])).is_low[0]


def test_a_screen_takes_of_the_picture_what_its_corners_span_and_one_behind_takes_nothing():
    screen = np.array([[-1.0, 4.0, 0.0], [1.0, 2.0, 0.0], [1.0, 2.0, 1.0], [-1.0, 4.0, 1.0]])
    behind = screen * [1.0, -1.0, 1.0]
    assert seen_rectangles(np.stack([screen, behind])).tolist() == [[-0.25, 0.5, 0.0, 0.5]]
    assert seen_rectangles(np.zeros((0, 4, 3))).shape == (0, 4)
