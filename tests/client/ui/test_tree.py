from dataclasses import dataclass

import pytest

from client.ui.events import Drag, Hover, Key, Press, Release, Typed
from client.ui.tree import Tree
from client.ui.vocabulary import Live, Opening, State
from client.ui.widgets import (
    Button,
    Dialog,
    Intent,
    ListBox,
    ListItem,
    Log,
    LogEntry,
    Panel,
    Slider,
    Text,
    TextField,
    Toggle,
    column,
    row,
)


@dataclass(frozen=True)
class Pressed(Intent):
    name: str


@dataclass(frozen=True)
class Changed(Intent):
    value: object


def button(name, **more):
    return Button(name, intent=Pressed(name), **more)


def panel(*children, name="Menu", **more):
    return Panel(name, children=children, **more)


def shown(*panels):
    tree = Tree()
    tree.show(panels)
    return tree


def focused_name(tree):
    return tree.focused.widget.name if tree.focused else None


def keys(tree, *names):
    return [one for name in names for one in tree.handle(Key(name)).intents]


def test_an_opened_panel_has_the_focus_on_its_first_control():
    tree = shown(panel(Text("Hello"), button("Resume"), button("Leave")))
    assert tree.find("button", "Resume").is_focused
    assert not tree.find("button", "Leave").is_focused


def test_a_panel_names_the_control_that_gets_the_focus():
    tree = shown(panel(button("Resume"), button("Leave", key="leave"), first_focus="leave"))
    assert tree.find("button", "Leave").is_focused


def test_tab_walks_forward_and_shift_tab_back_and_both_wrap_round():
    tree = shown(panel(button("A"), button("B"), button("C")))
    keys(tree, "tab", "tab")
    assert focused_name(tree) == "C"
    keys(tree, "tab")
    assert focused_name(tree) == "A"
    tree.handle(Key("tab", has_shift=True))
    assert focused_name(tree) == "C"


def test_tab_passes_over_disabled_controls():
    tree = shown(panel(button("A"), button("B", is_disabled=True), button("C")))
    keys(tree, "tab")
    assert focused_name(tree) == "C"


@pytest.mark.parametrize("key", ["enter", "space"])
def test_enter_and_space_press_the_focused_button(key):
    assert keys(shown(panel(button("A"))), key) == [Pressed("A")]


def test_a_busy_button_keeps_the_focus_and_does_nothing():
    tree = shown(panel(button("Sign in", is_busy=True)))
    assert focused_name(tree) == "Sign in"
    assert keys(tree, "enter") == []


def test_arrows_move_along_the_way_a_group_flows():
    tree = shown(panel(row(button("A"), button("B")), row(button("C"), button("D"))))
    keys(tree, "right")
    assert focused_name(tree) == "B"
    keys(tree, "down")
    assert focused_name(tree) == "C"
    keys(tree, "up")
    assert focused_name(tree) == "B"
    keys(tree, "right")
    assert focused_name(tree) == "B"


def test_arrows_leave_a_group_at_its_end():
    tree = shown(panel(column(button("A"), button("B")), button("C")))
    keys(tree, "down", "down")
    assert focused_name(tree) == "C"


def test_a_dialog_keeps_the_focus_until_it_closes_and_gives_it_back():
    menu = panel(button("A"), button("B"))
    tree = shown(menu)
    keys(tree, "tab")
    dialog = Dialog("Sure?", children=(button("Yes"), button("No")), dismissed=Pressed("No"))
    tree.show([menu, dialog])
    visited = set()
    for _ in range(6):
        visited.add(focused_name(tree))
        keys(tree, "tab", "f6", "down")
    assert visited <= {"Yes", "No"}
    assert keys(tree, "escape") == [Pressed("No")]
    tree.show([menu])
    assert focused_name(tree) == "B"


def test_dialogs_over_dialogs_give_focus_back_in_turn():
    menu = panel(button("A"))
    first = Dialog("First", children=(button("B"), button("C")))
    second = Dialog("Second", children=(button("D"),))
    tree = shown(menu)
    tree.show([menu, first])
    keys(tree, "tab")
    tree.show([menu, first, second])
    assert focused_name(tree) == "D"
    tree.show([menu, first])
    assert focused_name(tree) == "C"
    tree.show([menu])
    assert focused_name(tree) == "A"


def test_a_pointer_cannot_press_what_a_dialog_covers():
    menu, dialog = panel(button("A")), Dialog("Sure?", children=(button("Yes"),))
    tree = shown(menu, dialog)
    behind = tree.find("button", "A").id
    tree.handle(Press(behind))
    assert tree.handle(Release(behind)).intents == ()
    assert focused_name(tree) == "Yes"


def test_focus_stays_where_it_is_while_values_change():
    def screen(name, text):
        return panel(TextField("Login", value=text, changed=Changed), Text(name), button("Go"))

    tree = shown(screen("one", ""))
    tree.handle(Key("tab"))
    tree.show([screen("two", "anna")])
    assert focused_name(tree) == "Go"


def test_when_the_focused_control_goes_the_focus_takes_its_neighbor():
    tree = shown(panel(button("A"), button("B"), button("C")))
    keys(tree, "tab")
    tree.show([panel(button("A"), button("C"))])
    assert focused_name(tree) == "C"


def test_without_panels_keys_belong_to_the_world():
    tree = shown()
    assert tree.focused is None
    assert not tree.handle(Key("w")).is_consumed
    assert not tree.handle(Typed("w")).is_consumed
    assert not tree.handle(Press(None)).is_consumed


def test_a_panel_that_leaves_the_focus_is_reached_by_f6_and_left_by_escape():
    knock = panel(button("Let in"), name="Knock", opening=Opening.LEAVES_FOCUS)
    tree = shown(knock)
    assert tree.focused is None
    keys(tree, "f6")
    assert focused_name(tree) == "Let in"
    keys(tree, "escape")
    assert tree.focused is None


def test_f6_goes_from_panel_to_panel_newest_first():
    tree = shown(panel(button("A"), button("B")), panel(button("C"), name="Chat"))
    assert focused_name(tree) == "C"
    keys(tree, "f6")
    assert focused_name(tree) == "A"
    keys(tree, "f6")
    assert focused_name(tree) == "C"


def test_typing_reports_the_whole_text_and_keeps_letters_from_the_world():
    tree = shown(panel(TextField("Login", value="", changed=Changed)))
    assert tree.handle(Key("w")).is_consumed
    assert tree.handle(Typed("an")).intents == (Changed("an"),)
    assert tree.handle(Typed("na")).intents == (Changed("anna"),)
    keys(tree, "left", "left", "backspace")
    assert tree.line(tree.focused.id).text == "ana"


def test_a_text_that_its_owner_refuses_is_shown_as_the_owner_has_it():
    screen = panel(TextField("Login", value="", changed=Changed))
    tree = shown(screen)
    tree.handle(Typed("x"))
    tree.show([screen])
    assert tree.line(tree.focused.id).text == ""


def test_enter_in_a_field_submits():
    field = TextField("Login", value="a", changed=Changed, submitted=Pressed("go"))
    assert keys(shown(panel(field)), "enter") == [Pressed("go")]


def test_a_secret_is_neither_described_nor_spoken():
    tree = shown(panel(TextField("Password", value="hunter2", changed=Changed, is_secret=True)))
    assert "hunter2" not in tree.describe() + tree.speak_focus()
    assert "7 characters" in tree.speak_focus()


def test_a_slider_moves_in_steps_and_stops_at_its_ends():
    def screen(value):
        return panel(Slider("Text", value=value, lowest=100, highest=200, step=25, changed=Changed))

    assert keys(shown(screen(100)), "right") == [Changed(125)]
    assert keys(shown(screen(200)), "right") == []
    assert keys(shown(screen(150)), "home", "end") == [Changed(100), Changed(200)]


def test_a_dragged_slider_follows_the_pointer():
    tree = shown(
        panel(Slider("Text", value=100, lowest=100, highest=200, step=25, changed=Changed))
    )
    slider = tree.find("slider").id
    assert tree.handle(Press(slider, 0.5)).intents == (Changed(150),)
    assert tree.handle(Drag(0.99)).intents == (Changed(200),)


def test_a_switch_reports_what_it_would_become():
    assert keys(shown(panel(Toggle("Mute", changed=Changed))), "space") == [Changed(True)]


def rows(*names, selected=""):
    items = tuple(ListItem(name, key=name.lower()) for name in names)
    return ListBox("People", children=items, chosen=Changed, selected=selected)


def test_arrows_move_in_a_list_and_enter_chooses():
    tree = shown(panel(rows("Anna", "Bob", "Carl", selected="bob"), button("Call")))
    assert State.ACTIVE in tree.find("list item", "Bob").states
    assert keys(tree, "down", "enter") == [Changed("carl")]
    keys(tree, "down")
    assert focused_name(tree) == "Call"


def test_letters_find_the_next_row_that_starts_so():
    tree = shown(panel(rows("Anna", "Bob", "Bea")))
    tree.handle(Typed("b"))
    assert State.ACTIVE in tree.find("list item", "Bob").states
    tree.handle(Typed("b"))
    assert State.ACTIVE in tree.find("list item", "Bea").states


def test_a_click_on_a_row_chooses_it():
    tree = shown(panel(rows("Anna", "Bob")))
    bob = tree.find("list item", "Bob").id
    tree.handle(Press(bob))
    assert tree.handle(Release(bob)).intents == (Changed("bob"),)


def test_an_empty_list_takes_keys_without_harm():
    tree = shown(panel(rows(), button("Call")))
    assert keys(tree, "enter", "home", "page-down") == []
    tree.handle(Typed("a"))
    assert tree.find("list").widget.spoken_value == "empty"


def test_a_press_that_slides_off_does_nothing():
    tree = shown(panel(button("A"), button("B")))
    tree.handle(Press(tree.find("button", "A").id))
    assert tree.handle(Release(tree.find("button", "B").id)).intents == ()


def test_hovering_is_a_state():
    tree = shown(panel(button("A")))
    tree.handle(Hover(tree.find("button").id))
    assert State.HOVERED in tree.find("button").states


def test_find_names_what_is_there_when_it_finds_nothing():
    tree = shown(panel(button("Resume")))
    with pytest.raises(LookupError, match='button "Resume"'):
        tree.find("button", "Leave")


def test_the_outline_shows_roles_names_values_and_states():
    tree = shown(panel(Toggle("Mute", changed=Changed, is_checked=True), button("Leave")))
    assert tree.describe().splitlines() == [
        'panel "Menu"',
        '  switch "Mute" = on [focused] [checked]',
        '  button "Leave"',
    ]


def test_equal_siblings_have_ids_of_their_own():
    tree = shown(panel(button("A"), button("A")))
    assert len({node.id for node in tree.nodes}) == 3


def words(tree):
    return [one.text for one in tree.take_announcements()]


def test_live_texts_are_announced_when_they_change_and_only_then():
    def screen(text):
        return panel(Text(text, key="queue", live=Live.POLITE), Text("quiet"), button("A"))

    tree = shown(screen("You are third."))
    words(tree)
    tree.show([screen("You are third.")])
    assert words(tree) == []
    tree.show([screen("You are second.")])
    assert words(tree) == ["You are second."]


def test_assertive_announcements_come_first():
    tree = shown()
    tree.show([panel(Text("Saved.", live=Live.POLITE), Text("Lost.", live=Live.ASSERTIVE))])
    assert words(tree)[0] == "Lost."


def test_new_lines_of_a_log_are_announced_once():
    def screen(*texts):
        return panel(Log("Chat", entries=tuple(LogEntry("Ada", text) for text in texts)))

    tree = shown(screen("one"))
    words(tree)
    tree.show([screen("one", "two")])
    assert words(tree) == ["Ada: two"]
    tree.show([screen("two", "three", "four")])
    assert words(tree) == ["Ada: three", "Ada: four"]


def test_opening_a_dialog_says_its_name_and_what_has_the_focus():
    tree = shown(panel(button("A")))
    words(tree)
    dialog = Dialog(
        "Leave the clinic?", description="Your place is kept.", children=(button("No"),)
    )
    tree.show([dialog])
    assert words(tree) == ["Leave the clinic?. Your place is kept.", "No, button"]


def test_what_became_wrong_is_announced_with_what_to_do():
    def screen(note):
        return panel(
            TextField("Login", value="", changed=Changed, description=note, is_invalid=bool(note))
        )

    tree = shown(screen(""))
    words(tree)
    tree.show([screen("Type your login.")])
    assert "Login. Type your login." in words(tree)


def test_nobody_listening_costs_no_memory():
    tree = shown()
    for number in range(1000):
        tree.announcer.say(str(number))
    assert len(words(tree)) == 64


def asking(name="Call"):
    return Dialog(
        name,
        key=name,
        children=(button(f"Follow {name}"), button(f"Not {name}")),
        is_modal=False,
        opening=Opening.SPARES_TYPING,
        dismissed=Pressed(f"Not {name}"),
    )


def field(value=""):
    return TextField("Text", key="text", value=value, changed=Changed)


def test_a_panel_that_spares_typing_takes_the_focus_where_nobody_types():
    menu = panel(button("A"))
    tree = shown(menu)
    tree.show([menu, asking()])
    assert focused_name(tree) == "Follow Call"
    tree.show([menu])
    assert focused_name(tree) == "A"


def test_who_types_goes_on_typing_and_is_led_there_once_the_field_closes():
    menu = panel(field())
    tree = shown(menu)
    tree.show([menu, asking()])
    assert focused_name(tree) == "Text"
    assert tree.handle(Typed("h")).intents == (Changed("h"),)
    assert keys(tree, "enter") == []
    tree.show([panel(field("h")), asking()])
    assert focused_name(tree) == "Text"
    tree.show([asking()])
    assert focused_name(tree) == "Follow Call"
    assert keys(tree, "escape") == [Pressed("Not Call")]


def test_who_answers_a_dialog_answers_it_first():
    dialog = Dialog("Sure?", children=(button("Yes"),))
    tree = shown(dialog)
    tree.show([asking(), dialog])
    assert focused_name(tree) == "Yes"
    tree.show([asking()])
    assert focused_name(tree) == "Follow Call"


def test_beside_it_the_keys_of_the_world_go_on():
    tree = shown(asking())
    assert not tree.handle(Key("w")).is_consumed
    assert tree.handle(Key("enter")).intents == (Pressed("Follow Call"),)


def test_control_a_selects_a_whole_field_for_the_next_letter_and_moves_nobody():
    tree = shown(panel(field("old")))
    response = tree.handle(Key("a", has_control=True))
    assert response.is_consumed
    assert response.intents == ()
    assert tree.handle(Typed("n")).intents == (Changed("n"),)
