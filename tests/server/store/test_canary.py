"""Nothing that a person wrote, is called, or has measured lies readable on the disk or in a log."""

import struct
import uuid
from dataclasses import replace

import pytest
import structlog

from server.store.attempts import AttemptRecord, AttemptState
from server.store.clinics import Clinic
from server.store.relations import Report
from world.errors import Conflict

KINDS = ("login", "name", "alias", "chat", "report", "score")
WORDS = {name: f"zebra-{uuid.uuid4().hex}" for name in KINDS}
VALUE = 61.23456789


@pytest.fixture
def write_everything(store, make_user, new_event, observation):
    async def write():
        user = await make_user(
            login=WORDS["login"], display_name=WORDS["name"], alias=WORDS["alias"]
        )
        async with store.write() as work:
            await work.events.append(
                [new_event("a", payload=WORDS["chat"].encode())], {"room:a": 0}
            )
            report = Report(uuid.uuid4().hex, user.id, user.id, "waiting", 1.0, WORDS["report"])
            await work.relations.report(report)
            await work.answers.put({user.id: (1, ((1, 2, WORDS["chat"]),))})
            await work.vitals.add([observation(user.id, value=VALUE)])
            attempt = AttemptRecord(uuid.uuid4().hex, user.id, "training-1", "peg", 1, False, 1.0)
            await work.attempts.begin(attempt)
            result = WORDS["score"].encode()
            await work.attempts.conclude(replace(attempt, state=AttemptState.SCORED, result=result))
            await work.users.rename(user.id, WORDS["alias"] + "-new")
        async with store.read() as work:
            assert (await work.users.get(user.id)).display_name == WORDS["name"]

    return write


def on_disk(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def said(caplog, capfd):
    """Gives a function that returns everything that was logged or printed."""
    caplog.set_level("DEBUG")
    with structlog.testing.capture_logs() as logged:
        yield lambda: f"{logged}{caplog.text}{capfd.readouterr()}"


@pytest.fixture
def folders(store, tmp_path, request):
    """Gives every folder in which something of the store could lie."""
    if store._writer.dialect.name == "sqlite":
        return [tmp_path]
    return [tmp_path, request.getfixturevalue("postgres").folder]


async def test_no_word_and_no_value_reaches_the_disk_or_a_log(
    make_user, write_everything, folders, said
):
    await write_everything()
    with pytest.raises(Conflict) as refused:
        await make_user(login=WORDS["login"], display_name=WORDS["name"])
    needles = [word.encode() for word in WORDS.values()]
    needles += [needle[6:] for needle in needles]
    needles += [struct.pack(order + "d", VALUE) for order in "<>"] + [str(VALUE).encode()]
    files = [item for folder in folders for item in on_disk(folder).items()]
    assert len(files) >= 2
    for path, content in files:
        assert not [needle for needle in needles if needle in content], path
    everything = f"{said()}{refused.value}{refused.value.__cause__}".encode()
    assert not [needle for needle in needles if needle in everything]


async def test_the_search_would_find_a_word_that_lies_open(write_everything, folders, store):
    async with store.write() as work:
        await work.clinics.open(Clinic(WORDS["chat"], is_demo=True, opened_at_s=1.0))
    files = [content for folder in folders for content in on_disk(folder).values()]
    assert any(WORDS["chat"].encode() in content for content in files)
