"""The garden as a room of its own: baked once, shared by every room with a view of it."""

from tools.bake.rooms import plants
from tools.bake.rooms.lighting import Lighting
from tools.bake.rooms.patches import Finish, Model
from tools.bake.rooms.room import Room
from tools.bake.rooms.shapes import box


def make() -> Room:
    """Returns the modeled garden, with a plain house that throws its shadow."""
    model = Model(3)
    plants.garden(model)
    with model.within("occluder"):
        box(model, (0, 4.2, 1.5), (13, 8, 3.6), Finish("soft"), radius_m=0.0, skip="d")
    plants.tree_shadows(model)
    return Room("garden", (2.0, 2.0, 2.0), model, Lighting(), (0.0, -6.0, 1.5), 0.0)
