"""One line of text with a caret and a selection, as values: what each key makes of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A line, the place of the caret in it, and what is selected.

    Attributes:
      caret: 0 before the first character.
      anchor: where the selection began that reaches to the caret; None for none.
    """

    text: str = field(repr=False)
    caret: int
    anchor: int | None = None

    @property
    def selected(self) -> tuple[int, int]:
        """Returns where what is selected begins and ends; both the caret's place for nothing."""
        anchor = self.caret if self.anchor is None else self.anchor
        return min(anchor, self.caret), max(anchor, self.caret)

    def inserted(self, characters: str, longest: int) -> "Line":
        """Returns the line with the printable ones typed in, instead of what was selected.

        Args:
          characters: that are typed.
          longest: the most characters that the line may have.
        """
        begin, end = self.selected
        kept = len(self.text) - (end - begin)
        clean = "".join(character for character in characters if character.isprintable())
        clean = clean[: max(0, longest - kept)]
        text = self.text[:begin] + clean + self.text[end:]
        return Line(text, begin + len(clean))

    def after_key(self, key: str, *, by_word: bool) -> "Line | None":
        """Returns the line after an editing key; None where the key edits nothing.

        Args:
          key: its name.
          by_word: whether Control is held, by which keys go by words, and "a" selects all.
        """
        if key == "a" and by_word:
            return Line(self.text, len(self.text), 0)
        begin, end = self.selected
        is_selected = begin < end
        left = self._word_start() if by_word else max(0, self.caret - 1)
        right = self._word_end() if by_word else min(len(self.text), self.caret + 1)
        without = Line(self.text[:begin] + self.text[end:], begin)
        lines = {
            "left": Line(self.text, begin if is_selected else left),
            "right": Line(self.text, end if is_selected else right),
            "home": Line(self.text, 0),
            "end": Line(self.text, len(self.text)),
            "backspace": Line(self.text[:left] + self.text[self.caret :], left),
            "delete": Line(self.text[: self.caret] + self.text[right:], self.caret),
        }
        return without if is_selected and key in ("backspace", "delete") else lines.get(key)

    def _word_start(self) -> int:
        before = self.text[: self.caret].rstrip()
        return before.rfind(" ") + 1

    def _word_end(self) -> int:
        after = self.text[self.caret :]
        word = after.lstrip()
        space = word.find(" ")
        return len(self.text) if space < 0 else self.caret + len(after) - len(word) + space
