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
OTHERS_SAY: Final = (
    ("Q E", "turn"),
    ("Space", "use"),
    ("T", "write"),
    ("P", "person"),
    ("M", "mute"),
    ("V", "talk"),
    ("F6", "questions"),
)
"""What somebody who has just come in need not know yet; all of it is one line of 1280 pixels."""
VITALS_SAYS: Final = ("F2", "vital signs")
"""Said in a consult room only: elsewhere there are none."""
DESK_SAYS: Final = {"patient": ("R", "reception"), "doctor": ("R", "patients")}
