import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from client.avatars.tag_layout import FULL_SIZE_M, lay_out


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
