"""Which key does what in the world, as one table; widgets come first, these get what is left.

Each key is one press or one hold, so that a single finger, or a switch, can do all of it.
"""

from typing import Final

from client.desktop.walker import BACK, FORWARD, LEFT, RIGHT, TURN_LEFT, TURN_RIGHT

MOVEMENTS: Final = {
    "w": FORWARD,
    "up": FORWARD,
    "s": BACK,
    "down": BACK,
    "a": LEFT,
    "d": RIGHT,
    "q": TURN_LEFT,
    "left": TURN_LEFT,
    "e": TURN_RIGHT,
    "right": TURN_RIGHT,
}
MENU, USE, CHAT, MUTE, DESK, PERSON, TALK = "escape", "space", "t", "m", "r", "p", "v"
HELP: Final = "f1"
VITALS: Final = "f2"
WALK_SAYS: Final = ("W A S D", "walk")
MENU_SAYS: Final = ("Esc", "menu")
BODY_SAYS: Final = (
    ("Arrows", "walk and turn"),
    ("Q E", "turn"),
    ("Click", "go there"),
    ("Right button", "look about"),
    ("Space", "use"),
    ("P", "person nearby"),
    ("T", "write"),
    ("M", "mute"),
    ("V", "hold to talk"),
)
"""What somebody who has just come in need not know yet."""
WIDGETS_SAY: Final = (
    ("Tab", "next control"),
    ("Enter", "press it"),
    ("F6", "next panel"),
    ("F1", "keys"),
)
"""What holds on every screen, before the clinic too."""
BEFORE_SAYS: Final = (*WIDGETS_SAY, ("Arrows", "choose"), ("Esc", "back"))
VITALS_SAYS: Final = ("F2", "vital signs")
"""Said in a consult room only: elsewhere there are none."""
DESK_SAYS: Final = {"patient": ("R", "reception"), "doctor": ("R", "patients")}
