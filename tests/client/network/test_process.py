"""The network process against a real clinic with TLS: signing in, entering, dying, leaving."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from client.network import channel as c
from client.network import process
from client.network.process import NetworkProcess
from client.network.service import NetworkConfig
from world.protocol import messages as m


class Renderer:
    def __init__(self, config, until):
        self.network = NetworkProcess(config)
        self.reports = []
        self._until = until

    def of(self, kind):
        return [report for report in self.reports if isinstance(report, kind)]

    def arrived(self, kind):
        return [one.message for one in self.of(c.Arrived) if isinstance(one.message, kind)]

    def until(self, is_so):
        def step():
            self.reports += self.network.poll()
            return is_so(self)

        return self._until(step)


@pytest.fixture
def renderer(clinic, tmp_path, until):
    def start(**more):
        config = NetworkConfig(tmp_path / "client", has_sound_card=False, **more)
        started.append(Renderer(config, until))
        return started[-1]

    started = []
    yield start
    for one in started:
        one.network.close()


def sign_in(clinic, login="bot-patient-8", password=None):
    word = password or clinic.passwords[login]
    return c.SignIn("127.0.0.1", clinic.running["web_port"], login, word)


def test_a_stranger_shows_words_then_is_pinned_and_a_wrong_password_is_a_sentence(clinic, renderer):
    one = renderer()
    one.network.send(sign_in(clinic, password="wrong"))
    [shown] = one.until(lambda r: r.of(c.CertificateShown))
    assert shown.standing == "unknown"
    assert len(shown.words) == 8
    one.network.send(c.Trust(shown.fingerprint))
    [trouble] = one.until(lambda r: r.of(c.Trouble))
    assert trouble.about == "sign-in"
    assert trouble.sentence.endswith((".", "!"))


def test_a_link_that_names_another_certificate_is_refused(clinic, renderer):
    one = renderer(fingerprint_hex="ab" * 32)
    one.network.send(sign_in(clinic))
    [shown] = one.until(lambda r: r.of(c.CertificateShown))
    assert shown.standing == "refused"
    one.network.send(c.Trust(shown.fingerprint))
    one.network.send(c.Ask(1, m.Stand(1)))
    one.until(lambda r: r.of(c.Answered))
    assert not one.of(c.SignedIn)


def test_a_person_enters_asks_is_answered_hears_voice_state_and_survives_a_dead_process(
    clinic, renderer
):
    one = renderer(server_data=clinic.data)
    one.network.send(sign_in(clinic))
    [signed_in] = one.until(lambda r: r.of(c.SignedIn))
    assert signed_in.clinic == "Metaclinic Demo"
    one.network.send(c.Enter())
    [room] = one.until(lambda r: r.arrived(m.RoomView))
    one.network.send(c.Ask(1, m.Say(1, "Good morning")))
    [answer] = one.until(lambda r: r.of(c.Answered))
    assert answer == c.Answered(1, is_accepted=True)
    one.until(lambda r: "connected" in [report.state for report in r.of(c.VoiceChanged)])

    os.kill(one.network.pid, signal.SIGKILL)
    views = one.until(lambda r: r.arrived(m.RoomView)[1:])
    assert views[0].own_slot == room.own_slot
    assert one.network.restarts == 1
    one.network.send(c.Ask(2, m.Say(1, "Here again")))
    said = one.until(lambda r: r.arrived(m.Event)[1:] and r.of(c.Answered)[1:])
    assert said == [c.Answered(2, is_accepted=True)]
    texts = [e.body.text for e in one.arrived(m.Event) if isinstance(e.body, m.Said)]
    assert texts == ["Good morning", "Here again"]

    one.network.send(c.SignOut())
    one.until(lambda r: r.of(c.SignedOut))


def states(renderer):
    return [report.state for report in renderer.of(c.ConnectionChanged)]


@pytest.fixture
def stopped():
    """Stops a process as a hang would; lets it go on in the end."""

    def stop(pid):
        os.kill(pid, signal.SIGSTOP)
        pids.append(pid)

    pids = []
    yield stop
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def entered(clinic, renderer):
    one = renderer(server_data=clinic.data)
    one.network.send(sign_in(clinic))
    one.until(lambda r: r.of(c.SignedIn))
    one.network.send(c.Enter())
    one.until(lambda r: r.arrived(m.RoomView))
    return one


POSIX = pytest.mark.skipif(os.name == "nt", reason="stops processes by POSIX means")


@POSIX
def test_a_process_that_hangs_is_told_as_silent_and_as_it_was_once_it_goes_on(entered, stopped):
    one = entered
    stopped(one.network.pid)
    began_s = time.monotonic()
    one.until(lambda r: states(r)[-1] == "silent")
    assert time.monotonic() - began_s > process.SILENT_S - 2 * c.BEAT_S
    os.kill(one.network.pid, signal.SIGCONT)
    one.until(lambda r: states(r)[-1] == "connected")
    assert one.network.restarts == 0
    one.network.send(c.Ask(1, m.Stand(1)))
    one.until(lambda r: r.of(c.Answered))


@POSIX
def test_a_process_that_stays_hung_is_started_again_and_comes_back_to_its_seat(
    entered, stopped, monkeypatch
):
    monkeypatch.setattr(process, "HUNG_S", process.SILENT_S + 1.0)
    one, hung = entered, entered.network.pid
    [room] = one.arrived(m.RoomView)
    stopped(hung)
    views = one.until(lambda r: r.arrived(m.RoomView)[1:])
    assert views[0].own_slot == room.own_slot
    one.until(lambda r: states(r)[-1] == "connected")
    assert one.network.restarts == 1
    told = states(one)
    assert told[told.index("silent") :][:2] == ["silent", "reconnecting"]
    assert not is_running(hung)


@POSIX
def test_a_renderer_that_stood_still_itself_ends_nobody(clinic, renderer):
    now_s = [0.0]
    one = renderer(server_data=clinic.data)
    one.until(lambda r: r.network._pulse.is_known)
    one.network._now_s = lambda: now_s[0]
    now_s[0] = 1e6
    before = one.network.pid
    one.network.poll()
    assert (one.network.is_silent, one.network.pid) == (False, before)
    assert one.network.restarts == 0


@POSIX
def test_a_clinic_that_hangs_is_told_as_lost_and_found_again(clinic, entered, stopped):
    world = clinic.pid_of("world")
    stopped(world)
    entered.until(lambda r: states(r)[-1] == "reconnecting")
    os.kill(world, signal.SIGCONT)
    entered.until(lambda r: states(r)[-1] == "connected")


def test_the_network_process_loads_no_renderer():
    check = "import sys, client.network.process; sys.exit('panda3d' in sys.modules)"
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", check], env=path, check=False).returncode == 0


RENDERER = """
import pathlib, sys, time
from client.network.process import NetworkProcess
from client.network.service import NetworkConfig
if __name__ == "__main__":
    network = NetworkProcess(NetworkConfig(pathlib.Path(sys.argv[1]), has_sound_card=False))
    print(network.pid, flush=True)
    time.sleep(60)
"""


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="looks for a process by POSIX means")
def test_the_network_process_ends_with_its_renderer(tmp_path, until):
    script = tmp_path / "renderer.py"
    script.write_text(RENDERER)
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "ignore", str(script), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=path) as renderer:
        pid = int(renderer.stdout.readline())
        assert is_running(pid)
        renderer.kill()
    until(lambda: not is_running(pid))
