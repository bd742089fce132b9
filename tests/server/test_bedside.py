"""Vital signs from a device at the door to whoever may see them, with the real rules."""

import numpy as np
import pytest

from tests.server.raw_client import frame
from world.protocol import messages as m
from world.protocol.codec import encode_client_message
from world.vitals.catalog import ECG_LEAD_II, HEART_RATE
from world.vitals.observation import Observation
from world.vitals.waveform import WaveformBlock

SAMPLES = np.zeros(100, "<i2").tobytes()


def _beat(sequence=1, value=71.0, device="belt"):
    return m.SendObservation(
        Observation(HEART_RATE, value, "/min", device, sequence, float(sequence))
    )


def _signal(sequence=1, device="belt"):
    block = WaveformBlock(ECG_LEAD_II, "uV", device, sequence, sequence / 5, 500, 0.5, SAMPLES)
    return m.SendWaveform(block)


def _send(device, *messages):
    for message in messages:
        device.data_received(frame(encode_client_message(message)))


def _values(transport):
    return [one.observation.value for one in transport.messages if isinstance(one, m.Observed)]


async def _device(house, who, name="belt"):
    device, end = house.connect(house.doorman.ticket(who, "patient"), name)
    await house.settle()
    return device, end


@pytest.mark.parametrize("message", [_beat(device="other"), _signal(device="other")])
async def test_a_device_speaks_in_no_other_name_than_its_own(house, message):
    device, end = await _device(house, "patient")
    _send(device, _beat(), _signal())
    assert end.close_codes == []
    _send(device, message)
    assert end.close_codes == [1008]


async def test_two_patients_may_call_their_devices_the_same(house):
    doctors_ends = []
    for number, who in enumerate(("anna", "bert")):
        patient, _ = await house.person(who)
        doctor, doctors_end = await house.person(f"doctor of {who}", "doctor")
        await house.consult(patient, doctor, f"consult-{number + 1}")
        doctors_ends.append(doctors_end)
        device, end = await _device(house, who)
        _send(device, _beat(value=70.0 + number))
        assert end.close_codes == []
    await house.settle()
    assert [_values(end) for end in doctors_ends] == [[70.0], [71.0]]


async def test_a_guest_sees_vital_signs_exactly_while_the_patient_lets_them(house):
    patient, _ = await house.person("patient")
    doctor, doctors_end = await house.person("doctor", "doctor")
    carer, carers_end = await house.person("carer", "carer")
    await house.consult(patient, doctor)
    visit = next(iter(house.desk.clinic.visits.visits))
    slot = house.desk.clinic.bodies[house.user_id("carer")].slot
    await house.ask(patient, m.Invite(201, visit, slot, room_id="waiting"))
    await house.ask(carer, m.AnswerInvitation(201, visit, agrees=True))
    await house.go_through(carer, 202)
    device, _ = await _device(house, "patient")
    slot = house.desk.clinic.bodies[house.user_id("carer")].slot
    for number, is_allowed in enumerate((False, True, False)):
        await house.ask(patient, m.AllowVitals(202 + number, visit, slot, is_allowed))
        _send(device, _beat(number + 1, 71.0 + number))
        await house.settle()
    assert _values(doctors_end) == [71.0, 72.0, 73.0]
    # The newest of before is shown at once to who may see from now on.
    assert _values(carers_end) == [71.0, 72.0]
    assert sum(isinstance(one, m.VitalsOver) for one in carers_end.messages) == 1


async def test_who_leaves_the_room_sees_nothing_more(house):
    patient, patients_end = await house.person("patient")
    doctor, doctors_end = await house.person("doctor", "doctor")
    await house.consult(patient, doctor)
    device, _ = await _device(house, "patient")
    _send(device, _beat())
    await house.settle()
    await house.go_through(doctor, 201)
    _send(device, _beat(2, 99.0), _signal())
    await house.settle()
    assert _values(doctors_end) == [71.0]
    assert not [one for one in doctors_end.messages if isinstance(one, m.Waveform)]
    assert _values(patients_end) == [71.0, 99.0]
