"""One example of every screen and state, for the gallery and for tests over all of them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from client.panels import (
    account,
    call,
    chat,
    check_in,
    device_check,
    doctor_list,
    hud,
    intents,
    invitation,
    leaving,
    notices,
    pause_menu,
    person_menu,
    prompts,
    sign_in,
    vitals,
)
from client.panels.account import AccountView
from client.panels.call import CallView
from client.panels.certificate import Certificate
from client.panels.device_check import DeviceCheckView, Microphone
from client.panels.doctor_list import Current, DoctorListView, Guest, Waiting
from client.panels.form import Form
from client.panels.hud import Connection, HudView, QueueView, Voice
from client.panels.invitation import InvitationView
from client.panels.pause_menu import Destination, PauseView, Place
from client.panels.settings import SYSTEM, Device, Settings
from client.panels.sign_in import SignInView
from client.panels.vitals import SignalView, VitalsView, VitalView
from client.ui.trace import Trace
from client.ui.vocabulary import Anchor
from client.ui.widgets import LogEntry, Panel
from world.vitals.observation import State

SPAN_S = 4.0
SAMPLE_HZ = 250
WORDS = ("harbor", "candle", "violet", "ladder", "meadow", "copper")
MICROPHONES = (SYSTEM, Device("1", "Headset microphone"), Device("2", "Built-in microphone"))
SPEAKERS = (SYSTEM, Device("1", "Headset"), Device("2", "Built-in loudspeakers"))
KEYS = (("W A S D", "walk"), ("R", "reception"), ("Esc", "menu"))
EVERY_KEY = (
    *KEYS,
    ("Arrows", "walk and turn"),
    ("Right button", "look about"),
    ("Space", "use"),
    ("P", "person nearby"),
    ("V", "hold to talk"),
    ("F2", "vital signs"),
    ("Tab", "next control"),
)


def sample_trace(head_s: float = 2.9, lost_s: tuple[float, float] = (0.0, 0.0)) -> Trace:
    """Returns a drawn heartbeat in mid-sweep, not a recording; NaN in the time that is lost."""
    time_s = np.arange(round(SPAN_S * SAMPLE_HZ)) / SAMPLE_HZ
    beat_s = (time_s + 0.3) % 0.83
    waves = ((0.10, 0.025, 0.12), (0.235, 0.01, -0.12), (0.26, 0.012, 1.15),
             (0.29, 0.012, -0.25), (0.47, 0.045, 0.26))  # fmt: skip
    samples = sum(
        height * np.exp(-(((beat_s - middle) / width) ** 2)) for middle, width, height in waves
    )
    values = np.asarray(samples, dtype=np.float64)
    values[(time_s > head_s) & (time_s < head_s + 0.3)] = np.nan
    values[(time_s >= lost_s[0]) & (time_s < lost_s[1])] = np.nan
    return Trace(values, SPAN_S)


def _signed_in() -> SignInView:
    return SignInView("clinic.example", "heron", "password")


def _signing_in_failed() -> tuple[Panel, ...]:
    return sign_in.panels(
        SignInView(
            "clinic.example",
            "heron",
            "",
            password_problem="Type your password.",  # noqa: S106 - a sentence
            problem="Login and password do not belong together. Type both again, or ask the "
            "clinic for a new password.",
        )
    )


def _certificate(standing: str) -> tuple[Panel, ...]:
    kinds: dict[str, Certificate] = {
        "unknown": Certificate("00", WORDS, "unknown"),
        "changed": Certificate("00", WORDS, "changed", WORDS[::-1]),
        "refused": Certificate("00", WORDS, "refused"),
    }
    certificate = kinds[standing]
    return sign_in.panels(
        SignInView("clinic.example", "heron", "password", certificate=certificate)
    )


INVITED = {
    "address": "clinic.example",
    "code": "XNRtNg7cyGfyqy0LYIOFMvQ3m9wdzzt3",
    "name": "Robin Field",
    "alias": "Blue Heron",
    "login": "robin",
    "password": "three quiet ponds",
    "again": "three quiet ponds",
}


def _invited(step: invitation.Step, **more: str) -> tuple[Panel, ...]:
    typed = Form(INVITED, problems=more, sent_back_to=next(iter(more), ""))
    view = InvitationView(typed, step, "Clinic at the Lake", "patient")
    return invitation.panels(view)


def _account(typed: Form, *, is_changed: bool = False) -> tuple[Panel, ...]:
    view = AccountView("Robin Field", "Blue Heron", "patient", "Clinic at the Lake", typed)
    return (account.panel(replace(view, is_changed=is_changed)),)


def _devices(microphone: Microphone, level: float = 0.0) -> tuple[Panel, ...]:
    view = DeviceCheckView(
        "Blue Heron",
        microphone=microphone,
        level=level,
        microphones=MICROPHONES,
        speakers=SPEAKERS,
        settings=Settings(microphone="1", speaker="1"),
    )
    return (device_check.panel(view),)


def _inside(connection: Connection, voice: Voice) -> tuple[Panel, ...]:
    queue = QueueView(3, 7, 8, 12)
    hint = "Press Space to sit down here."
    return hud.panels(HudView("Waiting room", connection, voice, queue, hint, KEYS))


def _keys() -> tuple[Panel, ...]:
    return hud.panels(HudView("Consult room 1", all_keys=EVERY_KEY))


def _menu() -> tuple[Panel, ...]:
    destinations = (
        Destination("seat-3", "Chair by the window", Place.SEAT, 2.4),
        Destination("door-1", "Consult room 1", Place.DOOR, 4.0, "Closed: a visit is going on."),
        Destination("person-4", "Green Finch", Place.PERSON, 5.2),
        Destination("door-2", "Consult room 2", Place.DOOR, 6.9),
    )
    view = PauseView(
        "the waiting room",
        destinations,
        settings=Settings(is_muted=True, microphone="1", speaker="2"),
        microphones=MICROPHONES,
        speakers=SPEAKERS,
    )
    return (pause_menu.panel(view),)


def _menu_in_consult() -> tuple[Panel, ...]:
    destinations = (
        Destination("seat:patient", "Patient's chair", Place.SEAT, 0.0, "You sit there."),
        Destination(
            "seat:companion-1", "Companion's chair 1", Place.SEAT, 1.0, "Somebody sits there."
        ),
        Destination("door:door-1", "Door to the waiting room", Place.DOOR, 3.8),
        Destination("person:2", "Dr. Ada Marsh", Place.PERSON, 1.9),
    )
    view = PauseView("consult room 1", destinations, is_seated=True, has_vitals=True)
    return (pause_menu.panel(view),)


def _call(*, is_writing: bool) -> Panel:
    view = CallView(1, "Dr. Ada Marsh", "consult room 1", "door:door-1", is_writing)
    return call.panel(view)


def _chat(*, is_open: bool) -> tuple[Panel, ...]:
    lines = (
        LogEntry("Green Finch", "Is the coffee machine working today?", "10:02"),
        LogEntry("You", "Yes, it is behind the plant.", "10:03"),
        LogEntry("Green Finch", "Thank you!", "10:03"),
    )
    readers = "Everyone in the waiting room reads this."
    return chat.panels(chat.ChatView(readers, lines, draft="You are welc", is_open=is_open))


def _chat_after_visit(*, is_open: bool) -> tuple[Panel, ...]:
    """Returns the chat of somebody whose visit has ended while the connection was lost."""
    past = (
        LogEntry("Dr. Ada Marsh", "Take one in the morning, with water.", "10:02"),
        LogEntry("You", "For how many days?", "10:03"),
    )
    why = "It was for your visit with Dr. Ada Marsh. Everyone in the waiting room reads this."
    return chat.panels(
        chat.ChatView(
            "Everyone in the waiting room reads this.",
            (LogEntry("Green Finch", "Good morning!", "10:05"),),
            draft="And may I dri",
            is_open=is_open,
            written_for="your visit with Dr. Ada Marsh",
            is_held_back=True,
            unsent=chat.Unsent(1, "Is it a problem with coffee?", why, is_for_others=True),
            unsent_count=2,
            past=past,
            past_name="Your visit with Dr. Ada Marsh",
        )
    )


def _chat_on_the_way(*, is_open: bool) -> tuple[Panel, ...]:
    unsent = chat.Unsent(1, "Is it a problem with coffee?")
    view = chat.ChatView("Read by Dr. Ada Marsh in this room.", unsent=unsent, unsent_count=1)
    return chat.panels(replace(view, is_open=is_open))


def _reception(stage: check_in.Stage) -> tuple[Panel, ...]:
    appointments = (
        check_in.Appointment("1", "10:30", "with Doctor 2, follow-up"),
        check_in.Appointment("2", "15:00", "with Doctor 6"),
    )
    view = check_in.CheckInView(
        stage,
        appointments,
        QueueView(3, 7, 8, 12),
        "You can end your visit at any time."
        if stage in (check_in.Stage.INSIDE, check_in.Stage.OUTSIDE)
        else "",
        "consult room 1",
        "door:door-1",
        visit_id="9",
    )
    return (check_in.panel(view),)


def _doctor(view: DoctorListView) -> tuple[Panel, ...]:
    return doctor_list.panels(view)


def _waiting() -> tuple[Waiting, ...]:
    return (
        Waiting("1", "Patient 1", 14, "Appointment 10:30"),
        Waiting("2", "Patient 2", 9, "Walk-in"),
        Waiting("3", "Patient 3", 2, "Appointment 11:00", is_connected=False),
    )


def _consult() -> DoctorListView:
    current = Current("9", "Patient 9", "Consult room 1", is_in_consult=True)
    guests = (Guest(4, "Carer 4", "carer"), Guest(5, "Interpreter 5", "interpreter"))
    return DoctorListView(_waiting(), current=current, guests=guests)


def _vitals(
    state: State, age_s: float, trace: Trace, *, is_large: bool = False
) -> tuple[Panel, ...]:
    rate = VitalView("heart-rate", "Heart rate", "72", "per min", state, age_s)
    oxygen = VitalView("oxygen", "Oxygen saturation", "", "%", State.ABSENT)
    signal = SignalView("ECG, lead II", state, trace, age_s)
    view = VitalsView(signal, (rate, oxygen), is_replayed=state is State.LIVE)
    return (vitals.enlarged(view) if is_large else vitals.panel(view, Anchor.CENTER),)


SAMPLES: dict[str, Callable[[], tuple[Panel, ...]]] = {
    "sign-in": lambda: sign_in.panels(_signed_in()),
    "sign-in-failed": _signing_in_failed,
    "sign-in-busy": lambda: sign_in.panels(
        SignInView("clinic.example", "heron", "password", is_busy=True)
    ),
    "certificate-unknown": lambda: _certificate("unknown"),
    "certificate-changed": lambda: _certificate("changed"),
    "certificate-refused": lambda: _certificate("refused"),
    "invited-code": lambda: _invited(invitation.Step.CODE),
    "invited-code-wrong": lambda: _invited(
        invitation.Step.CODE,
        code="The clinic does not know this code: compare it with your invitation.",
    ),
    "invited-names": lambda: _invited(invitation.Step.NAMES),
    "invited-login": lambda: _invited(invitation.Step.LOGIN),
    "invited-login-taken": lambda: _invited(
        invitation.Step.LOGIN, login="This login is taken: choose another one."
    ),
    "account": lambda: _account(Form()),
    "account-wrong": lambda: _account(
        Form(
            {"old": "a", "new": "b", "again": "c"},
            {"old": "This is not the password that you have now: type it again."},
            sent_back_to="old",
        )
    ),
    "account-changed": lambda: _account(Form(), is_changed=True),
    "device-check": lambda: _devices(Microphone.WORKING, 0.45),
    "device-check-missing": lambda: _devices(Microphone.MISSING),
    "device-check-denied": lambda: _devices(Microphone.DENIED),
    "device-check-given-name": lambda: (
        device_check.panel(DeviceCheckView("Doctor", is_alias_chosen=False)),
    ),
    "hud": lambda: _inside(Connection.GOOD, Voice.OPEN),
    "hud-trouble": lambda: _inside(Connection.LOST, Voice.ABSENT),
    "hud-keys": _keys,
    "pause-menu": _menu,
    "pause-menu-consult": _menu_in_consult,
    "leave-question": lambda: (
        leaving.clinic("You are in the queue. If you leave, you give up your place."),
    ),
    "leave-before-entering": lambda: (leaving.before_entering(),),
    "end-own-visit": lambda: (leaving.visit(),),
    "call": lambda: (*_inside(Connection.GOOD, Voice.OPEN), _call(is_writing=False)),
    "call-writing": lambda: (*_chat(is_open=True), _call(is_writing=True)),
    "chat": lambda: _chat(is_open=True),
    "chat-passing": lambda: _chat(is_open=False),
    "chat-after-visit": lambda: _chat_after_visit(is_open=True),
    "chat-after-visit-passing": lambda: _chat_after_visit(is_open=False),
    "chat-on-the-way": lambda: _chat_on_the_way(is_open=True),
    "chat-on-the-way-passing": lambda: _chat_on_the_way(is_open=False),
    "reception-arrived": lambda: _reception(check_in.Stage.ARRIVED),
    "reception-waiting": lambda: _reception(check_in.Stage.WAITING),
    "reception-over": lambda: (
        check_in.panel(check_in.CheckInView(says="Your visit with Dr. Ada Marsh has ended.")),
    ),
    "reception-inside": lambda: _reception(check_in.Stage.INSIDE),
    "reception-outside": lambda: _reception(check_in.Stage.OUTSIDE),
    "doctor-list": lambda: _doctor(DoctorListView(_waiting(), chosen="2")),
    "doctor-list-empty": lambda: _doctor(DoctorListView()),
    "doctor-list-consult": lambda: _doctor(_consult()),
    "doctor-list-called": lambda: _doctor(
        DoctorListView(
            _waiting(),
            current=Current("9", "Patient 9", "consult room 2", False, destination="door:door-2"),
        )
    ),
    "doctor-list-inside": lambda: _doctor(
        DoctorListView(
            _waiting(),
            current=Current("9", "Patient 9", "consult room 2", False, "door:door-2", True),
        )
    ),
    "invitation": lambda: _doctor(doctor_list.update(_consult(), intents.OpenInvitation())),
    "end-question": lambda: _doctor(doctor_list.update(_consult(), intents.AskToEnd("9"))),
    "knock": lambda: (prompts.knock(prompts.KnockView("door-1", "Carer 4")),),
    "come-along": lambda: (
        prompts.come_along(
            prompts.ComeAlongView("9", "Doctor", "Doctor", "Blue Heron", is_own=False)
        ),
    ),
    "voice-request": lambda: (prompts.voice_request(prompts.VoiceRequestView(4, "Green Finch")),),
    "person": lambda: (person_menu.panel(person_menu.PersonView(4, "Green Finch")),),
    "person-doctor": lambda: (
        person_menu.panel(
            person_menu.PersonView(2, "Doctor 2", "Doctor", agrees=True, is_heard=True)
        ),
    ),
    "person-guest": lambda: (
        person_menu.panel(
            person_menu.PersonView(4, "Carer 4", "Carer", sees_vitals=True, has_next=True)
        ),
    ),
    "report": lambda: (
        person_menu.panel(
            person_menu.PersonView(
                4, "Green Finch", is_reporting=True, problem="Write in a few words what happened."
            )
        ),
    ),
    "vitals-live": lambda: _vitals(State.LIVE, 1.0, sample_trace(lost_s=(1.2, 1.6))),
    "vitals-large": lambda: _vitals(State.LIVE, 1.0, sample_trace(), is_large=True),
    "vitals-stale": lambda: _vitals(State.STALE, 12.0, sample_trace(lost_s=(3.2, 4.0))),
    "vitals-absent": lambda: _vitals(State.ABSENT, 95.0, sample_trace(lost_s=(0.0, 9.0))),
    "vitals-invalid": lambda: _vitals(State.INVALID, 2.0, sample_trace()),
    "notice-error": lambda: (
        notices.toast(
            notices.NoticeView(
                "1",
                "The message was not sent, because the connection is lost. It is kept; try again "
                "when you are connected.",
                action="Send again",
            )
        ),
    ),
    "notice-info": lambda: (
        notices.toast(notices.NoticeView("2", "Your doctor can see your vital signs.", "info")),
    ),
    "reconnecting": lambda: (notices.reconnecting(notices.ReconnectingView(2, 4.0, 110.0)),),
}
