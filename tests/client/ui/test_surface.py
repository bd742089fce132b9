from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.ui.events import Key
from client.ui.metrics import Metrics
from client.ui.surface import Surface
from client.ui.tree import Tree
from client.ui.vocabulary import Anchor, Opening, TextStyle
from client.ui.widgets import (
    Button,
    Dialog,
    Intent,
    ListBox,
    ListItem,
    Panel,
    Slider,
    Text,
    TextField,
    row,
)


@dataclass(frozen=True)
class Did(Intent):
    value: object = None


def button(name):
    return Button(name, intent=Did(name))


def placed(*panels, width=1280, height=720, text_scale=1.0):
    tree = Tree()
    tree.show(panels)
    surface = Surface(width, height, Metrics(text_scale=text_scale))
    surface.place(tree)
    return surface, tree


def middle(surface, node_id):
    for placed_panel in surface.placed:
        for box in placed_panel.box.walk():
            if box.id == node_id:
                rect = box.rect.moved(
                    placed_panel.rect.x, placed_panel.rect.y - placed_panel.scroll_px
                )
                return rect.x + rect.width / 2, rect.y + rect.height / 2
    raise LookupError(node_id)


def clicked(surface, tree, x, y):
    tree.handle(surface.press(tree, x, y))
    return tree.handle(surface.release(tree, x, y)).intents


def test_a_click_on_a_button_does_what_it_says():
    surface, tree = placed(Panel("P", children=(row(button("A"), button("B")),)))
    place = middle(surface, tree.find("button", "B").id)
    assert clicked(surface, tree, *place) == (Did("B"),)
    assert tree.find("button", "B").is_focused


def test_a_click_beside_all_panels_is_for_the_world():
    surface, tree = placed(Panel("P", anchor=Anchor.TOP_LEFT, children=(button("A"),)))
    assert not tree.handle(surface.press(tree, 1200, 700)).is_consumed


def test_nothing_behind_a_modal_panel_is_hit():
    surface, tree = placed(
        Panel("P", anchor=Anchor.TOP_LEFT, children=(button("A"),)),
        Dialog("D", children=(button("B"),)),
    )
    x, y = middle(surface, tree.find("button", "A").id)
    assert surface.node_at(tree, x, y) is None
    assert tree.handle(surface.press(tree, x, y)).is_consumed


def test_the_topmost_panel_is_hit():
    surface, tree = placed(Panel("P", children=(button("A"),)), Panel("Q", children=(button("B"),)))
    place = middle(surface, tree.find("button", "A").id)
    assert surface.node_at(tree, *place) == tree.find("button", "B").id


def test_a_slider_is_dragged_by_its_track():
    slider = Slider("S", value=0, lowest=0, highest=10, step=1, changed=Did)
    surface, tree = placed(Panel("P", children=(slider,)))
    x, y = middle(surface, tree.find("slider").id)
    assert tree.handle(surface.press(tree, x, y + 10)).intents == (Did(5.0),)
    assert tree.handle(surface.drag(tree, x + 5000, y)).intents == (Did(10.0),)


def test_a_click_in_a_text_puts_the_caret_where_it_is():
    field = TextField("F", value="nnnnnnnnnn", changed=Did)
    surface, tree = placed(Panel("P", children=(field,)))
    (one,) = surface.placed
    box = next(box for box in one.box.walk() if box.part("field"))
    slot = box.part("field").moved(one.rect.x, one.rect.y)
    letter = surface.metrics.width_px("nnnnn", TextStyle.BODY) / 5
    for place in (0, 4, 10):
        tree.handle(surface.press(tree, slot.x + 14 + letter * place, slot.y + 20))
        assert tree.line(box.id).caret == place
    tree.handle(surface.press(tree, slot.right - 2, slot.y + 20))
    assert tree.line(box.id).caret == 10


def tall_panel():
    return Panel("P", children=tuple(button(f"B{number}") for number in range(30)))


def test_a_panel_that_is_too_high_scrolls_to_the_focus():
    surface, tree = placed(tall_panel())
    for _ in range(20):
        tree.handle(Key("tab"))
        (placed_panel,) = surface.place(tree)
        focused = next(box for box in placed_panel.box.walk() if box.id == tree.focused.id)
        seen = focused.rect.moved(0, -placed_panel.scroll_px)
        assert seen.y >= 0
        assert seen.bottom <= placed_panel.rect.height
    assert placed_panel.scroll_px > 0


def test_a_scrolled_panel_is_hit_where_it_is_seen():
    surface, tree = placed(tall_panel())
    for _ in range(25):
        tree.handle(Key("tab"))
    surface.place(tree)
    place = middle(surface, tree.focused.id)
    assert surface.node_at(tree, *place) == tree.focused.id


def test_the_wheel_scrolls_and_stops_at_the_ends():
    surface, tree = placed(tall_panel())
    assert surface.scroll(640, 360, 10_000)
    (placed_panel,) = surface.place(tree)
    assert placed_panel.scroll_px == placed_panel.box.rect.height - placed_panel.rect.height
    surface.scroll(640, 360, -20_000)
    assert surface.place(tree)[0].scroll_px == 0


def test_panels_with_one_anchor_stand_below_one_another():
    surface, _ = placed(
        *(
            Panel(f"P{number}", anchor=Anchor.BOTTOM_RIGHT, children=(button("A"),))
            for number in range(3)
        )
    )
    rects = [placed_panel.rect for placed_panel in surface.placed]
    assert rects[0].y > rects[1].bottom
    assert rects[1].y > rects[2].bottom


EDGES = [Anchor.TOP_LEFT, Anchor.TOP, Anchor.TOP_RIGHT, Anchor.BOTTOM_LEFT, Anchor.BOTTOM]


@given(
    st.lists(
        st.tuples(st.sampled_from(EDGES), st.sampled_from([200, 320, 560])), min_size=1, max_size=5
    ),
    st.sampled_from([1.0, 2.0]),
)
def test_panels_at_the_edges_never_cover_one_another_where_there_is_room(edges, text_scale):
    panels = [
        Panel(f"P{number}", anchor=anchor, width_dp=width, padding_dp=8, children=(Text("Hi"),))
        for number, (anchor, width) in enumerate(edges)
    ]
    surface, _ = placed(*panels, text_scale=text_scale)
    rects = [placed_panel.rect for placed_panel in surface.placed]
    for index, rect in enumerate(rects):
        assert all(not rect.overlaps(other) for other in rects[index + 1 :])


def test_a_panel_fills_a_board_whole():
    surface, _ = placed(Panel("P", anchor=Anchor.FULL), width=800, height=500)
    assert surface.placed[0].rect == (0, 0, 800, 500)


@pytest.mark.parametrize("text_scale", [1.0, 2.0])
def test_no_panel_is_wider_than_its_surface(text_scale):
    surface, _ = placed(Panel("P", width_dp=900), width=640, height=360, text_scale=text_scale)
    assert surface.placed[0].rect.right <= 640


def test_unchanged_panels_are_not_laid_out_again():
    surface, tree = placed(
        Panel("P", opening=Opening.LEAVES_FOCUS, children=(Text("Hello"),)),
    )
    before = surface.placed[0].box
    tree.show([Panel("P", opening=Opening.LEAVES_FOCUS, children=(Text("Hello"),))])
    assert surface.place(tree)[0].box is before


def test_a_list_in_a_scrolled_panel_is_chosen_by_its_rows():
    items = tuple(ListItem(f"Row {number}", key=str(number)) for number in range(3))
    surface, tree = placed(Panel("P", children=(ListBox("L", children=items, chosen=Did),)))
    place = middle(surface, tree.find("list item", "Row 2").id)
    assert clicked(surface, tree, *place) == (Did("2"),)
