import numpy as np
import pytest

from sim.tissue.blocks import block
from sim.tissue.material import PAD_FAT
from sim.tissue.surface import open_edges, pinched_vertices

BLOCK = block((2, 2, 2), (0.004,) * 3, PAD_FAT)


def test_the_surface_of_a_block_is_closed():
    triangles = BLOCK.surface().triangles
    assert len(open_edges(triangles)) == 0
    assert len(pinched_vertices(triangles)) == 0


def test_a_missing_triangle_leaves_three_open_edges():
    triangles = BLOCK.surface().triangles
    missing = triangles[5]
    found = {frozenset(edge) for edge in open_edges(np.delete(triangles, 5, 0)).tolist()}
    assert found == {frozenset(map(int, np.roll(missing, -k)[:2])) for k in range(3)}


def test_an_edge_that_four_triangles_share_is_no_closed_manifold():
    triangles = BLOCK.surface().triangles
    joined = triangles + len(BLOCK.vertices_m)
    first = triangles[0]
    for k in range(2):
        joined[joined == first[k] + len(BLOCK.vertices_m)] = first[k]
    shared = {frozenset(edge) for edge in open_edges(np.concatenate([triangles, joined])).tolist()}
    assert shared == {frozenset(first[:2].tolist())}


@pytest.mark.parametrize("vertex", [0, 5])
def test_two_blocks_that_touch_in_a_vertex_are_pinched_there(vertex):
    triangles = BLOCK.surface().triangles
    touching = triangles + len(BLOCK.vertices_m)
    touching[touching == vertex + len(BLOCK.vertices_m)] = vertex
    both = np.concatenate([triangles, touching])
    assert len(open_edges(both)) == 0
    assert pinched_vertices(both).tolist() == [vertex]
