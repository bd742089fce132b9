"""The client without its picture: one person, from signing in to leaving.

Strategy: each frame, reports of the network process go into the model, the body moves, and the
panels are built anew where anything changed. Keys, widgets and scripts all come in as the same
events and intents, so whatever a person can do, a test can do.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from client.clinic_model import ClinicModel
from client.config import ClientConfig
from client.desktop import keys
from client.desktop.body import Bodies
from client.desktop.conversation import Kept
from client.desktop.entering import Entering, choices, devices_of
from client.desktop.inside import Inside, OpenNearestPerson, Use
from client.desktop.own_account import OwnAccount
from client.desktop.preferences import keep_private, load_preferences, save_preferences
from client.desktop.screens import OpenChat, OpenDesk
from client.desktop.station import Controls
from client.desktop.views import Line
from client.network import channel as c
from client.network.process import NetworkProcess
from client.network.service import NetworkConfig
from client.panels import intents, settings
from client.panels.account import AccountView
from client.ui.events import Event, Key
from client.ui.tree import Tree
from client.ui.widgets import Intent
from client.voice.announcements import sounds_of
from world.errors import ConfigurationError
from world.protocol import messages as m
from world.rooms.layout import Layout, parse_layout

ROOM_TYPES: Final = ("waiting", "consult", "training")
REBUILD_S: Final = 0.25
"""How often panels are built anew without cause: ages and waits go on."""
LONGEST_DT_S: Final = 0.25
ANNOUNCED_WITHIN_S: Final = 30.0
"""What was missed for longer, while the connection was lost, is read and not spoken any more."""
LARGE_VITALS_S: Final = 0.1
"""How often while the vital signs are shown large: a trace that sweeps is to be followed."""
ACTIVE: Final = frozenset({"checked-in", "called", "in-consult"})
WORDS_KEPT: Final = "What you wrote and did not send is kept until you sign in again."
LEAVE_WITHIN_S: Final = 6.0
"""Whoever leaves is not kept by a network that does not answer; the place is given up by itself."""
WANTS: Final[Mapping[str, Intent]] = {
    keys.MENU: intents.OpenMenu(),
    keys.USE: Use(),
    keys.CHAT: OpenChat(),
    keys.DESK: OpenDesk(),
    keys.PERSON: OpenNearestPerson(),
    keys.HELP: intents.ShowKeys(),
    keys.VITALS: intents.ShowVitals(),
}
"""What a key means by itself, whatever else is set."""


class Step(StrEnum):
    """How far the person is."""

    SIGN_IN = "sign in"
    DEVICE_CHECK = "device check"
    INSIDE = "inside"
    LEAVING = "leaving"
    ENDED = "ended"


class Program:
    """One person's client.

    Args:
      config: its settings.
      layouts: room type to its layout.

    Attributes:
      revision: counts how often the widgets, or what is done with them, may have changed.
    """

    def __init__(self, config: ClientConfig, layouts: Mapping[str, Layout]) -> None:
        self.config = config
        self.tree = Tree()
        self.step = Step.SIGN_IN
        self.user_id = self.role = ""
        self.clinic_name = ""
        keep_private(config.client_data)
        self.preferences = load_preferences(config.client_data)
        self.entering = Entering.begin(config, self.settings, self.preferences.problem)
        self.network = NetworkProcess(
            NetworkConfig(
                config.client_data,
                config.server_data,
                config.fingerprint_hex,
                config.is_plain,
                config.has_sound_card,
                config.assets / "sounds",
            )
        )
        self._layouts = layouts
        self._kept: tuple[str, Kept] | None = None
        self._begin_stay()
        self._asked: dict[int, Callable[[c.Answered], None]] = {}
        self._keys = 0
        self._then_s: float | None = None
        self._leaving_s = 0.0
        self._rebuild_due_s = 0.0
        self._is_dirty = True
        self.revision = 0
        self._send_voice()

    def _begin_stay(self) -> None:
        """Forgets everything of the clinic: somebody comes in, perhaps somebody else."""
        self.model = ClinicModel()
        self.line = Line()
        self.bodies = Bodies(self._layouts, self.network.send_frame)
        self.inside = Inside(self.model, self.bodies, self._ask, time.time)
        self.account = OwnAccount()

    @property
    def alias(self) -> str:
        """The neutral name under which strangers know this person."""
        me = self.model.me
        return self.preferences.alias_of(me.user_id, me.alias) if me else ""

    @property
    def settings(self) -> settings.Settings:
        """What the person has set."""
        return self.preferences.settings

    def close(self) -> None:
        """Ends the network process."""
        self.network.close()

    # --- each frame

    def advance(self, now_s: float) -> None:
        """Goes on to a moment of a clock that runs evenly."""
        dt_s = 0.0 if self._then_s is None else min(now_s - self._then_s, LONGEST_DT_S)
        self._then_s = now_s
        for report in self.network.poll():
            match report:
                case c.MotionFrame(at_s, frame):
                    self.bodies.take_motion(frame, at_s)
                case c.SceneFrame(at_s, frame):
                    self.inside.station.take_scene(frame, at_s)
                case c.SteeringFrame():
                    pass  # only ever goes the other way
                case _:
                    self._take(report)
        if self.step is Step.INSIDE:
            self.inside.advance(now_s, dt_s)
        elif self.step is Step.LEAVING:
            self._leaving_s += dt_s
            if self._leaving_s > LEAVE_WITHIN_S:
                self.step = Step.ENDED
        if self._is_dirty or now_s >= self._rebuild_due_s:
            every_s = LARGE_VITALS_S if self.inside.is_monitoring else REBUILD_S
            self._is_dirty, self._rebuild_due_s = False, now_s + every_s
            self._show()

    def _show(self) -> None:
        self.revision += 1
        match self.step:
            case Step.SIGN_IN | Step.DEVICE_CHECK:
                self.tree.show(self.entering.panels())
            case Step.INSIDE:
                inside = self.inside.panels(self.line, self.settings)
                self.tree.show((*inside, *self.account.panels()))
            case Step.LEAVING | Step.ENDED:
                self.tree.show(())

    # --- what a person does

    def handle(self, event: Event) -> bool:
        """Takes an event for the widgets, and else for the world; returns whether it was of use."""
        if self._is_dirty:
            # Of two events in one frame the second is about what the first has changed.
            self._is_dirty = False
            self._show()
        self.revision += 1
        response = self.tree.handle(event)
        for intent in response.intents:
            self.do(intent)
        if response.is_consumed or not isinstance(event, Key):
            return response.is_consumed
        return self._on_world_key(event.name)

    def release(self, key: str) -> None:
        """Takes that a key went up, wherever it went down."""
        if self.controls is not None:
            self.controls.button(key, is_down=False)
        if key in keys.MOVEMENTS:
            self.bodies.walker.hold(keys.MOVEMENTS[key], is_held=False)
        elif key == keys.TALK:
            self._hold_to_talk(is_held=False)

    def sign_in_if_known(self) -> None:
        """Signs in without being asked, where the demo clinic's own password is at hand."""
        form = self.entering.form
        if form.login and form.password:
            self.do(intents.SignIn(form.address, form.login, form.password))

    def do(self, intent: Intent) -> None:  # noqa: C901 - a table
        """Does what the person wants."""
        self._is_dirty = True
        before = self.settings
        self.preferences.settings = settings.update(before, intent)
        if self.settings != before:
            self._settings_changed()
        match intent:
            case intents.Leave():
                self._leave()
            case intents.AskToLeave() if self._loses_nothing:
                self._leave()
            case intents.ChooseMicrophone() | intents.ChooseSpeaker() if self.step is Step.INSIDE:
                self.network.send(devices_of(self.settings))
            case intents.ReconnectNow():
                self.network.send(c.Reconnect())
            case intents.OpenAccount() if self.step is Step.INSIDE:
                self._open_account()
            case (
                intents.TypeInto()
                | intents.ShowPassword()
                | intents.ChangePassword()
                | intents.CloseAccount()
            ) if self.step is Step.INSIDE:
                for command in self.account.handle(intent):
                    self.network.send(command)
            case _ if self.step is Step.INSIDE:
                self.inside.handle(intent)
            case _ if self.step in (Step.SIGN_IN, Step.DEVICE_CHECK):
                self._do_before(intent)
            case _:
                pass

    def _open_account(self) -> None:
        self.inside.handle(intents.Close())
        me = self.model.me
        if me is not None:
            self.account.open(AccountView(me.name, self.alias, me.role, self.clinic_name))

    def _do_before(self, intent: Intent) -> None:
        for command in self.entering.handle(intent):
            self.network.send(command)
        self._follow_entering()

    def _follow_entering(self) -> None:
        if self.step in (Step.SIGN_IN, Step.DEVICE_CHECK):
            is_in = self.entering.is_signed_in
            self.step = Step.DEVICE_CHECK if is_in else Step.SIGN_IN

    @property
    def is_at_scope(self) -> bool:
        """Whether the picture of a training station's scope fills the window."""
        return self.step is Step.INSIDE and self.inside.station.is_at_scope

    @property
    def controls(self) -> Controls | None:
        """What mouse and keys move now instead of the body: instruments; None for the body."""
        station = self.inside.station
        is_steering = self.step is Step.INSIDE and station.is_steering
        return station.controls if is_steering else None

    def _on_world_key(self, name: str) -> bool:
        if self.step is not Step.INSIDE:
            return self._on_key_before(name)
        if self.inside.station.is_at_scope:
            return self._on_scope_key(name)
        if name in keys.MOVEMENTS:
            self.bodies.walker.hold(keys.MOVEMENTS[name], is_held=True)
            return True
        if name in WANTS:
            self.do(WANTS[name])
            return True
        match name:
            case keys.MUTE:
                self.do(intents.SetMuted(not self.settings.is_muted))
            case keys.TALK:
                self._hold_to_talk(is_held=True)
            case _:
                return False
        return True

    def _on_key_before(self, name: str) -> bool:
        """Takes a key before the clinic is entered: widgets have all but the one for help."""
        is_help = name == keys.HELP and self.step in (Step.SIGN_IN, Step.DEVICE_CHECK)
        if is_help:
            self.do(intents.ShowKeys())
        return is_help

    def _on_scope_key(self, name: str) -> bool:
        """Takes a key at a training station, where all but Escape belong to the instruments."""
        if self.controls is not None and self.controls.button(name, is_down=True):
            return True
        if name == keys.MENU:
            self.do(WANTS[name])
        return name == keys.MENU

    def _hold_to_talk(self, *, is_held: bool) -> None:
        if is_held != self.line.is_talk_held:
            self.line.is_talk_held = is_held
            self._is_dirty = True
            self._send_voice()

    def _settings_changed(self) -> None:
        self._send_voice()
        self._keep()

    def _keep(self) -> None:
        try:
            save_preferences(self.config.client_data, self.preferences)
        except OSError as error:
            self.inside.board.tell(f"What you set is not kept for the next time: {error.strerror}.")

    def _send_voice(self) -> None:
        now = self.settings
        self.network.send(c.SetVoice(now.is_muted, now.is_push_to_talk, self.line.is_talk_held))

    def _leave(self) -> None:
        match self.step:
            case Step.INSIDE:
                self.step, self._leaving_s = Step.LEAVING, 0.0
                self._leave_visit()
                self._ask(m.LeaveClinic(1), lambda _: self.network.send(c.SignOut()))
                if self.line.state != "connected":
                    self.network.send(c.SignOut())
            case Step.DEVICE_CHECK:
                self._do_before(intents.Leave())
            case _:
                self.step = Step.ENDED

    @property
    def _loses_nothing(self) -> bool:
        """Whether leaving the clinic now would neither end nor lose anything."""
        return self.step is Step.INSIDE and not self.inside.screens.consequence

    def _leave_visit(self) -> None:
        """Ends a patient's visit, or gives the place in the queue to others, in order."""
        place = self.model.queue
        if place is not None and place.visit_id and place.state in ACTIVE:
            self._ask(m.ChangeVisit(1, place.visit_id, "leave"), lambda _: None)

    def _ask(self, request: m.Request, then: Callable[[c.Answered], None]) -> None:
        self._keys += 1
        self._asked[self._keys] = then
        self.network.send(c.Ask(self._keys, request))

    # --- what the network process tells

    def _take(self, report: c.AnyReport) -> None:
        is_small = isinstance(report, c.MicrophoneLevel | c.Clock | c.VoiceCounts)
        # The meter of the device check moves at once; inside, these wait for the next look.
        self._is_dirty |= not is_small or self.step is Step.DEVICE_CHECK
        if self.step in (Step.SIGN_IN, Step.DEVICE_CHECK):
            self.entering.take(report)
        match report:
            case c.Arrived(message):
                self._arrived(message)
            case c.Answered(key) if key in self._asked:
                self._asked.pop(key)(report)
            case c.SignedIn(user_id, _, clinic, role=role, alias=alias):
                self.user_id, self.clinic_name, self.role = user_id, clinic, role
                self.entering.suggest_alias(self.preferences.alias_of(user_id, alias))
                self.network.send(devices_of(self.settings))
            case c.ConnectionChanged(state, sentence):
                self._connection_changed(state, sentence)
            case c.SignedOut():
                self._signed_out()
            case c.PasswordAnswered():
                self._password_answered(report)
            case _:
                self._measured(report)
        self._follow_entering()

    def _password_answered(self, answer: c.PasswordAnswered) -> None:
        told = self.account.take(answer)
        if told:
            self.inside.board.tell(told, "warning" if answer.problem else "info")

    def _measured(self, report: c.AnyReport) -> None:
        line = self.line
        match report:
            case c.Clock(offset_s, round_trip_s):
                self.model.clock_offset_s, self.model.round_trip_s = offset_s, round_trip_s
            case c.MicrophoneLevel(dbov, is_sending):
                line.level_dbov, line.is_sending = dbov, is_sending
                line.has_microphone = True
            case c.DevicesFound(microphones, speakers):
                line.microphones, line.speakers = choices(microphones), choices(speakers)
                line.has_sound = True
            case c.VoiceCounts(_, received, heard_dbov):
                line.packets_received = received
                line.loudest_dbov = max(line.loudest_dbov, heard_dbov)
            case c.Trouble("microphone", _):
                line.has_microphone, line.level_dbov, line.is_sending = False, -127.0, False
            case c.Trouble(about, sentence) if self.step is Step.INSIDE:
                line.has_sound &= about != "output"
                self.inside.board.tell(sentence, about=about)
            case c.Trouble("output", _):
                line.has_sound = False
            case c.VoiceChanged("connected"):
                self.inside.board.settle("voice")
            case _:
                pass

    def _arrived(self, message: m.ServerMessage) -> None:
        self.model.apply(message, time.time())
        match message:
            case m.Event(_, _, happened_s, m.Told(_, _, announcement, room_id)) if announcement:
                if self.model.server_s(time.time()) - happened_s < ANNOUNCED_WITHIN_S:
                    is_spoken = self.settings.is_announcing
                    names = sounds_of(announcement, room_id, is_spoken=is_spoken)
                    self.network.send(c.Play(names))
            case m.Welcome():
                self._welcomed(message)
            case m.RoomView():
                self.step = Step.INSIDE if self.step is not Step.LEAVING else self.step
                self.line.loudest_dbov = -127.0
            case _:
                pass
        self.inside.take(message)

    def _welcomed(self, welcome: m.Welcome) -> None:
        if self._kept is not None:
            user_id, kept = self._kept
            self._kept = None
            if user_id == welcome.user_id:
                self.inside.conversation.take_up(kept)
        alias = self.entering.check.alias.strip()[:24]
        if welcome.role != "patient" or not alias:
            return
        if self.preferences.aliases.get(welcome.user_id) != alias:
            self.preferences.aliases[welcome.user_id] = alias
            self._keep()
        if alias != welcome.alias:
            self._ask(m.ChooseAlias(1, alias), lambda _: None)

    def _connection_changed(self, state: str, sentence: str) -> None:
        line = self.line
        if state != "connected" and line.state == "connected":
            line.lost_s, line.attempts = time.time(), 0
        line.attempts += state == "reconnecting"
        line.state = state
        if state == "ended" and self.step is Step.INSIDE:
            self.step = Step.SIGN_IN
            if self.inside.conversation.is_unsent:
                self._kept = (self.user_id, self.inside.conversation.kept())
                sentence = f"{sentence} {WORDS_KEPT}"
            form = replace(self.entering.form, problem=sentence, is_busy=False)
            self.entering = Entering.begin(self.config, self.settings)
            self.entering.form = form
            self._begin_stay()

    def _signed_out(self) -> None:
        if self.step is Step.LEAVING:
            self.step = Step.ENDED


def load_layouts(assets: Path) -> dict[str, Layout]:
    """Returns the layout of every type of room among the assets.

    Raises:
      ConfigurationError: if one is missing or broken.
    """
    found = {}
    for room_type in ROOM_TYPES:
        path = assets / "rooms" / room_type / "layout.json"
        try:
            found[room_type] = parse_layout(path.read_bytes())
        except OSError as error:
            raise ConfigurationError(f"room layout {path}: {error.strerror}") from error
    return found
