"""The audit trail: tampering is seen, and what cannot be audited is not done."""

import asyncio
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from server.store import database
from server.store.audit_chain import FIRST_MAC, AuditRecord, chain
from server.store.errors import AuditUnavailable
from server.store.keys import StoreKeys
from world.errors import StoreUnavailable

EVERY = 10


def record(i):
    return AuditRecord(float(i), f"user-{i % 3}", "record.read", "visit-1", details={"n": i})


async def write(store, numbers):
    for i in numbers:
        async with store.write() as work:
            work.audit.record(record(i))


@pytest.fixture
async def trail(open_store):
    """A store with 25 audited acts: 20 anchored, 5 not yet."""
    store = await open_store(anchor_every=EVERY)
    for start in range(0, 25, 5):
        async with store.write() as work:
            for i in range(start, start + 5):
                work.audit.record(record(i))
    return store


async def attack(store, *statements):
    async with database.transaction(store._writer) as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_an_untouched_trail_is_whole(trail):
    verdict = await trail.verify_audit()
    assert (verdict.rows, verdict.anchors, verdict.not_anchored) == (25, 2, 5)
    assert verdict.faults == ()


async def test_an_empty_trail_is_whole(store):
    assert (await store.verify_audit()).faults == ()


BLOB = {"sqlite": "CAST(replace(CAST(body AS TEXT), 'read', 'view') AS BLOB)"}
BLOB["postgresql"] = "convert_to(replace(convert_from(body, 'UTF8'), 'read', 'view'), 'UTF8')"
ATTACKS = {
    "edit": ["UPDATE audit SET body = {blob} WHERE seq = 7"],
    "delete": ["DELETE FROM audit WHERE seq = 7"],
    "delete and renumber": [
        "DELETE FROM audit WHERE seq = 7",
        "UPDATE audit SET seq = seq + 1000 WHERE seq > 7",
        "UPDATE audit SET seq = seq - 1001 WHERE seq > 1000",
    ],
    "insert": ["INSERT INTO audit SELECT 26, body, mac FROM audit WHERE seq = 5"],
    "reorder": [
        "UPDATE audit SET seq = 99 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 99",
    ],
    "cut off loose rows": ["DELETE FROM audit WHERE seq > 23"],
    "cut off anchored rows": ["DELETE FROM audit WHERE seq > 18", "DELETE FROM audit_head"],
    "cut off rows and anchors": [
        "DELETE FROM audit WHERE seq > 8",
        "DELETE FROM audit_anchor",
        "DELETE FROM audit_head",
    ],
    "empty": ["DELETE FROM audit", "DELETE FROM audit_anchor", "DELETE FROM audit_head"],
    "forget an anchor": ["UPDATE audit_anchor SET body = 'x' WHERE last_seq = 10"],
    "a text for an anchor": ["UPDATE audit_anchor SET signature = 'x'"],
    "an anchor less": ["DELETE FROM audit_anchor WHERE last_seq = 20"],
    "forget the head": ["DELETE FROM audit_head"],
}


@pytest.mark.parametrize("statements", ATTACKS.values(), ids=ATTACKS.keys())
async def test_tampering_in_the_database_is_seen(trail, statements):
    blob = BLOB[trail._writer.dialect.name]
    await attack(trail, *(statement.format(blob=blob) for statement in statements))
    assert (await trail.verify_audit()).faults != ()


async def test_rewriting_with_a_stolen_chain_key_is_seen(trail, store_keys):
    async with trail.read() as work:
        rows = await work.audit.read_after(0, 100)
    mac = FIRST_MAC
    async with database.transaction(trail._writer) as connection:
        for row in rows:
            body = row.body.replace(b"read", b"view")
            mac = chain(store_keys.audit_mac, mac, row.seq, body)
            statement = text("UPDATE audit SET body = :body, mac = :mac WHERE seq = :seq")
            await connection.execute(statement, {"body": body, "mac": mac, "seq": row.seq})
        await connection.execute(text("UPDATE audit_head SET mac = :mac"), {"mac": mac})
    assert any("rewritten" in fault for fault in (await trail.verify_audit()).faults)


async def test_anchors_signed_by_another_are_seen(trail, open_store, store_keys, tmp_path):
    (tmp_path / "anchors").unlink()
    other = StoreKeys(
        store_keys.key_encryption,
        store_keys.blind_index,
        store_keys.audit_mac,
        Ed25519PrivateKey.generate(),
    )
    stranger = await open_store(keys=other)
    assert any("not signed" in fault for fault in (await stranger.verify_audit()).faults)


async def test_the_anchor_file_alone_shows_that_the_end_was_cut_off(trail):
    await attack(
        trail,
        "DELETE FROM audit WHERE seq > 15",
        "DELETE FROM audit_anchor WHERE last_seq > 15",
        "DELETE FROM audit_head",
    )
    async with database.transaction(trail._writer) as connection:
        found = await connection.execute(text("SELECT seq, mac FROM audit WHERE seq = 15"))
        row = found.one()
        await connection.execute(
            text("INSERT INTO audit_head (id, seq, mac) VALUES (1, 15, :mac)"), {"mac": row.mac}
        )
    cut = "the end was cut off: row 20 was anchored, 15 remain"
    assert cut in (await trail.verify_audit()).faults


async def test_a_line_that_a_crash_cut_short_costs_nothing(trail, tmp_path):
    path = tmp_path / "anchors"
    path.write_bytes(path.read_bytes()[:-40])
    assert (await trail.verify_audit()).faults == ()
    await write(trail, range(25, 35))
    verdict = await trail.verify_audit()
    assert (verdict.anchors, verdict.faults) == (3, ())


async def test_an_anchor_that_missed_the_file_is_brought_there_on_opening(
    trail, open_store, tmp_path
):
    (tmp_path / "anchors").unlink()
    await open_store()
    assert len((tmp_path / "anchors").read_bytes().split()) == 4


async def test_closing_anchors_what_is_loose(trail):
    await trail.close()
    verdict = await trail.verify_audit()
    assert (verdict.anchors, verdict.not_anchored, verdict.faults) == (3, 0, ())


async def test_processes_that_write_at_once_make_one_chain(open_store):
    stores = [await open_store(anchor_every=EVERY) for _ in range(2)]
    await asyncio.gather(*(write(store, range(20)) for store in stores))
    verdict = await stores[0].verify_audit()
    assert (verdict.rows, verdict.faults) == (40, ())


async def test_what_cannot_be_audited_is_not_done(store, make_user):
    user = await make_user()
    await attack(store, "ALTER TABLE audit RENAME TO audit_gone")

    async def rename():
        async with store.write() as work:
            await work.users.rename(user.id, "other")
            work.audit.record(record(1))

    with pytest.raises(AuditUnavailable) as caught:
        await rename()
    assert isinstance(caught.value, StoreUnavailable)
    async with store.read() as work:
        assert (await work.users.get(user.id)).alias == user.alias
    await attack(store, "ALTER TABLE audit_gone RENAME TO audit")


async def test_while_the_anchor_file_cannot_be_written_nothing_more_is_done(open_store, tmp_path):
    folder = tmp_path / "gone"
    store = await open_store(anchors=folder / "anchors", anchor_every=EVERY)
    await write(store, range(10))  # the tenth makes an anchor, which stands in the database
    with pytest.raises(AuditUnavailable):
        await write(store, [10])
    folder.mkdir()
    await write(store, [10])
    verdict = await store.verify_audit()
    assert (verdict.rows, verdict.anchors, verdict.faults) == (11, 1, ())
    assert len((folder / "anchors").read_bytes().split()) == 2


async def test_a_record_reads_back_as_it_was_written(store):
    await write(store, [7])
    async with store.read() as work:
        (row,) = await work.audit.read_after(0, 10)
    assert row.record() == record(7)
    assert json.loads(row.body)["details"] == {"n": 7}


@pytest.mark.parametrize("value", ["Anna Smith", "", "x" * 97, "line\nbreak", "ärztin"])
def test_a_record_holds_nothing_but_ids(value):
    for values in ({"subject": value}, {"details": {"id": value}}, {"details": {value: 1}}):
        with pytest.raises(ValueError, match="no id"):
            AuditRecord(**{"at_s": 1.0, "actor": "a", "action": "b", "subject": "c", **values})
