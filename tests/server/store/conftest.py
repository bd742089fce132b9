"""People and places that tests of the store need."""

import uuid

import pytest

from server.store.event_log import NewEvent
from server.store.observations import VitalObservation
from server.store.presence import Presence
from server.store.users import User


@pytest.fixture
def make_user(store):
    """Adds an account to the test's store and returns it."""

    async def make(**values):
        user_id = uuid.uuid4().hex
        settings = {
            "id": user_id,
            "role": "patient",
            "login": f"login-{user_id}",
            "display_name": "display name",
            "alias": "alias",
            "appearance": 1,
            "is_demo": False,
            "created_at_s": 1.0,
            **values,
        }
        user = User(**settings)
        async with store.write() as work:
            await work.users.add(user, "hash")
        return user

    return make


@pytest.fixture
async def user(make_user):
    return await make_user()


@pytest.fixture
def presence():
    def make(user_id, room_id="waiting", **values):
        settings = {
            "seat": "chair-1",
            "position_m": (1.0, 2.0, 0.0),
            "yaw_rad": 0.5,
            "updated_at_s": 3.0,
            **values,
        }
        return Presence(user_id, room_id, **settings)

    return make


@pytest.fixture
def observation():
    def make(patient_id, **values):
        settings = {
            "id": uuid.uuid4().hex,
            "code": "8867-4",
            "value": 61.5,
            "unit": "/min",
            "device_id": "ecg-1",
            "measured_at_s": 10.0,
            "received_at_s": 10.1,
            **values,
        }
        return VitalObservation(patient_id=patient_id, **settings)

    return make


@pytest.fixture
def new_event():
    def make(event_id, stream="room:a", sender="s1", payload=b"hello"):
        return NewEvent(stream, event_id, sender, 1.5, "room", payload)

    return make
