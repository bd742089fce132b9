"""Widgets with their places: what layout makes and painting and pointing read."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from client.ui.pixels import Rect
from client.ui.vocabulary import TextStyle, Tone
from client.ui.widgets import Widget


@dataclass(frozen=True, slots=True)
class Run:
    """One line of text in its place."""

    text: str = field(repr=False)
    rect: Rect
    style: TextStyle
    tone: Tone = Tone.NORMAL

    def moved(self, right: int, down: int) -> "Run":
        """Returns the line at another place."""
        return replace(self, rect=self.rect.moved(right, down))


@dataclass(frozen=True, slots=True)
class Box:
    """A widget in its place.

    Attributes:
      runs: its own text.
      parts: places of what is not text, such as a track or an icon, by name.
    """

    id: str
    widget: Widget
    rect: Rect
    runs: tuple[Run, ...] = ()
    parts: tuple[tuple[str, Rect], ...] = ()
    children: tuple["Box", ...] = ()

    def part(self, name: str) -> Rect | None:
        """Returns the place of a part; None where the widget has no such part."""
        return dict(self.parts).get(name)

    def moved(self, right: int, down: int) -> "Box":
        """Returns the box and everything in it at another place."""
        if not right and not down:
            return self
        return replace(
            self,
            rect=self.rect.moved(right, down),
            runs=tuple(run.moved(right, down) for run in self.runs),
            parts=tuple((name, rect.moved(right, down)) for name, rect in self.parts),
            children=tuple(child.moved(right, down) for child in self.children),
        )

    def walk(self) -> Iterator["Box"]:
        """Yields this box and everything in it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()
