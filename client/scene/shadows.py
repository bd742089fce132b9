"""Soft shadows under people: a dark, feathered disc on the floor, cheap on every tier."""

import numpy as np
from panda3d.core import NodePath, TransparencyAttrib

from client.scene.geometry import quad_node
from client.scene.textures import picture_texture
from client.scene.tiers import Tier
from world.geometry import FloatArray

SIZE = 64
HEIGHT_M = 0.018
DIAMETER_M = 1.1


class ContactShadows:
    """The shadows of everybody in a room.

    Args:
      parent: the room.
      tier: for the texture's filtering.
    """

    def __init__(self, parent: NodePath, tier: Tier) -> None:
        self._parent = parent.attach_new_node("shadows")
        self._texture = picture_texture("shadow", _blob(), tier, is_linear=False)
        self._discs: list[NodePath] = []

    def place(self, positions_m: FloatArray) -> None:
        """Puts one shadow under each body.

        Args:
          positions_m: (n, 2) where bodies stand.
        """
        while len(self._discs) < len(positions_m):
            self._discs.append(self._disc())
        for i, disc in enumerate(self._discs):
            if i < len(positions_m):
                disc.set_pos(float(positions_m[i][0]), float(positions_m[i][1]), HEIGHT_M)
                disc.show()
            else:
                disc.hide()

    def _disc(self) -> NodePath:
        disc = self._parent.attach_new_node(quad_node("shadow", DIAMETER_M, DIAMETER_M))
        disc.set_p(-90)
        disc.set_texture(self._texture)
        disc.set_shader_off(1)
        disc.set_transparency(TransparencyAttrib.M_alpha)
        disc.set_depth_write(False)
        disc.set_depth_offset(2)
        disc.set_bin("transparent", -10)
        return disc


def _blob() -> np.ndarray:
    """Returns a disc that is darkest under the feet: (64, 64, 4) bytes."""
    at = (np.arange(SIZE) + 0.5) / SIZE * 2 - 1
    reach = np.hypot(*np.meshgrid(at, at))
    dark = 0.42 * np.exp(-((reach / 0.30) ** 2)) + 0.26 * np.exp(-((reach / 0.55) ** 2))
    image = np.zeros((SIZE, SIZE, 4), np.uint8)
    image[..., 3] = np.rint(255 * dark * np.clip((1 - reach) / 0.25, 0, 1))
    return image
