import numpy as np
import pytest

from client.training.instruments import forms
from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.shape import opened

EXTRA_M = 0.0015
"""Metal may be that much thicker than the capsule that touches; less than a jaw's width."""


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_of_the_catalog_has_a_form_where_it_is_simulated(name):
    tool, found = INSTRUMENTS[name], forms(name)
    assert len(found.jaws) == sum(part.swing != 0 for part in tool.parts)
    assert found.body.points_m[:, 1].min() == pytest.approx(-tool.shaft_length_m, abs=1e-6)
    tips_m = [found.body.points_m[:, 1].max()]
    tips_m += [shape.points_m[:, 1].max() - tool.hinge_m for _, shape in found.jaws]
    assert max(tips_m) == pytest.approx(0.0, abs=0.0012)


@pytest.mark.parametrize("name", [name for name, tool in INSTRUMENTS.items() if tool.opening_rad])
@pytest.mark.parametrize("jaw", [0.0, 0.4, 1.0])
def test_jaws_turn_as_the_simulated_ones(name, jaw):
    tool = INSTRUMENTS[name]
    parts = [part for part in tool.parts if part.swing]
    for part, (swing, shape) in zip(parts, forms(name).jaws, strict=True):
        angle = swing * jaw * tool.opening_rad / 2
        c, s = np.cos(angle), np.sin(angle)
        x, y, z = shape.points_m.T
        drawn_m = np.stack([x, c * y - s * z - tool.hinge_m, s * y + c * z], axis=1)
        line_m = np.array(opened(tool, part, jaw))
        middle_m = line_m.mean(axis=0)
        assert np.abs(drawn_m.mean(axis=0) - middle_m).max() < part.radius_m + EXTRA_M


def test_closed_jaws_do_not_reach_into_each_other():
    for name in ("grasper", "maryland", "needle_driver", "clip_applier"):
        for swing, shape in forms(name).jaws:
            assert (swing * shape.points_m[:, 2]).min() > -0.0003


def test_an_instrument_that_is_not_in_the_catalog_is_refused():
    with pytest.raises(KeyError):
        forms("spoon")
