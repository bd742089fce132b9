"""Two people, a patient and a doctor, meet in a consult room with nothing but their keyboards."""

import os
import signal
import time

import pytest

from client.config import ClientConfig
from client.desktop import walker
from client.network import channel as c
from client.panels import intents
from client.program import Program, Step, load_layouts
from client.ui.events import Key, Typed
from client.ui.vocabulary import Role

FAST_M_PER_S = 2.4
"""Nearly what the server lets a body do, so that the way to the door takes less time."""
NEAR_THE_DOOR_M = (8.6, 2.2)


class Person:
    """Somebody at a keyboard: Tab, arrows, Enter, letters; reads what a screen reader says."""

    def __init__(self, clinic, folder, login, everybody):
        address = f"127.0.0.1:{clinic.running['web_port']}"
        config = ClientConfig(folder, address, clinic.data, login=login, has_sound_card=False)
        self.program = Program(config, load_layouts(config.assets))
        self.played = []
        self.goes_on_s = 0.0
        send = self.program.network.send

        def record(command):
            if isinstance(command, c.Play):
                self.played.append(command.names)
            send(command)

        self.program.network.send = record
        self.password = clinic.passwords[login]
        self.everybody = everybody
        everybody.append(self)

    def until(self, is_so, within_s=25.0):
        end_s = time.monotonic() + within_s
        while not (found := is_so()):
            assert time.monotonic() < end_s, self.program.tree.describe()
            for one in self.everybody:
                one.program.advance(time.monotonic())
            time.sleep(0.004)
        return found

    def press(self, name):
        self.program.handle(Key(name))
        self.program.release(name)
        self.program.advance(time.monotonic())

    def type(self, text):
        for letter in text:
            self.program.handle(Typed(letter))
            self.program.advance(time.monotonic())

    def tab_to(self, name):
        tree = self.program.tree
        for _ in range(40):
            if tree.focused is not None and tree.focused.widget.name == name:
                return
            self.press("tab")
        raise AssertionError(f"Tab never comes to {name!r}:\n{tree.describe()}")

    def activate(self, name):
        self.tab_to(name)
        self.press("enter")

    def choose(self, rows, name):
        self.tab_to(rows)
        node = self.program.tree.focused
        names = [item.name for item in node.widget.children]
        at = next(i for i, one in enumerate(names) if one.startswith(name))
        self.press("home")
        for _ in range(at):
            self.press("down")
        self.press("enter")

    def shows(self, name):
        return bool(self.program.tree.find_all(name=name))

    def sign_in(self):
        self.until(lambda: self.shows("Welcome to Metaclinic"))
        self.tab_to("Password")
        self.type(self.password)
        self.activate("Sign in")
        self.until(lambda: self.program.step is Step.DEVICE_CHECK)
        self.until(lambda: self.shows("Look again"))
        self.activate("Enter the clinic")
        self.until(lambda: self.program.step is Step.INSIDE)

    def is_through_the_first_door(self):
        if self.room_id == "waiting" and time.monotonic() > self.goes_on_s:
            self.goes_on_s = time.monotonic() + 6.0
            self.program.do(intents.GoTo("door:door-1"))
        return self.room_id == "consult-1"

    @property
    def lines(self):
        return [one.text for one in self.program.model.lines]

    @property
    def room_id(self):
        room = self.program.model.room
        return room.room_id if room else ""


@pytest.fixture
def people(clinic, tmp_path, monkeypatch):
    monkeypatch.setattr(walker, "WALK_M_PER_S", FAST_M_PER_S)
    everybody = []
    patient = Person(clinic, tmp_path / "patient", "patient", everybody)
    doctor = Person(clinic, tmp_path / "doctor", "doctor", everybody)
    yield patient, doctor
    for one in everybody:
        one.program.close()


def test_a_visit_from_sign_in_to_leaving_with_the_keyboard_alone(people):
    patient, doctor = people
    patient.sign_in()
    doctor.sign_in()
    assert patient.room_id == "waiting"

    patient.press("r")
    patient.activate("See the next free doctor")
    patient.until(lambda: patient.shows("You are checked in"))
    patient.press("escape")

    doctor.press("r")
    doctor.until(lambda: not doctor.program.tree.find(Role.BUTTON, "Call next").widget.is_disabled)
    doctor.activate("Call next")
    patient.until(lambda: patient.shows("It is your turn"))
    assert "Dr. Ada Marsh calls you to consult room 1" in patient.program.tree.describe()
    patient.press("enter")
    doctor.until(lambda: doctor.shows("Go to consult room 1"))
    doctor.activate("Go to consult room 1")
    patient.until(lambda: patient.room_id == "consult-1")
    doctor.until(lambda: doctor.room_id == "consult-1")
    patient.until(lambda: patient.program.model.open_visit.state == "in-consult")
    patient.until(lambda: patient.program.model.closed_doors == {"door-1"})
    names = {one.name for one in patient.program.model.others().values()}
    assert names == {"Dr. Ada Marsh"}

    patient.press("escape")
    patient.choose("Go to", "Patient")
    patient.until(lambda: patient.program.model.seat == "patient")
    patient.press("t")
    patient.type("Good morning")
    patient.press("enter")
    doctor.until(lambda: [line.text for line in doctor.program.model.lines] == ["Good morning"])
    patient.press("escape")
    spoken = [one.text for one in doctor.program.tree.take_announcements()]
    assert any("Good morning" in text for text in spoken)

    os.kill(patient.program.network.pid, signal.SIGKILL)
    patient.until(lambda: patient.shows("Connection lost"))
    patient.until(lambda: patient.shows("Connected"))
    assert (patient.room_id, patient.program.model.seat) == ("consult-1", "patient")
    assert [line.text for line in patient.program.model.lines] == ["Good morning"]

    doctor.press("r")
    doctor.activate("End visit")
    doctor.until(lambda: doctor.shows("End this visit?"))
    doctor.activate("End visit")
    patient.until(lambda: patient.program.model.closed_doors == frozenset())
    patient.press("space")
    patient.until(lambda: patient.program.model.seat is None)
    patient.press("escape")
    patient.activate("Leave the clinic")
    patient.until(lambda: patient.program.step is Step.ENDED)
    doctor.until(lambda: not doctor.program.model.others())


def test_words_that_come_after_their_visit_reach_nobody_and_are_said_not_to_be_sent(people):
    patient, doctor = people
    meet(patient, doctor)
    patient.press("t")
    patient.type("Shall I come again?")
    os.kill(patient.program.network.pid, signal.SIGSTOP)
    patient.press("enter")
    patient.until(lambda: patient.shows("Being sent: Shall I come again?"))
    doctor.press("r")
    doctor.activate("End visit")
    doctor.until(lambda: doctor.shows("End this visit?"))
    doctor.activate("End visit")
    doctor.until(lambda: doctor.program.model.room.stream == "room:consult-1")
    patient.type("Or wri")
    os.kill(patient.program.network.pid, signal.SIGCONT)
    patient.until(lambda: patient.shows("Not sent: Shall I come again?"))
    outline = patient.program.tree.describe()
    assert (
        "It was for your visit with Dr. Ada Marsh. Read by Dr. Ada Marsh in this room." in outline
    )
    assert "You began this for your visit with Dr. Ada Marsh." in outline
    assert {one.name for one in doctor.program.model.others().values()} == {"Robin Field"}
    assert not doctor.program.model.lines
    patient.activate("Send it here")
    doctor.until(
        lambda: [one.text for one in doctor.program.model.lines] == ["Shall I come again?"]
    )
    for one in people:
        one.program.do(intents.Leave())
    patient.until(lambda: all(one.program.step is Step.ENDED for one in people))


def test_words_written_while_the_world_is_killed_are_sent_once_after_its_return(people, clinic):
    patient, doctor = people
    meet(patient, doctor)
    patient.press("t")
    world = clinic.pid_of("world")
    os.kill(world, signal.SIGSTOP)
    for text in ("one", "two"):
        patient.type(text)
        patient.press("enter")
    patient.until(lambda: patient.shows("Being sent: one and 1 more"))
    os.kill(world, signal.SIGKILL)
    patient.until(lambda: patient.lines == ["one", "two"])
    doctor.until(lambda: doctor.lines == ["one", "two"])
    patient.until(lambda: not patient.program.inside.conversation.is_unsent)
    assert patient.room_id == doctor.room_id == "consult-1"
    for one in people:
        one.program.do(intents.Leave())
    patient.until(lambda: all(one.program.step is Step.ENDED for one in people))


def meet(patient, doctor):
    """Brings both into a consult that has begun."""
    for one in (patient, doctor):
        one.sign_in()
    patient.program.do(intents.CheckIn(None))
    doctor.until(lambda: doctor.program.model.waiting)
    doctor.program.do(intents.CallNext())
    patient.until(lambda: patient.program.model.queue.state == "called")
    for one in (patient, doctor):
        one.until(one.is_through_the_first_door)
    doctor.until(lambda: doctor.program.model.open_visit.state == "in-consult")
    patient.until(lambda: patient.program.model.room.stream.startswith("visit:"))


def test_two_presses_in_one_frame_are_two_steps_and_leaving_the_queue_is_asked_about(people):
    patient, doctor = people
    doctor.program.close()
    patient.everybody.remove(doctor)
    patient.sign_in()
    patient.press("escape")
    patient.tab_to("Text size")
    for _ in range(2):
        patient.program.handle(Key("right"))
    assert patient.program.settings.text_percent == 150.0
    patient.press("escape")
    patient.program.do(intents.CheckIn(None))
    patient.until(lambda: patient.program.model.queue.state == "checked-in")
    patient.press("escape")
    patient.activate("Leave the clinic")
    assert patient.program.step is Step.INSIDE
    patient.until(lambda: patient.shows("Leave the clinic?"))
    patient.activate("Stay")
    patient.until(lambda: not patient.shows("Leave the clinic?"))
    assert patient.program.model.queue.state == "checked-in"
    patient.press("escape")
    patient.activate("Leave the clinic")
    patient.until(lambda: patient.shows("Leave the clinic?"))
    patient.activate("Leave the clinic")
    patient.until(lambda: patient.program.step is Step.ENDED)


def test_a_guest_is_invited_and_shown_the_vital_signs_with_the_keyboard(people, clinic, tmp_path):
    patient, doctor = people
    carer = Person(clinic, tmp_path / "carer", "carer", patient.everybody)
    for one in (patient, doctor, carer):
        one.sign_in()
    patient.program.do(intents.CheckIn(None))
    doctor.until(lambda: [one.state for one in doctor.program.model.waiting] == ["checked-in"])
    doctor.program.do(intents.CallNext())
    patient.until(lambda: patient.program.model.queue.state == "called")
    patient.until(lambda: patient.played == [("chime", "called-consult-1")])
    sentence = "You are called to consult room 1. Its door is open for you."
    assert sentence in patient.program.inside.board.history
    for one in (patient, doctor):
        if one.room_id == "waiting":
            one.program.do(intents.GoTo("door:door-1"))
    carer.program.bodies.walk_to(NEAR_THE_DOOR_M, None)
    doctor.until(lambda: patient.room_id == doctor.room_id == "consult-1")
    doctor.until(lambda: doctor.program.model.open_visit.state == "in-consult")
    patient.until(lambda: patient.played[1:] == [("met",)])
    assert doctor.played == []

    doctor.press("r")
    doctor.activate("Invite someone")
    doctor.until(lambda: doctor.shows("Carers and interpreters here"))
    doctor.choose("Carers and interpreters here", "Violet Lark")
    asked = "A doctor asks you to come along to the visit of Blue Heron."
    carer.until(lambda: carer.shows("You are asked along"))
    assert asked in carer.program.tree.describe()
    assert "Robin Field" not in carer.program.tree.describe()
    carer.press("f6")
    carer.activate("Come along")
    carer.until(lambda: not carer.shows("You are asked along"))
    doctor.until(lambda: any("comes along" in told for told in doctor.program.inside.board.history))
    carer.press("escape")
    carer.choose("Go to", "Door to consult room 1")
    carer.until(lambda: carer.room_id == "consult-1")

    patient.until(lambda: len(patient.program.model.others()) == 2)
    patient.press("p")
    if not patient.shows("May see my vital signs"):
        patient.activate("Next person")
        patient.program.advance(time.monotonic())
    for is_allowed in (True, False):
        patient.tab_to("May see my vital signs")
        patient.press("space")
        patient.until(lambda seen=is_allowed: guest_of(patient).sees_vitals is seen)
    assert guest_of(doctor).sees_vitals is None


def guest_of(person):
    return next(one for one in person.program.model.others().values() if one.role == "carer")


def test_the_demos_own_person_need_not_type_anything(clinic, tmp_path):
    address = f"127.0.0.1:{clinic.running['web_port']}"
    password = clinic.passwords["trainee"]
    config = ClientConfig(
        tmp_path, address, clinic.data, login="trainee", password=password, has_sound_card=False
    )
    program = Program(config, load_layouts(config.assets))
    try:
        program.sign_in_if_known()
        end_s = time.monotonic() + 20.0
        while program.step is not Step.DEVICE_CHECK:
            assert time.monotonic() < end_s, program.tree.describe()
            program.advance(time.monotonic())
            time.sleep(0.004)
    finally:
        program.close()
