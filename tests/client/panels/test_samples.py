"""What holds for every screen in every state, at every text size."""

import pytest

from client.panels.samples import SAMPLES
from client.ui.events import Key
from client.ui.icons import ICONS
from client.ui.metrics import Metrics
from client.ui.surface import Surface
from client.ui.theme import LEAST_TARGET_DP
from client.ui.tree import Tree
from client.ui.vocabulary import Role
from client.ui.widgets import Panel

NAMES = sorted(SAMPLES)


def shown(name):
    tree = Tree()
    tree.show(SAMPLES[name]())
    return tree


@pytest.mark.parametrize("text_scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_off_and_nothing_overlaps(name, text_scale):
    tree, metrics = shown(name), Metrics(text_scale=text_scale)
    surface = Surface(1280, 720, metrics)
    for placed_panel in surface.place(tree):
        for box in placed_panel.box.walk():
            pieces = [run.rect for run in box.runs] + [child.rect for child in box.children]
            for run in box.runs:
                assert metrics.width_px(run.text, run.style) <= run.rect.width, run
            for index, piece in enumerate(pieces):
                assert box.rect.contains(piece), (box.widget, piece)
                assert not any(piece.overlaps(other) for other in pieces[index + 1 :])


@pytest.mark.parametrize("text_scale", [1.0, 2.0])
@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_laid_out_whole(name, text_scale):
    tree = shown(name)
    surface = Surface(1280, 720, Metrics(text_scale=text_scale))
    for placed_panel in surface.place(tree):
        for box in placed_panel.box.walk():
            if box.widget.role in (Role.TEXT, Role.HEADING, Role.BUTTON):
                written = " ".join(run.text for run in box.runs)
                assert box.widget.name.replace(" ", "") in written.replace(" ", "")


@pytest.mark.parametrize("name", NAMES)
def test_every_control_is_reached_and_left_by_keyboard(name):
    tree = shown(name)
    modal = tree.modal_panel
    reachable = {
        node.id
        for node in tree.nodes
        if node.widget.is_focusable and modal in (None, node.panel_id)
    }
    visited = set()
    for _ in range(len(reachable) + 1):
        tree.handle(Key("tab"))
        if tree.focused:
            visited.add(tree.focused.id)
    assert visited == reachable


@pytest.mark.parametrize("name", NAMES)
def test_a_gamepad_reaches_every_control_with_its_cross(name):
    tree = shown(name)
    start = tree.focused
    if start is None:
        return
    stops = {
        node.id
        for node in tree.nodes
        if node.widget.is_focusable and node.panel_id == start.panel_id
    }
    seen, frontier = {start.id}, [start.id]
    while frontier:
        here = frontier.pop()
        for key in ("up", "down", "left", "right"):
            tree.focus_on(here)
            for _ in range(30):
                tree.handle(Key(key))
                if tree.focused.id != here:
                    break
            if tree.focused.id not in seen:
                seen.add(tree.focused.id)
                frontier.append(tree.focused.id)
    assert seen == stops


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_name_and_a_role(name):
    for node in shown(name).nodes:
        if node.widget.is_focusable or isinstance(node.widget, Panel):
            assert node.widget.name


@pytest.mark.parametrize("name", NAMES)
def test_names_are_not_ambiguous_within_a_panel(name):
    seen = set()
    for node in shown(name).nodes:
        if node.widget.is_focusable:
            mark = (node.panel_id, node.widget.role, node.widget.name)
            assert mark not in seen
            seen.add(mark)


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_exists(name):
    for node in shown(name).nodes:
        icon = getattr(node.widget, "icon", "")
        assert not icon or icon in ICONS


@pytest.mark.parametrize("name", NAMES)
def test_targets_are_large_enough(name):
    tree = shown(name)
    for placed_panel in Surface(1280, 720).place(tree):
        for box in placed_panel.box.walk():
            if box.widget.role in (Role.BUTTON, Role.TOGGLE, Role.LIST_ITEM):
                assert min(box.rect.width, box.rect.height) >= LEAST_TARGET_DP


@pytest.mark.parametrize("name", NAMES)
def test_the_same_view_gives_the_same_panels(name):
    first, second = SAMPLES[name](), SAMPLES[name]()
    if not name.startswith("vitals"):  # a trace is compared by identity
        assert first == second
    assert [panel.key for panel in first] == [panel.key for panel in second]


def test_what_is_said_of_a_lost_connection_can_be_read_while_one_writes():
    tree = Tree()
    tree.show((*SAMPLES["chat"](), *SAMPLES["reconnecting"]()))
    placed = {one.panel.key: one.rect for one in Surface(1280, 720, Metrics()).place(tree)}
    assert not placed["chat"].overlaps(placed["reconnecting"])
