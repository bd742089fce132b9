"""One line of text with a caret, as values: what each key makes of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A line and the place of the caret in it, 0 before the first character."""

    text: str = field(repr=False)
    caret: int

    def inserted(self, characters: str, longest: int) -> "Line":
        """Returns the line with the printable ones typed in, as far as `longest` lets them."""
        clean = "".join(character for character in characters if character.isprintable())
        clean = clean[: max(0, longest - len(self.text))]
        text = self.text[: self.caret] + clean + self.text[self.caret :]
        return Line(text, self.caret + len(clean))

    def after_key(self, key: str, *, by_word: bool) -> "Line | None":
        """Returns the line after an editing key; None where the key edits nothing."""
        left = self._word_start() if by_word else max(0, self.caret - 1)
        right = self._word_end() if by_word else min(len(self.text), self.caret + 1)
        lines = {
            "left": Line(self.text, left),
            "right": Line(self.text, right),
            "home": Line(self.text, 0),
            "end": Line(self.text, len(self.text)),
            "backspace": Line(self.text[:left] + self.text[self.caret :], left),
            "delete": Line(self.text[: self.caret] + self.text[right:], self.caret),
        }
        return lines.get(key)

    def _word_start(self) -> int:
        before = self.text[: self.caret].rstrip()
        return before.rfind(" ") + 1

    def _word_end(self) -> int:
        after = self.text[self.caret :]
        word = after.lstrip()
        space = word.find(" ")
        return len(self.text) if space < 0 else self.caret + len(after) - len(word) + space
