"""Taking up an invitation, from the code to being signed in.

Intents and reports go in, commands for the network process come out.
"""

from dataclasses import dataclass, field, replace
from zlib import crc32

from client.config import parsed_address
from client.desktop.preferences import neutral_name
from client.network import channel as c
from client.panels import intents, invitation
from client.panels.certificate import NOT_TRUSTED, Certificate
from client.panels.form import Form
from client.panels.invitation import ADDRESS, ALIAS, CODE, LOGIN, NAME, PASSWORD, InvitationView
from client.ui.widgets import Intent, Panel
from world.errors import ConfigurationError


@dataclass(slots=True)
class TakingUp:
    """One invitation that is being taken up.

    Attributes:
      is_over: whether the person has gone back to signing in.
    """

    view: InvitationView = field(default_factory=InvitationView)
    is_over: bool = False

    @classmethod
    def begin(cls, address: str, code: str = "") -> "TakingUp":
        """Returns the first step, with what is known filled in."""
        typed = Form({ADDRESS: address, CODE: code}, sent_back_to=CODE if address else "")
        return cls(InvitationView(typed))

    def panels(self) -> tuple[Panel, ...]:
        """Returns what is shown."""
        return invitation.panels(self.view)

    def handle(self, intent: Intent) -> list[c.AnyCommand]:
        """Returns the commands that follow from what the person did."""
        before = self.view
        self.view = invitation.update(before, intent)
        is_sent = self.view.form.is_busy and not before.form.is_busy
        match intent:
            case intents.LookAtInvitation() | intents.MakeAccount() if is_sent:
                return self._sent(intent)
            case intents.StepBack() if before.step is invitation.Step.CODE:
                self.is_over = True
                return [c.StopSigningIn()]
            case intents.StopSigningIn() | intents.DistrustCertificate():
                if isinstance(intent, intents.DistrustCertificate):
                    self.view = invitation.refused(self.view, NOT_TRUSTED, ADDRESS)
                return [c.StopSigningIn()]
            case intents.TrustCertificate(fingerprint):
                return [c.Trust(fingerprint)]
            case intents.ReplaceCertificate(fingerprint) if is_sent:
                return [c.Trust(fingerprint, is_instead=True)]
            case _:
                return []

    def take(self, report: c.AnyReport) -> bool:
        """Takes what the network process tells; False if it is not about the invitation."""
        match report:
            case c.InvitationShown(clinic, role):
                self._shown(clinic, role)
            case c.CertificateShown(fingerprint, words, standing, known_words):
                shown = Certificate(fingerprint, words, standing, known_words)
                idle = replace(self.view.form, is_busy=False)
                self.view = replace(self.view, form=idle, certificate=shown)
            case c.Trouble("sign-in", sentence, field=key):
                self.view = invitation.refused(self.view, sentence, key)
            case _:
                return False
        return True

    def _sent(self, intent: Intent) -> list[c.AnyCommand]:
        text = self.view.form.text
        try:
            host, port = parsed_address(text(ADDRESS))
        except ConfigurationError as error:
            self.view = invitation.refused(self.view, str(error), ADDRESS)
            return []
        code = text(CODE).strip()
        if isinstance(intent, intents.LookAtInvitation):
            return [c.LookAtInvitation(host, port, code)]
        login, name, alias = (text(key).strip() for key in (LOGIN, NAME, ALIAS))
        return [c.AcceptInvitation(host, port, code, login, text(PASSWORD), name, alias)]

    def _shown(self, clinic: str, role: str) -> None:
        view = replace(self.view, clinic=clinic, role=role)
        typed = view.form
        if not typed.text(ALIAS):
            # A patient needs a name that says nothing; who works here is best known by the part.
            alias = (
                neutral_name(crc32(typed.text(CODE).encode()))
                if role == "patient"
                else role.title()
            )
            view = replace(view, form=replace(typed, texts={**typed.texts, ALIAS: alias}))
        self.view = invitation.at_step(view, invitation.Step.NAMES)
