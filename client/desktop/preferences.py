"""What a person has set, kept for the next time: text size, contrast, push to talk, neutral name.

Only the person may read the file. It is a convenience: one that is missing or damaged is as one
that was never written.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from client.panels.settings import Settings

FILE: Final = "preferences.json"
COLORS: Final = ("Amber", "Blue", "Coral", "Golden", "Green", "Silver", "Violet", "White")
BIRDS: Final = ("Finch", "Heron", "Kite", "Lark", "Plover", "Robin", "Swift", "Wren")
LONGEST_ALIAS: Final = 24


@dataclass(slots=True)
class Preferences:
    """What is kept.

    Attributes:
      aliases: user to the neutral name that was chosen last.
    """

    settings: Settings = field(default_factory=Settings)
    aliases: dict[str, str] = field(default_factory=dict)

    def alias_of(self, user_id: str, own: str = "") -> str:
        """Returns the name chosen last here, the account's own, or one that says nothing."""
        number = int(user_id, 16)
        color = COLORS[number % len(COLORS)]
        bird = BIRDS[number // len(COLORS) % len(BIRDS)]
        return self.aliases.get(user_id) or own or f"{color} {bird}"


def load_preferences(folder: Path) -> Preferences:
    """Returns what was kept, or the defaults."""
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
        settings = Settings(
            text_percent=min(max(float(kept["text_percent"]), 100.0), 200.0),
            is_high_contrast=bool(kept["is_high_contrast"]),
            is_push_to_talk=bool(kept["is_push_to_talk"]),
        )
        aliases = {str(user): str(name)[:LONGEST_ALIAS] for user, name in kept["aliases"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Preferences()
    return Preferences(settings, aliases)


def save_preferences(folder: Path, preferences: Preferences) -> None:
    """Keeps the preferences; whether one is muted is never kept."""
    keep_private(folder)
    kept = {**asdict(preferences.settings), "aliases": preferences.aliases}
    del kept["is_muted"]
    (folder / FILE).write_text(json.dumps(kept, indent=1), encoding="utf-8")


def keep_private(folder: Path) -> None:
    """Makes folder and file, if they are not there, and lets nobody else read them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    path = folder / FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
