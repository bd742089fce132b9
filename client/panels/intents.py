"""Everything that a person can want from the clinic's screens, one value each.

Drafts (`Type...`, `Choose...`) only change a view; `client.panels` modules apply them. The others
are for the application. A slot is a person's place in the room, as the server numbers it.
"""

from dataclasses import dataclass, field
from typing import Literal

from client.ui.widgets import Intent


@dataclass(frozen=True, slots=True)
class Leave(Intent):
    """Leaves the clinic, or the program before it is entered."""


@dataclass(frozen=True, slots=True)
class AskToLeave(Intent):
    """Leaves the clinic, after a question where that would end something."""


@dataclass(frozen=True, slots=True)
class Close(Intent):
    """Closes the panel that has the focus, changing nothing."""


# Signing in


@dataclass(frozen=True, slots=True)
class TypeAddress(Intent):
    """Changes the draft of the clinic's address."""

    text: str


@dataclass(frozen=True, slots=True)
class TypeLogin(Intent):
    """Changes the draft of the login."""

    text: str


@dataclass(frozen=True, slots=True)
class TypePassword(Intent):
    """Changes the draft of the password."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShowPassword(Intent):
    """Shows or hides the password's letters."""

    is_shown: bool


@dataclass(frozen=True, slots=True)
class SignIn(Intent):
    """Connects with what is typed."""

    address: str
    login: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StopSigningIn(Intent):
    """Gives up a connection that is being made."""


@dataclass(frozen=True, slots=True)
class TrustCertificate(Intent):
    """Says that the clinic's words are the right ones; pins its certificate."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class ReplaceCertificate(Intent):
    """Says that the administrator has told the new words; pins this one instead of the old one."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class DistrustCertificate(Intent):
    """Says that they are not; nothing is sent."""


# Forms: taking up an invitation, changing the password


@dataclass(frozen=True, slots=True)
class TypeInto(Intent):
    """Changes the draft of one field of a form, by its key."""

    key: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TakeUpInvitation(Intent):
    """Shows where an invitation is taken up."""


@dataclass(frozen=True, slots=True)
class LookAtInvitation(Intent):
    """Asks the clinic what for the invitation is."""


@dataclass(frozen=True, slots=True)
class ChooseNames(Intent):
    """Takes the names that are typed."""


@dataclass(frozen=True, slots=True)
class MakeAccount(Intent):
    """Makes the account, and signs in to it."""


@dataclass(frozen=True, slots=True)
class StepBack(Intent):
    """Goes back a step; from the first one to signing in."""


@dataclass(frozen=True, slots=True)
class OpenAccount(Intent):
    """Shows the own account."""


@dataclass(frozen=True, slots=True)
class CloseAccount(Intent):
    """Shows it no longer; what was typed there is forgotten."""


@dataclass(frozen=True, slots=True)
class ChangePassword(Intent):
    """Changes the own password."""


# Before entering, and settings


@dataclass(frozen=True, slots=True)
class TypeAlias(Intent):
    """Changes the draft of the neutral name in the waiting room."""

    text: str


@dataclass(frozen=True, slots=True)
class ChooseMicrophone(Intent):
    """Takes another microphone."""

    device: str


@dataclass(frozen=True, slots=True)
class ChooseSpeaker(Intent):
    """Takes other headphones or loudspeakers."""

    device: str


@dataclass(frozen=True, slots=True)
class SetAnnouncing(Intent):
    """Lets the clinic speak its calls aloud, or only ring."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class PlayTestSound(Intent):
    """Plays a short sound, to hear whether the loudspeakers work."""


@dataclass(frozen=True, slots=True)
class EnterClinic(Intent):
    """Goes into the waiting room."""

    alias: str


@dataclass(frozen=True, slots=True)
class SetMuted(Intent):
    """Mutes or opens the microphone."""

    is_muted: bool


@dataclass(frozen=True, slots=True)
class SetPushToTalk(Intent):
    """Lets the microphone be open only while a key is held, or always."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class SetTextPercent(Intent):
    """Sets the text size, 100 to 200."""

    percent: float


@dataclass(frozen=True, slots=True)
class SetHighContrast(Intent):
    """Takes the high-contrast or the calm theme."""

    is_on: bool


# Being in a room


@dataclass(frozen=True, slots=True)
class OpenMenu(Intent):
    """Shows the menu; the clinic goes on."""


@dataclass(frozen=True, slots=True)
class ShowKeys(Intent):
    """Shows what each key does, or no longer."""


@dataclass(frozen=True, slots=True)
class ShowVitals(Intent):
    """Shows the vital signs large, or no longer."""


@dataclass(frozen=True, slots=True)
class GoTo(Intent):
    """Walks to a seat, a door or a person, by the key that the menu was given."""

    destination: str


@dataclass(frozen=True, slots=True)
class SetSeated(Intent):
    """Sits down on the nearest free seat, or stands up."""

    is_seated: bool


@dataclass(frozen=True, slots=True)
class TypeMessage(Intent):
    """Changes the draft of a chat message."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SendMessage(Intent):
    """Says a text to those for whom it was begun."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SendToReaders(Intent):
    """Says a text to those who would read it now, though it was begun for others."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SendAgain(Intent):
    """Sends words again that were not sent, to those who would read them now."""

    number: int


@dataclass(frozen=True, slots=True)
class DropUnsent(Intent):
    """Deletes words that were not sent."""

    number: int


@dataclass(frozen=True, slots=True)
class PutPastAway(Intent):
    """Forgets what was written in a visit that is over."""


@dataclass(frozen=True, slots=True)
class AnswerKnock(Intent):
    """Opens the door to who knocked, or does not."""

    door: str
    is_let_in: bool


@dataclass(frozen=True, slots=True)
class AgreeToTalk(Intent):
    """Agrees to hear and be heard by a stranger, or takes it back."""

    slot: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class SetBlocked(Intent):
    """Blocks a person or no longer does: neither sees nor hears the other."""

    slot: int
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class AllowVitals(Intent):
    """Lets a guest of the own visit see the own vital signs, or no longer."""

    slot: int
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class ShowNextPerson(Intent):
    """Goes on from one person to the next one who is near."""

    slot: int


@dataclass(frozen=True, slots=True)
class StartReport(Intent):
    """Opens the form for a report about a person."""

    slot: int


@dataclass(frozen=True, slots=True)
class TypeReport(Intent):
    """Changes the draft of a report."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SendReport(Intent):
    """Reports a person to the clinic's staff."""

    slot: int
    text: str = field(repr=False)


# Visits


@dataclass(frozen=True, slots=True)
class CheckIn(Intent):
    """Checks in for an appointment; without one, as a walk-in."""

    visit_id: str | None


@dataclass(frozen=True, slots=True)
class LeaveQueue(Intent):
    """Gives up the place in the queue, or ends the own visit that is going on."""


@dataclass(frozen=True, slots=True)
class PutOffCall(Intent):
    """Has read the call, and does not follow it yet."""


@dataclass(frozen=True, slots=True)
class ChooseVisit(Intent):
    """Marks a row of the doctor's list."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class CallNext(Intent):
    """Calls whoever is next."""


@dataclass(frozen=True, slots=True)
class CallChosen(Intent):
    """Calls the marked patient."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class ChangeVisit(Intent):
    """Ends a visit, takes a call back, or notes that nobody came."""

    visit_id: str
    change: Literal["end", "uncall", "no-show"]


@dataclass(frozen=True, slots=True)
class AskToEnd(Intent):
    """Asks whether the visit is really to be ended."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class OpenInvitation(Intent):
    """Shows who can be invited into the visit."""


@dataclass(frozen=True, slots=True)
class Invite(Intent):
    """Invites a carer or an interpreter into the visit."""

    visit_id: str
    slot: int


@dataclass(frozen=True, slots=True)
class AnswerInvitation(Intent):
    """Comes along to a visit, or does not."""

    visit_id: str
    agrees: bool


# Notices


@dataclass(frozen=True, slots=True)
class DismissNotice(Intent):
    """Takes a notice away."""

    notice_id: str


@dataclass(frozen=True, slots=True)
class TryAgain(Intent):
    """Tries again what a notice says has failed."""

    notice_id: str


@dataclass(frozen=True, slots=True)
class ReconnectNow(Intent):
    """Connects at once instead of after the wait."""
