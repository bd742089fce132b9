import itertools

import numpy as np
import pytest

from sim.thread.diagram import CROSSINGS, UNREADABLE, viewer, views
from sim.thread.knots import SPHERE


def _closed(points):
    return np.ascontiguousarray(np.vstack([points, points[:1]]))


def _torus_knot(p, q, nodes=90):
    t = np.linspace(0, 2 * np.pi, nodes, endpoint=False)
    r = 2 + np.cos(q * t)
    return np.stack([r * np.cos(p * t), r * np.sin(p * t), -np.sin(q * t)], 1)


def _figure_eight(nodes=90):
    t = np.linspace(0, 2 * np.pi, nodes, endpoint=False)
    r = 2 + np.cos(2 * t)
    return np.stack([r * np.cos(3 * t), r * np.sin(3 * t), np.sin(4 * t)], 1)


def _planar_code(points):
    """Crossings of the closed polygon seen along -z as (under in, right, under out, left) edges.

    Edges are numbered along the curve; also returns the writhe.
    """
    n = len(points)
    hits = []
    for i, j in itertools.combinations(range(n), 2):
        if (j - i) % n in (0, 1) or (i - j) % n == 1:
            continue
        p, r = points[i], points[(i + 1) % n] - points[i]
        q, s = points[j], points[(j + 1) % n] - points[j]
        turn = r[0] * s[1] - r[1] * s[0]
        t = ((q - p)[0] * s[1] - (q - p)[1] * s[0]) / turn
        u = ((q - p)[0] * r[1] - (q - p)[1] * r[0]) / turn
        if 0 < t < 1 and 0 < u < 1:
            is_over = (p + t * r)[2] > (q + u * s)[2]
            over, under = ((i + t, r), (j + u, s)) if is_over else ((j + u, s), (i + t, r))
            sign = 1 if over[1][0] * under[1][1] - over[1][1] * under[1][0] > 0 else -1
            hits.append((over[0], under[0], sign))
    places = sorted([h[0] for h in hits] + [h[1] for h in hits])
    edges = len(places)
    code = []
    for over, under, sign in hits:
        a, b = places.index(under), places.index(over)
        inside, outside = a, (a + 1) % edges
        over_in, over_out = b, (b + 1) % edges
        # counterclockwise from the incoming lower edge
        right, left = (over_out, over_in) if sign > 0 else (over_in, over_out)
        code.append((inside, right, outside, left))
    return code, sum(h[2] for h in hits)


def _jones_invariants(points):
    """(v2, v3) from the Jones polynomial, by the state sum of the Kauffman bracket.

    Source: L. Kauffman, "State models and the Jones polynomial", Topology 26 (1987); v2 and v3 as
    derivatives at 1: H. Murakami, "Vassiliev invariants of type two", 1999.
    """
    code, writhe = _planar_code(points)
    bracket = {}
    for state in itertools.product((0, 1), repeat=len(code)):
        power = len(code) - 2 * sum(state)
        for k, value in _circles(_loops(code, state)).items():
            bracket[k + power] = bracket.get(k + power, 0) + value
    jones = {}
    for k, value in bracket.items():
        power = k - 3 * writhe
        assert value == 0 or power % 4 == 0
        jones[-power // 4] = jones.get(-power // 4, 0) + value * (-1) ** (writhe % 2)
    assert sum(jones.values()) == 1
    second = sum(c * k * (k - 1) for k, c in jones.items())
    third = sum(c * k * (k - 1) * (k - 2) for k, c in jones.items())
    return -second // 6, -(third + 3 * second) // 36


def _loops(code, state):
    """How many circles are left when every crossing is smoothed as `state` says."""
    parent = list(range(2 * len(code)))

    def root(e):
        while parent[e] != e:
            e = parent[e]
        return e

    for (a, b, c, d), choice in zip(code, state, strict=True):
        for e, f in ((a, d), (b, c)) if choice else ((a, b), (c, d)):
            parent[root(e)] = root(f)
    return len({root(e) for e in parent}) or 1


def _circles(loops):
    """The polynomial (-A^2 - A^-2)^(loops - 1), by power."""
    terms = {0: 1}
    for _ in range(loops - 1):
        grown = {}
        for k, value in terms.items():
            for shift in (2, -2):
                grown[k + shift] = grown.get(k + shift, 0) - value
        terms = grown
    return terms


KNOTS = {
    "unknot": (_torus_knot(1, 3), (0, 0)),
    "trefoil": (_torus_knot(2, 3), (1, 1)),
    "cinquefoil": (_torus_knot(2, 5), (3, 5)),
    "seven one": (_torus_knot(2, 7, 140), (6, 14)),
    "eight nineteen": (_torus_knot(3, 4, 140), (5, 10)),
    "figure eight": (_figure_eight(), (-1, 0)),
}


@pytest.mark.parametrize("name", KNOTS)
def test_published_knots_have_their_published_invariants_from_every_side(name):
    points, expected = KNOTS[name]
    for direction in SPHERE:
        v2, v3 = views(_closed(points), 0, len(points), direction[None])[0]
        assert (v2, abs(v3)) == expected


def test_a_mirror_turns_the_sign_of_v3_alone():
    points = _torus_knot(2, 5)
    a = views(_closed(points), 0, len(points), SPHERE)
    b = views(_closed(points * [1, 1, -1]), 0, len(points), SPHERE)
    np.testing.assert_array_equal(a[:, 0], b[:, 0])
    np.testing.assert_array_equal(a[:, 1], -b[:, 1])


@pytest.mark.parametrize("name", ["trefoil", "figure eight", "cinquefoil"])
def test_the_oracle_knows_the_published_knots(name):
    points, expected = KNOTS[name]
    v2, v3 = _jones_invariants(points @ viewer(SPHERE[3]).T)
    assert (v2, abs(v3)) == expected


def test_random_polygons_agree_with_their_jones_polynomial():
    rng = np.random.default_rng(11)
    found = {}
    while sum(found.values()) < 40:
        points = rng.normal(size=(rng.integers(7, 13), 3))
        code, _ = _planar_code(points)
        if len(code) > 10:
            continue
        expected = _jones_invariants(points)
        got = views(_closed(points), 0, len(points), SPHERE)
        for v2, v3 in got:
            assert (v2, v3) == expected
        found[expected] = found.get(expected, 0) + 1
    assert len(found) > 2


def test_a_view_with_too_many_crossings_is_not_read():
    rng = np.random.default_rng(1)
    points = rng.normal(size=(80, 3))
    got = views(points, 0, 79, SPHERE[:2])
    assert (got == UNREADABLE).all()
    assert CROSSINGS < 80 * 79 / 6
