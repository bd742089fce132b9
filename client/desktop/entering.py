"""Before the clinic: signing in, whether it is the right clinic, and whether one is heard.

Intents and reports go in, commands for the network process come out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from client.config import ClientConfig, parsed_address
from client.desktop.keys import BEFORE_SAYS
from client.desktop.taking_up import TakingUp
from client.network import channel as c
from client.panels import device_check, hud, intents, leaving, sign_in
from client.panels.certificate import NOT_TRUSTED, Certificate
from client.panels.device_check import DeviceCheckView, Microphone
from client.panels.invitation import ADDRESS, LOGIN
from client.panels.settings import SYSTEM, Device, Settings
from client.panels.sign_in import SignInView
from client.ui.widgets import Intent, Panel
from world.errors import ConfigurationError

FLOOR_DBOV: Final = -60.0
"""The meter's lower end."""


@dataclass(slots=True)
class Entering:
    """The screens before the clinic.

    Attributes:
      form: of signing in.
      check: of the devices.
      taking_up: an invitation, instead of the form of signing in.
      is_signed_in: whether the devices are being checked.
      is_asked_to_leave: whether it is asked, instead, whether to sign out again.
      has_keys: whether the keys are shown.
    """

    form: SignInView
    check: DeviceCheckView = field(default_factory=DeviceCheckView)
    taking_up: TakingUp | None = None
    is_signed_in: bool = False
    is_asked_to_leave: bool = False
    has_keys: bool = False

    @classmethod
    def begin(cls, config: ClientConfig, settings: Settings, notice: str = "") -> "Entering":
        """Returns the first screen; the notice is shown with the settings."""
        form = SignInView(config.address, config.login, config.password)
        check = DeviceCheckView(
            microphones=(SYSTEM,), speakers=(SYSTEM,), settings=settings, notice=notice
        )
        entering = cls(form, check)
        if config.invitation:
            entering.taking_up = TakingUp.begin(config.address, config.invitation)
        return entering

    def panels(self) -> tuple[Panel, ...]:
        """Returns what is shown."""
        sheet = (hud.key_sheet(BEFORE_SAYS),) if self.has_keys else ()
        return (*self._step(), *sheet)

    def _step(self) -> tuple[Panel, ...]:
        if self.is_signed_in:
            question = (leaving.before_entering(),) if self.is_asked_to_leave else ()
            return (device_check.panel(self.check), *question)
        if self.taking_up is not None:
            return self.taking_up.panels()
        return sign_in.panels(self.form)

    def handle(self, intent: Intent) -> list[c.AnyCommand]:
        """Returns the commands that follow from what the person did."""
        if isinstance(intent, intents.ShowKeys):
            self.has_keys = not self.has_keys
            return []
        if self.is_signed_in:
            return self._handle_check(intent)
        if self.taking_up is None:
            return self._handle_form(intent)
        commands = self.taking_up.handle(intent)
        if self.taking_up.is_over:
            self.taking_up = None
        return commands

    def take(self, report: c.AnyReport) -> None:
        """Takes what the network process tells."""
        if self.taking_up is not None and self.taking_up.take(report):
            return
        match report:
            case c.SignedIn(role=role):
                self.form = replace(self.form, password="", is_busy=False, problem="")
                self.check = replace(self.check, is_alias_chosen=role in ("", "patient"))
                self.is_signed_in, self.taking_up = True, None
            case c.CertificateShown(fingerprint, words, standing, known_words):
                shown = Certificate(fingerprint, words, standing, known_words)
                self.form = replace(self.form, certificate=shown, is_busy=False)
            case c.Trouble("sign-in" | "account", sentence):
                self._show_form(sentence)
            case c.Trouble("microphone", sentence, is_denied):
                found = Microphone.DENIED if is_denied else Microphone.MISSING
                self.check = replace(self.check, microphone=found, problem=sentence)
            case c.Trouble("output", sentence):
                self.check = replace(self.check, output_problem=sentence)
            case c.DevicesFound(microphones, speakers):
                self.check = replace(
                    self.check,
                    microphones=choices(microphones),
                    speakers=choices(speakers),
                    output_problem="",
                    is_sound_tested=False,
                )
            case c.MicrophoneLevel(dbov):
                self._take_level(dbov)
            case c.ConnectionChanged("ended", sentence):
                self.form = replace(self.form, problem=sentence, is_busy=False)
                self.check = replace(self.check, is_busy=False)
                self.is_signed_in = False
            case _:
                pass

    def _show_form(self, problem: str) -> None:
        """Shows the form of signing in; who has just made an account need not type the login."""
        if self.taking_up is not None:
            text, self.taking_up = self.taking_up.view.form.text, None
            self.form = SignInView(text(ADDRESS), text(LOGIN).strip(), sent_back_to="password")
        self.form = replace(self.form, problem=problem, is_busy=False)

    def suggest_alias(self, alias: str) -> None:
        """Fills in a neutral name; the person may choose another."""
        self.check = replace(self.check, alias=alias)

    def _take_level(self, dbov: float) -> None:
        if self.check.microphone in (Microphone.ASKING, Microphone.WORKING):
            level = min(max(1.0 - dbov / FLOOR_DBOV, 0.0), 1.0)
            self.check = replace(self.check, microphone=Microphone.WORKING, level=round(level, 2))

    def _handle_form(self, intent: Intent) -> list[c.AnyCommand]:
        was_busy = self.form.is_busy
        self.form = sign_in.update(self.form, intent)
        match intent:
            case intents.SignIn() if self.form.is_busy and not was_busy:
                return self._signing_in()
            case intents.TakeUpInvitation():
                self.taking_up = TakingUp.begin(self.form.address)
                return []
            case intents.StopSigningIn() | intents.DistrustCertificate():
                if isinstance(intent, intents.DistrustCertificate):
                    self.form = replace(self.form, is_busy=False, address_problem=NOT_TRUSTED)
                return [c.StopSigningIn()]
            case intents.TrustCertificate(fingerprint):
                return [c.Trust(fingerprint)]
            case intents.ReplaceCertificate(fingerprint) if self.form.is_busy and not was_busy:
                return [c.Trust(fingerprint, is_instead=True)]
            case _:
                return []

    def _signing_in(self) -> list[c.AnyCommand]:
        try:
            host, port = parsed_address(self.form.address)
        except ConfigurationError as error:
            self.form = replace(self.form, is_busy=False, address_problem=str(error))
            return []
        return [c.SignIn(host, port, self.form.login.strip(), self.form.password)]

    def _handle_check(self, intent: Intent) -> list[c.AnyCommand]:
        was_busy = self.check.is_busy
        self.check = device_check.update(self.check, intent)
        match intent:
            case intents.EnterClinic() if self.check.is_busy and not was_busy:
                return [c.Enter()]
            case intents.ChooseMicrophone() | intents.ChooseSpeaker():
                self.check = replace(self.check, microphone=Microphone.ASKING)
                return [devices_of(self.check.settings)]
            case intents.PlayTestSound():
                return [c.TestSound()]
            case intents.AskToLeave():
                self.is_asked_to_leave = True
            case intents.Close():
                self.is_asked_to_leave = False
            case intents.Leave():
                self.is_signed_in = self.is_asked_to_leave = False
                return [c.SignOut()]
            case _:
                pass
        return []


def choices(found: Iterable[c.FoundDevice]) -> tuple[Device, ...]:
    """Returns the devices that a person can choose from: the system's choice, then each."""
    return (SYSTEM, *(Device(one.key, one.name) for one in found))


def devices_of(settings: Settings) -> c.OpenDevices:
    """Returns the command that opens the devices that are set."""
    chosen = (settings.microphone, settings.speaker)
    return c.OpenDevices(*("" if key == SYSTEM.key else key for key in chosen))
