"""What a person has set, kept for the next time: text size, sound, microphone, neutral name.

Only the person may read the file. It is a convenience: one that is missing is as one that was never
written, and of one that is damaged the person is told in a sentence, before going in.
"""

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from client.panels.settings import SYSTEM, Settings

FILE: Final = "preferences.json"
COLORS: Final = ("Amber", "Blue", "Coral", "Golden", "Green", "Silver", "Violet", "White")
BIRDS: Final = ("Finch", "Heron", "Kite", "Lark", "Plover", "Robin", "Swift", "Wren")
LONGEST_ALIAS: Final = 24
DAMAGED: Final = (
    f"What you had set could not be read: the file {FILE} is damaged. Everything is as at first; "
    "set it again, and it is kept from then on."
)

DeviceKey: TypeAlias = Annotated[str, Meta(min_length=1, max_length=512)]
Alias: TypeAlias = Annotated[str, Meta(max_length=LONGEST_ALIAS)]


@dataclass(slots=True)
class Preferences:
    """What is kept.

    Attributes:
      aliases: user to the neutral name that was chosen last.
      problem: why what was kept could not be read, as a sentence; empty where it could.
    """

    settings: Settings = field(default_factory=Settings)
    aliases: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    def alias_of(self, user_id: str, own: str = "") -> str:
        """Returns the name chosen last here, the account's own, or one that says nothing."""
        return self.aliases.get(user_id) or own or neutral_name(int(user_id, 16))


def neutral_name(number: int) -> str:
    """Returns a name that says nothing of who has it, one for each number."""
    color = COLORS[number % len(COLORS)]
    return f"{color} {BIRDS[number // len(COLORS) % len(BIRDS)]}"


class _Kept(msgspec.Struct):
    """The file; what an older version did not know yet has a default."""

    text_percent: Annotated[float, Meta(ge=100.0, le=200.0)] = 100.0
    is_high_contrast: bool = False
    is_muted: bool = False
    is_push_to_talk: bool = False
    is_announcing: bool = True
    microphone: DeviceKey = SYSTEM.key
    speaker: DeviceKey = SYSTEM.key
    aliases: dict[str, Alias] = msgspec.field(default_factory=dict)


def load_preferences(folder: Path) -> Preferences:
    """Returns what was kept; the defaults, and why, where it cannot be read."""
    try:
        data = (folder / FILE).read_bytes()
        kept = msgspec.json.decode(data, type=_Kept) if data else _Kept()
    except FileNotFoundError:
        return Preferences()
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
        return Preferences(problem=DAMAGED)
    values = msgspec.structs.asdict(kept)
    return Preferences(aliases=values.pop("aliases"), settings=Settings(**values))


def save_preferences(folder: Path, preferences: Preferences) -> None:
    """Keeps the preferences; whoever is interrupted here keeps the older ones.

    Raises:
      OSError: if the folder or its disk does not take them.
    """
    keep_private(folder)
    kept = _Kept(**asdict(preferences.settings), aliases=preferences.aliases)
    path, new = folder / FILE, folder / f"{FILE}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(kept), indent=1))
    new.chmod(0o600)
    new.replace(path)


def keep_private(folder: Path) -> None:
    """Makes the folder, if it is not there, and lets nobody else read it or what is kept in it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    path = folder / FILE
    if path.exists():
        path.chmod(0o600)
