"""What the gateway lets one session send, beyond what test_websocket shows of a connection."""

from structlog.testing import capture_logs

from server.gateway import INTERNAL_ERROR, MAX_PENDING_REQUESTS
from tests.server.raw_client import frame
from world.protocol import messages as m
from world.protocol import motion
from world.protocol.codec import encode_client_message
from world.protocol.session import BUDGETS, FLOOD_MESSAGES, BudgetClass

POSE = frame(motion.encode_inputs(1, motion.resting(1)).tobytes())


def _send(protocol, *messages):
    for message in messages:
        protocol.data_received(frame(encode_client_message(message)))


async def test_requests_that_wait_for_their_answer_are_bounded(house):
    protocol, transport = await house.person("eager")
    house.serving.cancel()
    for number in range(1, MAX_PENDING_REQUESTS + 1):
        house.now_s += 1.0
        _send(protocol, m.MuteVoice(number, is_muted=True))
    assert transport.close_codes == []
    house.now_s += 1.0
    _send(protocol, m.MuteVoice(MAX_PENDING_REQUESTS + 1, is_muted=True))
    assert transport.close_codes == [1008]


async def test_what_a_budget_does_not_pay_is_dropped_and_much_of_it_ends_the_session(house):
    protocol, transport = await house.person("pinging")
    burst = int(BUDGETS[BudgetClass.SIGNAL].burst)
    _send(protocol, *[m.Ping(1.0)] * (burst + FLOOD_MESSAGES))
    assert len([pong for pong in transport.messages if isinstance(pong, m.Pong)]) == burst
    assert transport.close_codes == []
    house.gateway.look()  # half a second later it begins anew
    _send(protocol, *[m.Ping(1.0)] * FLOOD_MESSAGES)
    assert transport.close_codes == []
    _send(protocol, m.Ping(1.0))
    assert transport.close_codes == [1008]


async def test_who_hangs_up_before_being_recognized_leaves_nobody_behind(house):
    recognize = house.doorman.hold_up()
    _, transport = house.connect(house.doorman.ticket("gone", "patient"))
    await house.settle()
    transport.close()
    await house.settle()
    recognize.set()
    await house.settle()
    assert not house.is_in("gone")


async def test_who_comes_back_is_not_sent_away_by_the_first_try_that_was_slow(house):
    recognize = house.doorman.hold_up()
    ticket = house.doorman.ticket("slow", "patient")
    _, first = house.connect(ticket)
    await house.settle()
    first.close()
    house.doorman.let_pass()
    _, second = house.connect(ticket)
    await house.settle()
    recognize.set()
    await house.settle()
    assert [type(message) for message in second.messages][:2] == [m.Welcome, m.RoomView]
    assert second.close_codes == []


def _fail(*_):
    raise KeyError("Robin Field has a fever")


async def test_a_fault_of_ours_ends_one_session_with_a_code_and_one_line_that_quotes_nothing(
    house, monkeypatch
):
    protocol, transport = await house.person("unlucky")
    other, others = await house.person("other")
    with capture_logs() as logs, monkeypatch.context() as broken:
        broken.setattr(house.gateway._desk, "ask", _fail)
        _send(protocol, m.Stand(1), m.Stand(2))
    assert transport.close_codes == [INTERNAL_ERROR]
    assert [line["event"] for line in logs] == ["session.internal_error"]
    assert logs[0]["kind"] == "KeyError"
    assert logs[0]["at"].startswith("test_gateway.py:")
    assert "Robin" not in str(logs)
    _send(other, m.Ping(1.0))
    assert isinstance(others.messages[-1], m.Pong)
    assert others.close_codes == []


async def test_a_fault_while_somebody_is_recognized_leaves_nobody_waiting(house, monkeypatch):
    monkeypatch.setattr(house.gateway._desk, "admit", _fail)
    with capture_logs() as logs:
        _, transport = house.connect(house.doorman.ticket("unlucky", "patient"))
        await house.settle()
    assert transport.close_codes == [INTERNAL_ERROR]
    assert [line["event"] for line in logs] == ["session.internal_error"]


async def test_a_pose_that_comes_between_two_rooms_ends_no_session(house, monkeypatch):
    patient, patients = await house.person("p")
    doctor, doctors = await house.person("d", "doctor")
    without_row = []

    async def settle(_):
        for protocol in (patient, doctor):  # as many ticks may pass while voice is arranged
            without_row.append(protocol.row is None)
            protocol.data_received(POSE)

    monkeypatch.setattr(house.desk._voice, "settle", settle)
    await house.consult(patient, doctor)
    assert any(without_row)
    assert patients.close_codes == doctors.close_codes == []
    assert {body.room_id for body in house.desk.clinic.bodies.values()} == {"consult-1"}


async def test_who_has_no_body_at_all_may_move_none(house):
    protocol, transport = house.connect(house.doorman.ticket("a", "patient"), device="strap-1")
    await house.settle()
    protocol.data_received(POSE)
    assert transport.close_codes == [1008]
