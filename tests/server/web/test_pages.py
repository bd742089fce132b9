"""The pages, called over a real store."""

import json

import pytest

from server.auth.throttle import PER_PAIR
from world.errors import StoreUnavailable
from world.people import Role
from world.protocol.messages import PROTOCOL_VERSION


async def test_from_sign_in_to_ticket_to_sign_out(client, user, services):
    signed_in = await client.sign_in()
    assert (signed_in.status, signed_in.json["user_id"]) == (200, user.id)
    token = signed_in.json["token"]
    ticket = (await client.post("/api/ticket", token=token)).json["ticket"]
    assert (await services.sessions.consume_ticket(ticket))[0] == user
    assert (await client.post("/api/sign-out", token=token)).status == 200
    again = await client.post("/api/ticket", token=token)
    assert (again.status, again.json["code"]) == (401, "not_signed_in")
    assert "sign in again" in again.json["message"]


async def test_signing_in_says_who_one_is_and_never_the_real_name(client, user):
    signed_in = (await client.sign_in()).json
    assert (signed_in["role"], signed_in["alias"]) == ("patient", "alias")
    assert set(signed_in) == {"token", "user_id", "role", "alias"}


async def test_unknown_and_wrong_get_the_same_response(client, user):
    wrong, unknown = await client.sign_in(password="wrong"), await client.sign_in("nobody")
    assert wrong.status == 401
    assert (wrong.status, wrong.body, wrong.headers) == (
        unknown.status,
        unknown.body,
        unknown.headers,
    )


async def test_guessing_is_slowed_down_by_address(client, user):
    for _ in range(PER_PAIR.failures):
        await client.sign_in(password="wrong", peer="192.0.2.1")
    assert (await client.sign_in(peer="192.0.2.1")).status == 429
    assert (await client.sign_in(peer="192.0.2.2")).status == 200


async def test_a_claimed_address_does_not_count(client, user):
    for i in range(PER_PAIR.failures):
        await client.sign_in(password="wrong", headers={"x-forwarded-for": f"192.0.2.{i}"})
    assert (await client.sign_in(headers={"x-forwarded-for": "192.0.2.99"})).status == 429


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic abc", "Bearer x.y"])
async def test_without_a_session_there_is_no_ticket(client, user, authorization):
    answer = await client.post("/api/ticket", headers={"authorization": authorization})
    assert answer.status == 401


async def test_an_invitation_is_accepted_once(client, user, services):
    code = await services.accounts.invite(Role.NURSE)
    body = {
        "code": code,
        "login": "nora",
        "password": "another horse",
        "display_name": "Nora",
        "alias": "Swan",
    }
    accepted = await client.post("/api/invitations/accept", body)
    assert (accepted.status, accepted.json["role"]) == (201, "nurse")
    assert (await client.sign_in("nora", "another horse")).status == 200
    again = await client.post("/api/invitations/accept", {**body, "login": "nina"})
    assert (again.status, again.json["code"]) == (404, "not_found")


async def test_an_invitation_can_be_looked_at_before_it_is_accepted(client, user, services):
    code = await services.accounts.invite(Role.NURSE)
    for _ in range(2):
        seen = await client.post("/api/invitations/look", {"code": code})
        assert (seen.status, seen.json) == (200, {"role": "nurse"})
    wrong = await client.post("/api/invitations/look", {"code": "0" * 32})
    assert (wrong.status, wrong.json["code"]) == (404, "not_found")
    assert "compare it with your invitation" in wrong.json["message"]


async def test_a_password_is_changed_by_who_is_signed_in_and_knows_the_old_one(client, user):
    token, other = [(await client.sign_in()).json["token"] for _ in range(2)]
    body = {"old_password": "wrong horse", "new_password": "a better horse"}
    wrong = await client.post("/api/password", body, token)
    assert (wrong.status, wrong.json["code"]) == (403, "wrong_password")
    body["old_password"] = "correct horse"
    weak = await client.post("/api/password", {**body, "new_password": "password"}, token)
    assert (weak.status, weak.json["code"]) == (422, "weak_password")
    assert (await client.post("/api/password", body)).status == 401
    assert (await client.post("/api/password", body, token)).json == {"is_changed": True}
    assert (await client.post("/api/ticket", token=token)).status == 200
    assert (await client.post("/api/ticket", token=other)).status == 401
    assert (await client.sign_in(password="a better horse")).status == 200


async def test_guessing_the_old_password_is_slowed_down(client, user):
    token = (await client.sign_in()).json["token"]
    body = {"old_password": "wrong horse", "new_password": "a better horse"}
    for _ in range(PER_PAIR.failures):
        assert (await client.post("/api/password", body, token)).status == 403
    slowed = await client.post("/api/password", {**body, "old_password": "correct horse"}, token)
    assert (slowed.status, slowed.json["code"]) == (429, "too_many_requests")


@pytest.mark.parametrize("body", [{}, {"old_password": "correct horse"}, {"old_password": ""}])
async def test_what_is_no_change_of_a_password_does_not_say_which_field_is_wrong(
    client, user, body
):
    token = (await client.sign_in()).json["token"]
    answer = await client.post("/api/password", body, token)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert "password" not in answer.json["message"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"password": "password"}, 422),
        ({"login": "anna"}, 409),
        ({"alias": ""}, 422),
        ({"alias": " \t"}, 422),
        ({"alias": "x" * 25}, 422),
        ({"display_name": "evil\nname"}, 422),
        ({"display_name": "\u202edrawkcab"}, 422),
        ({"display_name": "half \ud800 pair"}, 422),
        ({"login": "\0"}, 422),
        ({"code": "short"}, 422),
        ({"code": "0" * 32}, 404),
    ],
)
async def test_what_cannot_be_an_account_is_refused(client, user, services, change, status):
    body = {
        "code": await services.accounts.invite(Role.NURSE),
        "login": "nora",
        "password": "another horse",
        "display_name": "Nora",
        "alias": "Swan",
        **change,
    }
    assert (await client.post("/api/invitations/accept", body)).status == status


async def test_a_client_learns_where_the_clinic_is(client, user):
    assert (await client.get("/api/clinic")).json == {
        "name": "Clinic",
        "is_demo": False,
        "world_port": 8444,
        "protocol_version": PROTOCOL_VERSION,
    }


async def test_before_the_clinic_is_opened_there_is_none(client):
    assert (await client.get("/api/clinic")).status == 404


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_metrics_are_for_this_machine(client, peer):
    answer = await client.get("/metrics", peer=peer, headers={"host": "localhost:8443"})
    assert answer.body == b"metaclinic_ticks_total 7.0\n"
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize("peer", ["192.0.2.1", "2001:db8::1", "", "localhost.example"])
async def test_metrics_are_not_for_others(client, peer):
    headers = {"x-forwarded-for": "127.0.0.1", "host": "localhost"}
    assert (await client.get("/metrics", peer=peer, headers=headers)).status == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("127.0.0.1:8443", 200), ("[::1]:8443", 200), ("[::1]", 200),
        ("evil.example:8443", 404), ("localhost.evil.example", 404), ("192.0.2.1", 404),
        ("", 404), ("[::1", 404),
    ],
)  # fmt: skip
async def test_metrics_are_not_for_a_name_that_was_pointed_here(client, host, status):
    assert (await client.get("/metrics", headers={"host": host})).status == status


async def test_health_and_readiness(client, services, monkeypatch):
    assert (await client.get("/healthz")).status == 200
    assert (await client.get("/readyz")).status == 200

    async def fail():
        raise StoreUnavailable("The disk is full: free some space.")

    monkeypatch.setattr(services.store, "ping", fail)
    answer = await client.get("/readyz")
    assert (answer.status, answer.json["code"]) == (503, "store_unavailable")
    assert answer.json["message"] == "The disk is full: free some space."
    assert (await client.get("/healthz")).status == 200


async def test_a_page_from_elsewhere_is_refused(client, user):
    for origin in ("https://evil.example", "https://clinic.example.evil.com", "null"):
        assert (await client.sign_in(headers={"origin": origin})).status == 403
    assert (await client.sign_in(headers={"origin": "https://clinic.example"})).status == 200


async def test_a_body_that_is_too_long_is_cut_off(client, user):
    async def post(chunks):
        headers = {"content-type": "application/json"}
        return await client.request("POST", "/api/sign-in", headers=headers, chunks=chunks)

    chunks = [b"x" * 1000] * 1000
    answer = await post(chunks)
    assert (answer.status, answer.json["code"]) == (413, "too_large")
    sent = json.dumps({"login": "anna", "password": "correct horse"}).encode()
    assert (await post([sent[:10], sent[10:]])).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b'{"login":"a"}', b'{"login":1,"password":"b"}',
        b'{"login":"a","password":"\\ud800"}', b"[" * 4000, b'{"login":"","password":""}',
    ],
)  # fmt: skip
async def test_a_body_that_is_not_what_it_should_be_is_refused(client, user, body):
    headers = {"content-type": "application/json"}
    answer = await client.request("POST", "/api/sign-in", body, headers)
    assert (answer.status, answer.json["code"]) == (422, "invalid")


async def test_a_form_is_no_sign_in(client, user):
    headers = {"content-type": "text/plain"}
    assert (await client.request("POST", "/api/sign-in", b"{}", headers)).status == 415
