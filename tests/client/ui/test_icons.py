import numpy as np
import pytest

from client.ui.icons import ICONS, icon_mask


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_shows_something_and_stays_on_its_grid(name):
    pixels = np.asarray(icon_mask(name, 24))
    assert pixels.shape == (24, 24)
    assert 0.04 < (pixels > 127).mean() < 0.75


def test_icons_differ():
    assert len({bytes(icon_mask(name, 32).tobytes()) for name in ICONS}) == len(ICONS)


def test_an_unknown_icon_is_refused():
    with pytest.raises(KeyError):
        icon_mask("unicorn", 24)
