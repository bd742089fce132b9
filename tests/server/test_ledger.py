"""What a batch leaves behind: read again by the next process, and in the audit trail."""

import json
import time
import uuid

import pytest

from server import ledger
from server.clinic_loader import load_clinic, load_plans, take_over
from server.config import ASSETS
from server.store.errors import AuditUnavailable, Fenced
from server.store.users import User
from tests.world.small_clinic import ROOM, WAITING, SmallClinic
from world import queue, views
from world.errors import ClinicError
from world.people import Role, UserId, VisitId
from world.protocol import messages as m
from world.visit_records import Asked, Participant, Visit
from world.visit_states import State

PLANS = load_plans(ASSETS)


class Books(SmallClinic):
    """A small clinic whose every change is written."""

    def __init__(self, store):
        super().__init__()
        self.store, self.now_s = store, time.time()
        self.ids = {}

    async def account(self, who, role="patient"):
        user_id = self.ids[who] = uuid.uuid4().hex
        user = User(user_id, role, who, f"{user_id} real", f"{user_id} alias", 0,
                    is_demo=False, created_at_s=0.0)  # fmt: skip
        async with self.store.write() as work:
            await work.users.add(user, None)
        return user_id

    async def keep(self, before):
        outcome = self.last
        entries = [ledger.Entry(h, uuid.uuid4().hex) for h in outcome.happenings]
        reports = [(uuid.uuid4().hex, report) for report in outcome.reports]
        users = frozenset(outcome.touched)
        batch = ledger.Batch(before, self.clinic, entries, reports, users, self.now_s)
        async with self.store.write() as work:
            await ledger.record(work, batch)

    async def do(self, act, *given, **more):
        before = self.clinic
        act(*given, **more)
        try:
            await self.keep(before)
        except ClinicError:  # as at the desk: what is not durable has not happened
            self.clinic = before
            raise

    async def consult(self):
        for who, role in (("p", "patient"), ("d", "doctor"), ("c", "carer")):
            await self.do(self.come, await self.account(who, role), role)
        p, d, c = (self.ids[who] for who in "pdc")
        await self.do(self.ask, p, m.CheckIn)
        visit_id = self.visit(p).visit_id
        await self.do(self.ask, d, m.CallPatient, ROOM, visit_id)
        await self.do(self.go, d)
        await self.do(self.go, p)
        await self.do(self.ask, p, m.Invite, visit_id, self.slot(c), room_id=WAITING)
        await self.do(self.ask, c, m.AnswerInvitation, visit_id, agrees=True)
        await self.do(self.go, c)
        return visit_id

    async def audit(self):
        async with self.store.read() as work:
            rows = await work.audit.read_after(0, 1000)
        return [json.loads(row.body) for row in rows]


@pytest.fixture
async def books(store):
    return Books(store)


def _said(rows, action):
    return [(row["actor"], row["subject"]) for row in rows if row["action"] == action]


async def test_the_next_process_finds_visits_places_and_what_guests_may_see(books):
    visit_id = await books.consult()
    p, d, c = (books.ids[who] for who in "pdc")
    await books.do(books.ask, p, m.AllowVitals, visit_id, books.slot(c), is_allowed=True)
    again = await take_over(books.store, PLANS, uuid.uuid4().hex, books.now_s)
    visit = again.visits.visits[visit_id]
    assert visit.state is State.IN_CONSULT
    assert {part.user_id: part.sees_vitals for part in visit.participants} == {
        p: True, d: True, c: True,
    }  # fmt: skip
    for user_id in (p, d, c):
        mine, theirs = again.bodies[user_id], books.clinic.bodies[user_id]
        assert (mine.room_id, mine.stream, mine.since_number) == (
            theirs.room_id, theirs.stream, theirs.since_number,
        )  # fmt: skip
    numbers = {name: n for name, n in again.numbers.items() if name != ledger.OWNER}
    assert numbers == books.clinic.numbers


async def test_the_next_process_knows_who_was_asked_in_by_whom_and_has_not_answered(books):
    visit_id = await books.consult()
    d, i = books.ids["d"], await books.account("i", "interpreter")
    await books.do(books.come, i, "interpreter")
    await books.do(books.ask, d, m.Invite, visit_id, books.slot(i), room_id=WAITING)
    opened = len(_said(await books.audit(), "visit.open"))
    books.clinic = await take_over(books.store, PLANS, uuid.uuid4().hex, books.now_s)
    visit = books.clinic.visits.visits[visit_id]
    assert visit.asked == (Asked(UserId(i), Role.INTERPRETER, UserId(d)),)
    assert i not in visit.participant_ids
    [asked] = views.invitations(books.clinic, UserId(i)).entries
    assert (asked.visit_id, asked.by_role) == (visit_id, "doctor")
    await books.do(books.come, i, "interpreter")
    await books.do(books.ask, i, m.AnswerInvitation, visit_id, agrees=True)
    rows = _said(await books.audit(), "visit.open")
    assert rows[opened:] == [(i, visit_id)]
    again = await take_over(books.store, PLANS, uuid.uuid4().hex, books.now_s)
    assert i in again.visits.visits[visit_id].participant_ids
    assert again.visits.visits[visit_id].asked == ()


async def test_missed_calls_are_remembered(books):
    p, d = await books.account("p"), await books.account("d", "doctor")
    await books.do(books.come, p)
    await books.do(books.come, d, "doctor")
    await books.do(books.ask, p, m.CheckIn)
    visit_id = books.visit(p).visit_id
    visit = ledger.visit_from(ledger.visit_record(_with_missed(books.visit(p), 2), 1.0), ())
    assert visit.missed_calls_n == 2
    assert visit.visit_id == visit_id


def _with_missed(visit, missed_calls_n):
    return Visit(**{
        **{name: getattr(visit, name) for name in Visit.__slots__},
        "missed_calls_n": missed_calls_n,
    })  # fmt: skip


async def test_consults_of_the_last_day_are_evidence_for_the_wait_after_a_restart(store):
    now_s = time.time()
    for age_h in (1, 2, 3, 4, 5, 30):
        ids = [await Books(store).account(f"{who}{age_h}") for who in "pd"]
        visit = Visit(
            VisitId(uuid.uuid4().hex),
            State.ENDED,
            (Participant(UserId(ids[0]), Role.PATIENT), Participant(UserId(ids[1]), Role.DOCTOR)),
            checked_in_at_s=now_s - age_h * 3600 - 900,
            consult_started_at_s=now_s - age_h * 3600 - 600,
            closed_at_s=now_s - age_h * 3600,
        )
        async with store.write() as work:
            await work.visits.put(ledger.visit_record(visit, now_s), ledger.guests(visit, now_s))
    clinic = await load_clinic(store, PLANS, now_s)
    assert queue.recent_durations_s(clinic.visits) == pytest.approx([600.0] * 5)
    assert clinic.visits.open() == ()


async def test_a_process_that_was_replaced_writes_nothing_any_more_even_without_events(books):
    p = await books.account("p")
    books.clinic = await take_over(books.store, books.clinic.plans, uuid.uuid4().hex, books.now_s)
    await books.do(books.come, p)
    await take_over(books.store, PLANS, uuid.uuid4().hex, books.now_s)
    rows = await books.audit()
    for act in (
        lambda: books.ask(p, m.Say, "from the past"),
        lambda: books.ask(p, m.ChooseAlias, "Ghost"),
        lambda: books.ask(p, m.MuteVoice, is_muted=False),
    ):
        with pytest.raises(Fenced):
            await books.do(act)
    assert await books.audit() == rows


async def test_the_trail_says_to_whom_a_visit_and_vital_signs_were_opened_and_closed(books):
    visit_id = await books.consult()
    p, d, c = (books.ids[who] for who in "pdc")
    await books.do(books.ask, p, m.AllowVitals, visit_id, books.slot(c), is_allowed=True)
    await books.do(books.ask, d, m.ChangeVisit, visit_id, "end")
    rows = await books.audit()
    opened, closed = _said(rows, "visit.open"), _said(rows, "visit.close")
    assert opened == [(p, visit_id), (d, visit_id), (c, visit_id)]
    assert sorted(closed) == sorted(opened)
    seen, unseen = _said(rows, "vitals.open"), _said(rows, "vitals.close")
    assert sorted(seen) == sorted([(p, p), (d, p), (c, p)])
    assert sorted(unseen) == sorted(seen)
    purposes = {
        row["actor"]: row["details"]["purpose"] for row in rows if "vitals" in row["action"]
    }
    assert purposes == {p: "own", d: "treatment", c: "treatment"}
    assert (await books.store.verify_audit()).faults == ()


async def test_reports_and_new_names_are_in_the_trail_without_their_words(books):
    p, q = await books.account("p"), await books.account("q")
    await books.do(books.come, p)
    await books.do(books.come, q)
    await books.do(books.ask, p, m.Report, books.slot(q), "he shouts")
    await books.do(books.ask, p, m.ChooseAlias, "Heron")
    rows = await books.audit()
    [report] = [row for row in rows if row["action"] == "report.file"]
    assert (report["actor"], report["details"]["reported"]) == (p, q)
    assert _said(rows, "alias.change") == [(p, p)]
    assert "shouts" not in str(rows)
    assert "Heron" not in str(rows)


async def test_what_cannot_be_audited_does_not_happen(books, monkeypatch):
    p = await books.account("p")
    await books.do(books.come, p)

    async def fail(*_):
        raise AuditUnavailable("The audit trail cannot be written now, so nothing was done.")

    with monkeypatch.context() as broken:
        broken.setattr("server.store.audit.AuditTrail.write", fail)
        with pytest.raises(AuditUnavailable):
            await books.do(books.ask, p, m.ChooseAlias, "Heron")
        await books.do(books.ask, p, m.Say, "what needs no row goes on")
    async with books.store.read() as work:
        assert (await work.users.get(p)).alias == f"{p} alias"
