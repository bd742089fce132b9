"""What follows from one change of the clinic: the next truth, and what must be done about it."""

from dataclasses import dataclass, field, replace

from world.clinic import Clinic
from world.people import ConnectionId, UserId
from world.protocol.messages import EventBody
from world.training.station import Concluded, Reading
from world.visit_events import CloseReason


@dataclass(frozen=True, slots=True)
class Happening:
    """An event to append to a stream.

    Attributes:
      sender: who caused it; the clinic itself is "clinic".
      number: its number in the stream.
    """

    stream: str
    sender: str
    body: EventBody = field(repr=False)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Reported:
    """A report to the clinic's staff, to be kept sealed."""

    reporter_id: UserId
    reported_id: UserId
    room_id: str
    text: str = field(repr=False)


@dataclass(slots=True)
class Outcome:
    """The next clinic, and what it takes to get there.

    Attributes:
      clinic: the truth after the change.
      happenings: to be appended before anybody is told.
      touched: people of whom others may now see something different.
      moved: people whose body was put elsewhere.
      reports: to be kept.
      closing: connections to close, and why.
      concluded: attempts that came to their end, to be kept.
      readings: lists of attempts that are to be sent to who reads them.
    """

    clinic: Clinic
    happenings: list[Happening] = field(default_factory=list)
    touched: set[UserId] = field(default_factory=set)
    moved: set[UserId] = field(default_factory=set)
    reports: list[Reported] = field(default_factory=list)
    closing: list[tuple[ConnectionId, CloseReason]] = field(default_factory=list)
    concluded: list[Concluded] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def happen(self, stream: str, sender: str, body: EventBody) -> None:
        """Adds an event, with the next number of its stream."""
        numbers = self.clinic.numbers
        number = numbers.get(stream, 0) + 1
        self.clinic = replace(self.clinic, numbers={**numbers, stream: number})
        self.happenings.append(Happening(stream, sender, body, number))
