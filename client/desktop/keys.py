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
HELP: Final = (("W A S D", "walk"), ("Space", "use"), ("T", "write"), ("Esc", "menu"))
"""What the line of keys says to everybody, as much as fits; the menu has the rest."""
DESK_SAYS: Final = {"patient": ("R", "reception"), "doctor": ("R", "patients")}
