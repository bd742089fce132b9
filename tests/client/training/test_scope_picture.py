"""The picture where there are no shaders, and how much of it is drawn."""

import numpy as np
import pytest

from client.scene.window import WindowOptions, open_window
from client.training.view import TrainingView
from sim.instruments.station import BOX


@pytest.fixture
def flat_stage():
    options = WindowOptions((320, 180), is_offscreen=True, display="p3tinydisplay")
    stage = open_window(options)
    yield stage
    stage.close()


def test_without_any_graphics_driver_the_field_can_still_be_seen(flat_stage, peg_scene):
    assert flat_stage.tier.room == "none"
    view = TrainingView(flat_stage, BOX)
    view.screen.show()
    view.take_scene(0, peg_scene, 0.0)
    view.update(1.0, 1 / 60)
    pixels = flat_stage.pixels().astype(int)
    middle = pixels[60:160, 100:220]
    assert (np.ptp(middle, axis=2) > 90).sum() > 100
    assert len(np.unique(middle.reshape(-1, 3), axis=0)) > 100
    view.close()
