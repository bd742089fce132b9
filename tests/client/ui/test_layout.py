from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.ui.arrange import Frame
from client.ui.layout import arranged
from client.ui.metrics import Metrics
from client.ui.theme import LEAST_TARGET_DP, TEXT_SCALES
from client.ui.vocabulary import Align, Fill, Flow, TextStyle
from client.ui.widgets import (
    Button,
    Group,
    Heading,
    Image,
    Intent,
    ListBox,
    ListItem,
    Log,
    LogEntry,
    Meter,
    Panel,
    Progress,
    Slider,
    Text,
    TextField,
    Toggle,
)


@dataclass(frozen=True)
class Did(Intent):
    value: object = None


def boxed(panel, width, text_scale=1.0, place=0):
    metrics = Metrics(text_scale=text_scale)
    return arranged(panel, "/p", width, Frame("", 0, 0, 0, metrics, lambda _: place)), metrics


def check(box, metrics):
    """Asserts that nothing sticks out, nothing overlaps and every text has its room."""
    for one in box.walk():
        for run in one.runs:
            assert one.rect.contains(run.rect), (one.widget, run, one.rect)
            needed = metrics.width_px(run.text, run.style)
            assert needed <= run.rect.width or len(run.text) == 1
            assert run.rect.height >= metrics.line_px(run.style)
        for _, part in one.parts:
            assert one.rect.contains(part), (one.widget, part, one.rect)
        for child in one.children:
            assert one.rect.contains(child.rect), (one.widget, child)
        pieces = [*one.runs, *one.children]
        for index, piece in enumerate(pieces):
            for other in pieces[index + 1 :]:
                assert not piece.rect.overlaps(other.rect), (piece, other)


WORDS = st.lists(
    st.sampled_from(
        ["a", "the", "clinic", "waiting", "Donaudampfschifffahrtsgesellschaft", "M", "10"]
    ),
    min_size=1,
    max_size=7,
).map(" ".join)
STYLES = st.sampled_from([style for style in TextStyle if style is not TextStyle.FIGURE])
ITEMS = st.lists(
    st.builds(
        lambda name, note, about, number: ListItem(
            name, key=str(number), note=note, description=about
        ),
        WORDS,
        st.just("") | WORDS,
        st.just("") | WORDS,
        st.integers(),
    ),
    max_size=9,
).map(tuple)
LEAVES = st.one_of(
    st.builds(
        Text, WORDS, style=STYLES, align=st.sampled_from(Align), icon=st.sampled_from(["", "info"])
    ),
    st.builds(Heading, WORDS),
    st.builds(
        Button,
        WORDS,
        intent=st.just(Did()),
        icon=st.sampled_from(["", "heart"]),
        shortcut=st.sampled_from(["", "Esc"]),
    ),
    st.builds(
        TextField,
        WORDS,
        changed=st.just(Did),
        description=st.just("") | WORDS,
        is_invalid=st.booleans(),
    ),
    st.builds(Toggle, WORDS, changed=st.just(Did), description=st.just("") | WORDS),
    st.builds(Slider, WORDS, changed=st.just(Did), unit=WORDS),
    st.builds(Meter, WORDS, level=st.floats(0, 1), word=WORDS),
    st.builds(Progress, WORDS, description=st.just("") | WORDS),
    st.builds(Image, st.just(""), icon=st.just("heart")),
    st.builds(ListBox, WORDS, children=ITEMS, chosen=st.just(Did)),
    st.builds(
        Log,
        WORDS,
        entries=st.lists(st.builds(LogEntry, WORDS, WORDS, WORDS), max_size=5).map(tuple),
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda inside: st.builds(
        Group,
        children=st.lists(inside, max_size=4).map(tuple),
        flow=st.sampled_from(Flow),
        columns=st.integers(1, 4),
        align=st.sampled_from(Align),
        padding_dp=st.sampled_from([0, 12]),
        fill=st.sampled_from(Fill),
    ),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(TREES, min_size=1, max_size=4),
    st.integers(320, 900),
    st.sampled_from(TEXT_SCALES),
    st.integers(0, 8),
)
def test_nothing_overlaps_or_is_cut_off_in_any_tree(children, width, text_scale, place):
    box, metrics = boxed(Panel("P", children=tuple(children)), width, text_scale, place)
    check(box, metrics)


@given(WORDS, STYLES, st.integers(40, 400), st.sampled_from(TEXT_SCALES))
def test_breaking_lines_loses_no_letter(text, style, width, text_scale):
    lines = Metrics(text_scale=text_scale).lines(text, style, width)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_row_that_is_too_long_breaks_into_rows():
    buttons = tuple(Button(f"Button {number}", intent=Did()) for number in range(6))
    box, _ = boxed(Panel("P", children=(Group(children=buttons, flow=Flow.ROW),)), 400)
    tops = [child.rect.y for child in box.children[0].children]
    assert len(set(tops)) > 1
    assert tops == sorted(tops)


def test_a_grid_loses_columns_when_text_grows():
    cells = tuple(Text(f"Heart rate {number}") for number in range(4))
    panel = Panel("P", children=(Group(children=cells, flow=Flow.GRID, columns=4),))

    def columns(text_scale):
        box, _ = boxed(panel, 700, text_scale)
        return len({child.rect.x for child in box.children[0].children})

    assert columns(1.0) == 4
    assert columns(2.0) < 4


@pytest.mark.parametrize("text_scale", TEXT_SCALES)
def test_what_can_be_pressed_is_large_enough(text_scale):
    panel = Panel(
        "P",
        children=(
            Group(children=(Button("A", intent=Did()),), flow=Flow.ROW),
            Toggle("T", changed=Did),
            TextField("F", changed=Did),
            ListBox("L", children=(ListItem("One", key="1"),), chosen=Did),
        ),
    )
    box, _ = boxed(panel, 400, text_scale)
    for one in box.walk():
        if isinstance(one.widget, Button | Toggle | ListItem):
            assert min(one.rect.width, one.rect.height) >= LEAST_TARGET_DP
        if isinstance(one.widget, TextField):
            assert one.part("field").height >= LEAST_TARGET_DP


def test_a_long_list_shows_whole_rows_around_the_active_one():
    items = tuple(ListItem(f"Person {number}", key=str(number)) for number in range(40))
    panel = Panel("P", children=(ListBox("L", children=items, chosen=Did),))
    for place in (0, 17, 39):
        box, metrics = boxed(panel, 400, place=place)
        shown = [int(child.widget.key) for child in box.children[0].children]
        assert place in shown
        assert shown == list(range(shown[0], shown[-1] + 1))
        check(box, metrics)


def test_a_log_shows_the_newest_entry_and_scrolls_back():
    entries = tuple(LogEntry("Ada", f"line {number}") for number in range(50))
    panel = Panel("P", children=(Log("Chat", entries=entries),))

    def texts(place):
        box, _ = boxed(panel, 400, place=place)
        return [run.text for run in box.children[0].runs]

    assert texts(0)[-1] == "line 49"
    assert texts(10)[-1] == "line 39"
