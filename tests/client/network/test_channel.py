import pytest

from client.network import channel as c
from client.network.ring import Ring
from world.protocol import messages as m
from world.protocol.motion import encode_inputs, resting
from world.protocol.scene_lane import Scene, SceneEncoder
from world.protocol.steering import encode as encode_steering

FRAME = encode_inputs(1, resting(1)).tobytes()


@pytest.fixture
def ends():
    down, up = Ring.create(16_384), Ring.create(16_384)
    yield c.Channel(down, up, c.AnyReport), c.Channel(up, down, c.AnyCommand)
    for ring in (down, up):
        ring.close()
        ring.unlink()


@pytest.mark.parametrize(
    "report",
    [
        c.SignedIn("0" * 32, "token", "Clinic", is_demo=True),
        c.CertificateShown("00", ("one", "two"), "unknown"),
        c.InvitationShown("Clinic", "carer"),
        c.PasswordAnswered("This is not the password.", "old"),
        c.Trouble("sign-in", "This login is taken.", field="login"),
        c.Arrived(m.Event("room:waiting", 3, 1.0, m.Said(4, "Blue Heron", "Hello"))),
        c.Arrived(m.RoomView("waiting", "waiting", 1, (1, 2, 3), 0.5, (), (), "room:waiting")),
        c.Arrived(m.QueuePlace(None, None, 0, 3)),
        c.Answered(7, is_accepted=False, code=2, reason="No."),
    ],
)
def test_reports_arrive_as_they_were_sent(ends, report):
    renderer, network = ends
    network.send(report)
    assert list(renderer.receive()) == [report]


@pytest.mark.parametrize(
    "command",
    [
        c.SignIn("127.0.0.1", 8443, "robin", "secret"),
        c.LookAtInvitation("127.0.0.1", 8443, "code"),
        c.AcceptInvitation("127.0.0.1", 8443, "code", "robin", "secret", "Robin", "Heron"),
        c.ChangePassword("old", "new"),
        c.Resume("127.0.0.1", 8443, "token", True, (m.Seen("room:waiting", 4),)),
        c.Ask(3, m.Sit(1, "chair-1")),
        c.Ask(4, m.LeaveClinic(1)),
        c.SetVoice(is_muted=True),
        c.SignOut(),
    ],
)
def test_commands_arrive_as_they_were_sent(ends, command):
    renderer, network = ends
    renderer.send(command)
    assert list(network.receive()) == [command]


def test_motion_and_messages_keep_their_order(ends):
    renderer, network = ends
    renderer.send(c.Enter())
    renderer.send_frame(FRAME, 7.5)
    renderer.send(c.SignOut())
    assert list(network.receive()) == [c.Enter(), c.MotionFrame(7.5, FRAME), c.SignOut()]


def test_frames_of_each_lane_arrive_as_what_they_are_and_in_their_place(ends):
    renderer, network = ends
    steering = encode_steering(1, bytes(29))
    scene = SceneEncoder().frame(1, Scene(), 900)
    renderer.send_frame(FRAME, 1.0)
    renderer.send_frame(steering, 2.0)
    network.send(c.Alive())
    network.send_frame(scene, 3.0)
    assert list(network.receive()) == [c.MotionFrame(1.0, FRAME), c.SteeringFrame(2.0, steering)]
    assert list(renderer.receive()) == [c.Alive(), c.SceneFrame(3.0, scene)]


def test_motion_is_left_out_when_half_full_and_messages_never(ends):
    renderer, network = ends
    while renderer.send_frame(FRAME, 7.5):
        pass
    told = [c.Ask(key, m.Say(1, "x" * 400)) for key in range(60)]
    for ask in told:
        renderer.send(ask)
    assert not renderer.send_frame(FRAME, 7.5)
    assert renderer.dropped_frames == 2
    got = []
    while not (renderer.flush() and len(got) == len(told)):
        got += [item for item in network.receive() if not isinstance(item, c.MotionFrame)]
    assert got == told


def test_a_partner_that_never_reads_is_given_up(ends):
    renderer, _ = ends
    ask = c.Ask(1, m.Say(1, "x" * 500))
    for _ in range(c.MAX_BACKLOG_BYTES // 600):
        renderer.send(ask)
    with pytest.raises(c.PartnerStuck):
        [renderer.send(ask) for _ in range(c.MAX_BACKLOG_BYTES // 500)]
