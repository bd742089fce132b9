"""The table of access: every action, and who may do it. Judged by world/access.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from world.errors import ConsentMissing, NotPermitted, Refusal
from world.people import STAFF, Role
from world.relations import Relation
from world.visit_events import (
    AllowVitals,
    Call,
    Cancel,
    CheckIn,
    Dismiss,
    End,
    GoBack,
    Invite,
    Join,
    Leave,
    MarkNoShow,
    Uncall,
    VisitEvent,
)


class Action(StrEnum):
    """Everything that is asked for."""

    SEE_AVATAR = "see-avatar"
    HEAR = "hear"
    READ_CHAT = "read-chat"
    SEE_NAME = "see-name"
    SEE_ROLE = "see-role"
    SEE_VITALS = "see-vitals"
    AGREE_TO_TALK = "agree-to-talk"
    BLOCK = "block"
    REPORT = "report"
    ENTER_ROOM = "enter-room"
    SPEAK = "speak"
    WRITE_CHAT = "write-chat"
    KNOCK = "knock"
    OPEN_DOOR = "open-door"
    SEE_VISIT = "see-visit"
    CHECK_IN = "check-in"
    CALL_PATIENT = "call-patient"
    TAKE_CALL_BACK = "take-call-back"
    GO_BACK = "go-back"
    MARK_NO_SHOW = "mark-no-show"
    END_VISIT = "end-visit"
    CANCEL_VISIT = "cancel-visit"
    LEAVE_VISIT = "leave-visit"
    INVITE = "invite"
    JOIN_VISIT = "join-visit"
    DISMISS = "dismiss"
    ALLOW_VITALS = "allow-vitals"
    BEGIN_VISIT = "begin-visit"
    SEE_QUEUE = "see-queue"
    PRACTISE = "practise"
    WATCH_STATION = "watch-station"
    END_ATTEMPT = "end-attempt"
    SEE_SCORE = "see-score"
    READ_REPORTS = "read-reports"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class PersonRule:
    """When an action on a person is allowed.

    Attributes:
      refusal: what is answered otherwise, and in which words.
      all_of: relations that must hold.
      any_of: of these at least one; empty asks for none.
      none_of: relations that forbid.
      needs_acquaintance: whether the subject must be somebody of whom the actor may know.
    """

    refusal: Callable[[], Refusal]
    all_of: frozenset[Relation] = frozenset()
    any_of: frozenset[Relation] = frozenset()
    none_of: frozenset[Relation] = frozenset()
    needs_acquaintance: bool = True


def _rule(
    refusal: Callable[[], Refusal],
    all_of: str = "",
    any_of: str = "",
    none_of: str = "",
    *,
    needs_acquaintance: bool = True,
) -> PersonRule:
    return PersonRule(refusal, _named(all_of), _named(any_of), _named(none_of), needs_acquaintance)


def _named(words: str) -> frozenset[Relation]:
    return frozenset(Relation[word] for word in words.split())


ACQUAINTANCE = frozenset(
    {
        Relation.SELF,
        Relation.SAME_ROOM,
        Relation.SHARES_VISIT,
        Relation.CONCERNED,
        Relation.COLLEAGUE,
    }
)
"""Of whom one may know that they exist."""

PERSON_RULES: Mapping[Action, PersonRule] = {
    Action.SEE_AVATAR: _rule(
        lambda: NotPermitted("This person is in another room. Go there to see them."),
        all_of="SAME_ROOM",
    ),
    Action.HEAR: _rule(
        lambda: ConsentMissing("You do not talk with each other. Ask them, and wait for a yes."),
        all_of="SAME_ROOM",
        any_of="SAME_CONSULT_ROOM SAME_TRAINING_ROOM SHARES_VISIT STAFF_IN_ROOM AGREED",
        none_of="SELF BLOCKED SUBJECT_IS_SILENT",
    ),
    Action.READ_CHAT: _rule(
        lambda: NotPermitted("This text is not for you. Ask in the room what was said."),
        all_of="SAME_ROOM",
        none_of="BLOCKED",
    ),
    Action.SEE_NAME: _rule(
        lambda: NotPermitted("This person goes by a neutral name here. Ask them for theirs."),
        any_of="SELF SHARES_VISIT PARTING CONCERNED COLLEAGUE",
    ),
    Action.SEE_ROLE: _rule(
        lambda: NotPermitted("This person's part is not shown here. Ask them about it."),
        any_of="SELF SHARES_VISIT PARTING CONCERNED COLLEAGUE STAFF_IN_ROOM SAME_TRAINING_ROOM",
    ),
    Action.SEE_VITALS: _rule(
        lambda: NotPermitted("These vital signs belong to a visit. Ask its patient to let you."),
        any_of="SELF VITALS_ALLOWED",
    ),
    Action.END_ATTEMPT: _rule(
        lambda: NotPermitted("Only who practises, or an instructor here, may end this. Ask them."),
        any_of="SELF INSTRUCTED",
    ),
    Action.SEE_SCORE: _rule(
        lambda: NotPermitted("Scores are for who practised and for instructors here. Ask them."),
        any_of="SELF INSTRUCTED",
    ),
    Action.AGREE_TO_TALK: _rule(
        lambda: NotPermitted("You cannot talk with this person now. Ask staff in the room."),
        all_of="SAME_ROOM",
        none_of="SELF BLOCKED",
    ),
    Action.BLOCK: _rule(
        lambda: NotPermitted("You cannot block staff or your visit's people. Report them instead."),
        none_of="SELF EITHER_IS_STAFF SHARES_VISIT",
    ),
    Action.REPORT: _rule(
        lambda: NotPermitted("You cannot report yourself. Choose somebody else."),
        none_of="SELF",
        needs_acquaintance=False,
    ),
}

VISIT_RULES: Mapping[Action, type[VisitEvent] | None] = {
    Action.SEE_VISIT: None,
    Action.CHECK_IN: CheckIn,
    Action.CALL_PATIENT: Call,
    Action.TAKE_CALL_BACK: Uncall,
    Action.GO_BACK: GoBack,
    Action.MARK_NO_SHOW: MarkNoShow,
    Action.END_VISIT: End,
    Action.CANCEL_VISIT: Cancel,
    Action.LEAVE_VISIT: Leave,
    Action.INVITE: Invite,
    Action.JOIN_VISIT: Join,
    Action.DISMISS: Dismiss,
    Action.ALLOW_VITALS: AllowVitals,
}
"""The event whose rows name who may; the state and its conditions are judged when it is applied."""

CLINIC_RULES: Mapping[Action, frozenset[Role]] = {
    Action.BEGIN_VISIT: frozenset({Role.PATIENT, Role.NURSE, Role.DOCTOR, Role.ADMIN}),
    Action.SEE_QUEUE: STAFF,
    Action.READ_REPORTS: frozenset({Role.ADMIN}),
    Action.ADMINISTER: frozenset({Role.ADMIN}),
}
