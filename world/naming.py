"""What people may call themselves, and what they may write: checked on every way in.

Rules:
* A name is in Unicode's form NFKC (Standard Annex 15), with single spaces, and shows something: a
  letter or a digit. What is not seen, turns the writing direction or ends a line is refused, and so
  are more marks on one letter than any script needs: names stand above heads.
* A neutral name is of the person's own choice, so those who do not work here may not choose one
  that says that they do. Latin, Greek and Cyrillic letters look alike and do not stand in one
  name; what else looks alike is left to reports.
* A text may have lines and tabs, and the marks of right-to-left scripts; nothing in it is changed,
  so that what it must not hold is refused.
"""

import re
import unicodedata
from typing import Final

from world.errors import NotPermitted
from world.people import SCHOOL, Role

ALIAS_MAX_N: Final = 24
NAME_MAX_N: Final = 80

_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that show nothing (Default_Ignorable_Code_Point of the Unicode Standard)."""
_JOINERS: Final = frozenset("\u200c\u200d")
_VIRAMA: Final = 9
"""Combining class of the sign after which a joiner shapes the letters (RFC 5892 appendix A)."""
_STACKED: Final = re.compile("s{3}|[so]{5}")
"""Too many marks: Vietnamese stacks two that NFKC leaves, Burmese writes four in a row."""
_TURNING: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Explicit formatting of the writing direction (Unicode Standard Annex 9)."""
_TITLES: Final = frozenset({
    "administrator", "arzt", "ärztin", "clinic", "consultant", "dr", "doc", "doktor",
    "matron", "moderator", "physician", "pfleger", "pflegerin", "prof", "professor",
    "reception", "receptionist", "schwester", "sister", "staff", "surgeon", "system",
})  # fmt: skip
_RESERVED: Final = frozenset(role.value for role in SCHOOL | {Role.INTERPRETER}) | _TITLES

_ALIKE: Final = frozenset({"LATIN", "GREEK", "CYRILLIC"})
"""Scripts whose letters are taken for one another, as their Unicode names begin (Unicode Technical
Standard 39, confusables)."""

_MIXED: Final = (
    "A name may not mix Latin, Greek and Cyrillic letters, since many of them look alike. Write it "
    "in letters of one kind."
)
_BAD_NAME: Final = (
    "A name needs a letter or a digit, and no signs that are not seen. It may have {} letters. "
    "Choose another one."
)
_BAD_ALIAS: Final = "This name says that somebody works here. Choose a neutral one."
_BAD_TEXT: Final = (
    "A text may have letters, signs, lines and tabs, but nothing that controls a screen or turns "
    "the writing round. Take that out, and send it again."
)


def name_of(text: str) -> str:
    """Returns a person's real name as it is kept.

    Raises:
      NotPermitted: if it is none.
    """
    return _shown(text, NAME_MAX_N)


def alias_of(text: str, role: Role) -> str:
    """Returns a neutral name, as it is kept, of somebody with this role.

    Raises:
      NotPermitted: if it is none, or would have somebody taken for staff.
    """
    alias = _shown(text, ALIAS_MAX_N)
    if role not in SCHOOL and _words(alias) & (_RESERVED - {role.value}):
        raise NotPermitted(_BAD_ALIAS)
    return alias


def require_text(text: str) -> None:
    """Returns if a text that somebody wrote may be shown to others as it is.

    Raises:
      NotPermitted: if it may not.
    """
    for letter in text:
        is_control = unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t"
        if is_control or unicodedata.bidirectional(letter) in _TURNING:
            raise NotPermitted(_BAD_TEXT)


def _shown(text: str, most_n: int) -> str:
    normal = unicodedata.normalize("NFKC", text)
    name = " ".join(normal.split())
    is_shown = (
        len(name) <= most_n
        and not _holds_unseen(normal)
        and any(unicodedata.category(letter)[0] in "LN" for letter in name)
        and _STACKED.search("".join(map(_mark, name))) is None
    )
    if not is_shown:
        raise NotPermitted(_BAD_NAME.format(f"at most {most_n}"))
    if len(_scripts(name) & _ALIKE) > 1:
        raise NotPermitted(_MIXED)
    return name


def _scripts(name: str) -> frozenset[str]:
    """Returns the scripts of the letters, by the first word of each letter's Unicode name."""
    letters = (letter for letter in name if unicodedata.category(letter)[0] == "L")
    return frozenset(unicodedata.name(letter, "").split(" ")[0] for letter in letters)


def _holds_unseen(text: str) -> bool:
    after_virama = {i + 1 for i, letter in enumerate(text) if _is_virama(letter)}
    return any(
        letter in _UNSEEN
        or unicodedata.category(letter)[0] == "C"
        or unicodedata.category(letter) in {"Zl", "Zp"}
        for i, letter in enumerate(text)
        if not (letter in _JOINERS and i in after_virama)
    )


def _is_virama(letter: str) -> bool:
    return unicodedata.combining(letter) == _VIRAMA


def _mark(letter: str) -> str:
    """Returns "s" for a mark that stacks, "o" for one that has a place of its own, else "-"."""
    category = unicodedata.category(letter)
    if category[0] != "M":
        return "-"
    return "s" if unicodedata.combining(letter) or category == "Me" else "o"


def _words(alias: str) -> frozenset[str]:
    """Returns the words of a name, however they are set: "DrMarsh", "DR_MARSH", "Dóctor7"."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _plain(alias)).casefold()
    return frozenset(re.findall(r"[^\W\d_]+", parted)) | frozenset(
        re.findall(r"[^\W\d_]+", alias.casefold())
    )


def _plain(text: str) -> str:
    """Returns the text without its marks."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.category(part).startswith("M"))
