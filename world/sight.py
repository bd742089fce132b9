"""Who may know what of whom, for everybody in the clinic at once.

The same answers as world/access.py gives pair by pair, worked out for all pairs of one state of
visits and blocks when the first is asked, and kept until that state is over: a hundred people who
look at a hundred others ask ten thousand questions.
"""

from world import access
from world.access import Action, VisibleName
from world.clinic import Clinic
from world.people import UserId
from world.relations import BoolArray


class Sight:
    """The answers for one state of visits and blocks."""

    def __init__(self, clinic: Clinic) -> None:
        self._standing = clinic.standing
        self._people = clinic.visits.people
        self._index = {user_id: number for number, user_id in enumerate(self._people)}
        self._known: dict[Action, BoolArray] = {}

    def is_of(self, clinic: Clinic) -> bool:
        """Whether the answers hold for this clinic."""
        standing = self._standing
        return standing.visits is clinic.visits and standing.moderation is clinic.moderation

    def may(self, viewer_id: UserId, action: Action, subject_id: UserId) -> bool:
        """Returns whether the viewer may do this to the subject; both are in the clinic."""
        known = self._known.get(action)
        if known is None:
            people = tuple(self._people.values())
            known = self._known[action] = access.permitted(action, people, self._standing)
        return bool(known[self._index[viewer_id], self._index[subject_id]])

    def visible_name(
        self, viewer_id: UserId, subject_id: UserId, real_name: str, alias: str
    ) -> VisibleName | None:
        """Returns what `access.visible_name` does."""
        person = self._people[subject_id]
        badge = person.role if self.may(viewer_id, Action.SEE_ROLE, subject_id) else None
        if self.may(viewer_id, Action.SEE_NAME, subject_id):
            return VisibleName(real_name, badge)
        if self.may(viewer_id, Action.SEE_AVATAR, subject_id):
            return VisibleName(alias, badge)
        return None
