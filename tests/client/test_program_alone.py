"""The program without a clinic: a network process that says what a test says."""

import pytest

from client import program as module
from client.config import ClientConfig
from client.network import channel as c
from client.program import Program, Step, load_layouts
from client.ui.events import Key, Typed
from world.protocol import messages as m

USER, OTHER = "0" * 31 + "1", "0" * 31 + "2"
VOICE = "Voice could not be set up. It is tried again."


class Told:
    """Stands for the network process."""

    def __init__(self, _config):
        self.sent, self.reports = [], []

    def send(self, command):
        self.sent.append(command)

    def send_frame(self, _frame):
        return True

    def poll(self):
        told, self.reports = self.reports, []
        return told


class Screen:
    """One person before the program."""

    def __init__(self, folder):
        config = ClientConfig(folder, "clinic.example", login="robin")
        self.program = Program(config, load_layouts(config.assets))
        self.now_s = 0.0

    def tell(self, *reports):
        self.program.network.reports += reports
        return self.look()

    def look(self):
        self.now_s += 1.0
        self.program.advance(self.now_s)
        return self.program.tree.describe()

    def press(self, *names):
        for name in names:
            self.program.handle(Key(name))
        return self.look()

    def type(self, text):
        for letter in text:
            self.program.handle(Typed(letter))

    def sign_in(self, user_id=USER):
        self.tell(c.SignedIn(user_id, "token", "Clinic", is_demo=False, role="patient"))

    def enter(self, user_id=USER, stream="room:waiting"):
        own = m.Person(1, "Robin", "patient", 0)
        view = m.RoomView("waiting", "waiting", 1, (5.0, 5.0, 1.6), 0.0, (own,), (), stream)
        welcome = m.Welcome(user_id, "patient", "Robin", "Blue Heron", 20.0, 1_000.0, 0)
        return self.tell(c.ConnectionChanged("connected", ""), c.Arrived(welcome), c.Arrived(view))


@pytest.fixture
def screen(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "NetworkProcess", Told)
    return Screen(tmp_path)


def test_escape_at_the_device_check_asks_and_signs_nobody_out(screen):
    screen.sign_in()
    screen.program.network.sent.clear()
    assert "Sign out?" in screen.press("escape")
    assert "Sign out?" not in screen.press("escape")
    assert screen.program.step is Step.DEVICE_CHECK
    assert screen.program.network.sent == []
    screen.press("escape", "tab", "enter")
    assert screen.program.step is Step.SIGN_IN
    assert screen.program.network.sent == [c.SignOut()]


def test_the_keys_are_shown_before_the_clinic_too(screen):
    assert "Enter: press it" in screen.press("f1")
    screen.sign_in()
    assert "Enter: press it" in screen.look()
    assert "Enter: press it" not in screen.press("f1")
    assert screen.program.step is Step.DEVICE_CHECK


def test_what_is_said_of_voice_goes_when_it_is_back(screen):
    screen.sign_in()
    screen.enter()
    screen.tell(c.Trouble("voice", VOICE))
    assert VOICE in screen.look()
    assert VOICE in screen.tell(c.VoiceChanged("connecting"))
    assert VOICE not in screen.tell(c.VoiceChanged("connected"))


def test_a_chime_is_not_promised_to_who_cannot_hear_it(screen):
    screen.sign_in()
    screen.tell(c.Trouble("output", "There is nothing to hear with. Plug in headphones."))
    screen.enter()
    screen.tell(c.Arrived(m.QueuePlace("a" * 32, "checked-in", 1, 1)))
    assert "chime" not in screen.press("r")
    assert "chime" in screen.tell(c.DevicesFound((), ()))


@pytest.mark.parametrize(("who", "is_kept"), [(USER, True), (OTHER, False)])
def test_what_was_not_sent_is_there_for_the_same_person_who_signs_in_again(screen, who, is_kept):
    screen.sign_in()
    screen.enter()
    screen.press("t")
    screen.type("sent off")
    screen.press("enter")
    screen.type("half typed")
    assert "is kept until you sign in" in screen.tell(c.ConnectionChanged("ended", "Ended."))
    assert "half typed" not in screen.look()
    screen.sign_in(who)
    screen.enter(who)
    outline = screen.press("t")
    assert ("half typed" in outline) is is_kept
    assert ("Not sent: sent off" in outline) is is_kept


def test_leaving_with_words_that_nobody_has_got_is_asked_about(screen):
    screen.sign_in()
    screen.enter()
    screen.press("t")
    screen.type("half typed")
    screen.press("escape", "escape")
    leave = screen.program.tree.find("button", "Leave the clinic").widget.intent
    screen.program.do(leave)
    assert "What you have written is not sent." in screen.look()
    assert screen.program.step is Step.INSIDE
