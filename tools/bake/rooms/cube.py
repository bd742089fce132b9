"""The room as its mirrors see it: six pictures from one point, drawn by the client's renderer."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from client.scene.room import CUBE_RANGE, RoomView
from client.scene.window import Stage

SIZE = 192
# Where each face of a cube texture looks, and what is up there.
FACES = (
    ((1, 0, 0), (0, -1, 0)),
    ((-1, 0, 0), (0, -1, 0)),
    ((0, 1, 0), (0, 0, 1)),
    ((0, -1, 0), (0, 0, -1)),
    ((0, 0, 1), (0, -1, 0)),
    ((0, 0, -1), (0, -1, 0)),
)


def capture(stage: Stage, folder: Path, center_m: tuple[float, float, float]) -> None:
    """Writes `cube.jpg` of a baked room; the stage must be square, SIZE pixels wide."""
    (folder / "cube.jpg").unlink(missing_ok=True)
    view = RoomView(stage, folder, needs_cube=False)
    view.root.set_shader_input("capture", CUBE_RANGE / view.light.grid.exposure)
    stage.base.camLens.set_fov(90)
    stage.base.camera.set_pos(*center_m)
    faces: list[NDArray[np.uint8]] = []
    for ahead, up in FACES:
        target = tuple(c + a for c, a in zip(center_m, ahead, strict=True))
        stage.base.camera.look_at(target, up)
        faces.append(stage.pixels())
    view.close()
    Image.fromarray(np.concatenate(faces, 1)).save(folder / "cube.jpg", quality=92)
