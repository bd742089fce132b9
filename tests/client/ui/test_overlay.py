from dataclasses import dataclass

import pytest
from panda3d.core import GeomVertexReader, NodePath

from client.ui.events import Key, Typed
from client.ui.overlay import Board, Overlay, key_event, pointer_event, typed_event
from client.ui.surface import Surface
from client.ui.tree import Tree
from client.ui.vocabulary import Anchor
from client.ui.widgets import Button, Dialog, Intent, Panel, Text


@dataclass(frozen=True)
class Did(Intent):
    pass


@pytest.fixture
def shown():
    tree, surface, root = Tree(), Surface(640, 480), NodePath("pixel2d")
    tree.show([Panel("P", children=(Text("Hello"), Button("Go", intent=Did())))])
    return tree, surface, root, Overlay(root)


def textures(root):
    found = root.find_all_textures()
    return [one for one in found if one.get_name() != "shadow"]


def test_each_panel_has_a_card_of_its_size(shown):
    tree, surface, root, overlay = shown
    assert overlay.show(surface, tree) == 1
    (texture,) = textures(root)
    rect = surface.placed[0].rect
    assert (texture.get_x_size(), texture.get_y_size()) == (rect.width, rect.height)


def test_textures_are_uploaded_only_when_painted(shown):
    tree, surface, _, overlay = shown
    overlay.show(surface, tree)
    assert overlay.show(surface, tree) == 0
    tree.focus_on(None)
    assert overlay.show(surface, tree) == 1


def test_cards_go_with_their_panels(shown):
    tree, surface, root, overlay = shown
    overlay.show(surface, tree)
    tree.show([])
    overlay.show(surface, tree)
    assert textures(root) == []


def test_a_scrim_lies_between_the_modal_panel_and_the_others(shown):
    tree, surface, root, overlay = shown
    tree.show([*tree.panels, Dialog("D", children=(Button("A", intent=Did()),))])
    overlay.show(surface, tree)
    names = [child.get_name() for child in root.find("overlay").children]
    assert names == ["/panel:P", "scrim", "/dialog:D"]
    tree.show(tree.panels[:1])
    overlay.show(surface, tree)
    assert root.find("**/scrim").is_empty()


def test_the_first_line_of_the_picture_is_at_the_top(shown):
    tree, surface, root, overlay = shown
    tree.show([Panel("P", anchor=Anchor.FULL, children=(Text("Hello"),))])
    overlay.show(surface, tree)
    vertices = root.find("**/card").node().get_geom(0).get_vertex_data()
    places, uvs = GeomVertexReader(vertices, "vertex"), GeomVertexReader(vertices, "texcoord")
    corners = {}
    while not places.is_at_end():
        corners[round(places.get_data3().z)] = uvs.get_data2().y
    assert corners == {0: 0.0, -480: 1.0}


def test_the_scrim_follows_the_size_of_the_window(shown):
    tree, surface, root, overlay = shown
    tree.show([Dialog("D", children=(Button("A", intent=Did()),))])
    overlay.show(surface, tree)
    larger = Surface(1280, 720)
    overlay.show(larger, tree)
    low, high = root.find("**/scrim").get_tight_bounds()
    assert (high.x - low.x, high.z - low.z) == (1280, 720)


def test_a_board_in_the_room_is_uploaded_only_when_it_changes():
    tree, board = Tree(), Board("queue", Surface(320, 200))
    tree.show([Panel("P", anchor=Anchor.FULL, children=(Text("Hello"),))])
    assert board.show(tree)
    assert not board.show(tree)
    assert (board.texture.get_x_size(), board.texture.get_y_size()) == (320, 200)
    tree.show([Panel("P", anchor=Anchor.FULL, children=(Text("Bye"),))])
    assert board.show(tree)


def test_closing_leaves_nothing(shown):
    tree, surface, root, overlay = shown
    overlay.show(surface, tree)
    overlay.close()
    assert root.get_num_children() == 0


@pytest.mark.parametrize(
    ("button", "key"),
    [
        ("tab", Key("tab")),
        ("shift-tab", Key("tab", has_shift=True)),
        ("control-backspace", Key("backspace", has_control=True)),
        ("arrow_left", Key("left")),
        ("page_down", Key("page-down")),
        ("face_a", Key("enter")),
        ("-", Key("-")),
        ("mouse1", None),
        ("wheel_up", None),
    ],
)
def test_buttons_have_our_names(button, key):
    assert key_event(button) == key


def test_only_letters_are_typed():
    assert typed_event("a") == Typed("a")
    assert typed_event("\b") is None
    assert typed_event("") is None


def test_the_mouse_presses_what_it_points_at(shown):
    tree, surface, _, overlay = shown
    overlay.show(surface, tree)
    placed_panel = surface.placed[0]
    box = placed_panel.box.children[1].rect.moved(placed_panel.rect.x, placed_panel.rect.y)
    place = box.x + 5, box.y + 5
    for button in ("move", "mouse1", "move", "mouse1-up"):
        event = pointer_event(surface, tree, button, *place)
        response = tree.handle(event)
    assert response.intents == (Did(),)
    assert pointer_event(surface, tree, "mouse2", *place) is None
