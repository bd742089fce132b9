"""Who works as a doctor in the demo clinic: people first, the bot doctor while there is nobody."""

from collections.abc import Callable, Sequence

from tools.bots.body import BotBody

AWAY_S = 60.0
"""How long a doctor whom no bot sees any more is taken to be in a consult room."""


class Rota:
    """What the bots together know of doctors who are people.

    Args:
      doctor: the bot doctor.
      others: the bot patients.
      now_s: seconds that run evenly.
    """

    def __init__(
        self, doctor: BotBody, others: Sequence[BotBody], now_s: Callable[[], float]
    ) -> None:
        self._doctor, self._bodies = doctor, (doctor, *others)
        self._now_s = now_s
        self._seen_s = -AWAY_S

    def is_person_at_work(self) -> bool:
        """Whether somebody else than the bot doctor is in the clinic as a doctor."""
        # All doctors of the demo have one neutral name, but each a body of their own.
        looks = {
            person.appearance
            for body in self._bodies
            for person in body.people.values()
            if person.role == "doctor"
        }
        if looks - {self._own_look()}:
            self._seen_s = self._now_s()
        return self._now_s() - self._seen_s < AWAY_S

    def _own_look(self) -> int | None:
        room = self._doctor.room
        own = self._doctor.people.get(room.own_slot) if room else None
        return own.appearance if own else None
