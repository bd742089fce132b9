"""What one person writes: for whom it was begun, how far it has come, and what became of it.

Words are sent with the name of the stream for which they were begun, and the clinic takes them for
no other: whatever happens between the first letter and the answer, nobody reads them but those whom
the writer saw named beside them. What could not be sent stays here until the writer decides.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from client.clinic_model import ClinicModel, Line, is_of_visit
from client.network.channel import Answered
from client.panels import chat, intents, wording
from client.panels.chat import ChatView, Unsent
from client.ui.widgets import Intent, LogEntry
from world.protocol import messages as m
from world.rooms.names import room_name

SAID_AT_ONCE_S: Final = 0.7
"""Words that are answered sooner are not shown as being on their way."""
UNKNOWN: Final = 0
"""The code of an answer that the clinic has not given: it may have done what was asked."""
BROKEN_OFF: Final = "The connection ended before the clinic answered."


Ask: TypeAlias = Callable[[m.Request, Callable[[Answered], None]], None]
"""Sends a request; what is given with it is called with the answer."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Words that were sent off.

    Attributes:
      stream: of those for whom they are.
      readers: who those are, in words.
      why: why they were not sent; empty while that is not known.
      is_unsure: whether they may have been sent all the same.
    """

    number: int
    text: str = field(repr=False)
    stream: str
    readers: str
    sent_s: float
    why: str = ""
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody had written and not sent when the connection ended for good."""

    draft: str = field(repr=False)
    stream: str
    readers: str
    letters: tuple[Letter, ...]


class Conversation:
    """One person's writing.

    Args:
      model: what is known of the clinic.
      ask: sends requests.
      now_s: this machine's clock, seconds since the epoch.

    Attributes:
      is_open: whether one is writing.
      draft: what is typed and not sent off.
    """

    def __init__(self, model: ClinicModel, ask: Ask, now_s: Callable[[], float]) -> None:
        self._model, self._ask, self._now_s = model, ask, now_s
        self.is_open = False
        self.draft = ""
        self._stream = self._begun_for = ""
        self._is_held_back = False
        self._letters: list[Letter] = []
        self._count = 0

    @property
    def is_unsent(self) -> bool:
        """Whether anything is written that nobody has got."""
        return bool(self.draft.strip() or self._letters)

    def view(self) -> ChatView:
        """Returns the chat as it stands."""
        model = self._model
        shown = self._shown()
        return ChatView(
            readers(model),
            tuple(map(_entry, model.lines)),
            model.forgotten_lines,
            self.draft,
            self.is_open,
            self._begun_for if self._stream not in {"", self._here} else "",
            self._is_held_back,
            self._unsent(shown[0]) if shown else None,
            len(shown),
            tuple(map(_entry, model.past.lines)) if model.past is not None else (),
            _past_name(model),
        )

    def handle(self, intent: Intent) -> None:
        """Does what the person wants, where it is about what is written."""
        before = self.view()
        after = chat.update(before, intent)
        self.draft, self.is_open = after.draft, after.is_open
        self._is_held_back = after.is_held_back
        if not self.draft:
            self._stream = self._begun_for = ""
        elif not before.draft:
            self._stream, self._begun_for = self._here, audience(self._model)
        match intent:
            case intents.SendMessage(text) if text.strip() and not before.written_for:
                self._send(text)
            case intents.SendToReaders(text) if text.strip():
                self._send(text)
            case intents.SendAgain(number):
                for letter in self._taken(number):
                    self._send(letter.text)
            case intents.DropUnsent(number):
                self._taken(number)
            case intents.PutPastAway():
                self._model.past = None
            case _:
                pass

    def take(self, message: m.ServerMessage) -> None:
        """Takes what arrived: words of which it was not known whether they were sent may be in."""
        match message:
            case m.Event(stream, body=m.Said(slot, text=text)) if slot == self._model.own_slot:
                unsure = (one for one in self._letters if one.is_unsure)
                came = [one for one in unsure if (one.stream, one.text) == (stream, text)]
                for one in came[:1]:
                    self._letters.remove(one)
            case _:
                pass

    def kept(self) -> Kept:
        """Returns what is not lost with the connection, to be taken up by a later stay."""
        letters = tuple(
            one if one.why else replace(one, why=BROKEN_OFF, is_unsure=True)
            for one in self._letters
        )
        return Kept(self.draft, self._stream, self._begun_for, letters)

    def take_up(self, kept: Kept) -> None:
        """Goes on with what an earlier stay of the same person has left."""
        self.draft, self._stream, self._begun_for = kept.draft, kept.stream, kept.readers
        self._letters = [*kept.letters, *self._letters]
        self._count = max((one.number for one in self._letters), default=self._count)

    # --- inside

    @property
    def _here(self) -> str:
        room = self._model.room
        return room.stream if room is not None else ""

    def _send(self, text: str) -> None:
        self._count += 1
        text = text.strip()[: chat.LONGEST_MESSAGE]
        stream, whom = self._here, audience(self._model)
        letter = Letter(self._count, text, stream, whom, self._now_s())
        self._letters.append(letter)
        self._ask(m.Say(1, text, stream or None), lambda answer: self._answered(letter, answer))

    def _answered(self, letter: Letter, answer: Answered) -> None:
        if letter not in self._letters:
            return
        at = self._letters.index(letter)
        if answer.is_accepted:
            del self._letters[at]
        else:
            is_unsure = answer.code == UNKNOWN
            self._letters[at] = replace(letter, why=answer.reason, is_unsure=is_unsure)

    def _taken(self, number: int) -> list[Letter]:
        """Takes words that were not sent away, and returns them."""
        taken = [one for one in self._letters if one.number == number and one.why]
        self._letters = [one for one in self._letters if one not in taken]
        return taken

    def _shown(self) -> list[Letter]:
        """Returns what is not sent, and before it what wants a decision."""
        late_s = self._now_s() - SAID_AT_ONCE_S
        failed = [one for one in self._letters if one.why]
        return failed + [one for one in self._letters if not one.why and one.sent_s <= late_s]

    def _unsent(self, letter: Letter) -> Unsent:
        is_for_others = letter.stream != self._here
        why = letter.why
        if why and is_for_others:
            why = f"It was for {letter.readers}. {readers(self._model)}"
        return Unsent(letter.number, letter.text, why, is_for_others)


def audience(model: ClinicModel) -> str:
    """Returns for whom one writes here, as part of a sentence."""
    if model.room is None:
        return "the clinic"
    if not is_of_visit(model.room.stream):
        return room_name(model.room.room_id)
    names = wording.listed(tuple(one.name for one in model.others().values()))
    return f"your visit with {names}" if names else "your visit"


def readers(model: ClinicModel) -> str:
    """Returns who reads what one writes here, as a sentence."""
    if model.is_waiting_room:
        return "Everyone in the waiting room reads this."
    names = wording.listed(tuple(one.name for one in model.others().values()))
    return f"Read by {names} in this room." if names else "Nobody else is here."


def _past_name(model: ClinicModel) -> str:
    names = wording.listed(model.past.names) if model.past is not None else ""
    return f"Your visit with {names}" if names else "Your visit"


def _entry(line: Line) -> LogEntry:
    at = datetime.fromtimestamp(line.at_s).astimezone().strftime("%H:%M")
    return LogEntry("You" if line.is_own else line.name, line.text, at)
