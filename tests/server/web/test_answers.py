"""Every response protects the browser and tells what to do next, and nothing else."""

import pytest

from server.auth.throttle import PER_PAIR
from server.web.answers import SECURITY_HEADERS


async def every_kind_of_answer(client, services, monkeypatch):
    yield await client.get("/healthz")
    yield await client.get("/api/clinic")
    yield await client.get("/metrics")
    yield await client.get("/nothing")
    yield await client.get("/healthz/")
    yield await client.get("/api/sign-in")
    yield await client.sign_in()
    yield await client.sign_in(password="wrong")
    yield await client.post("/api/ticket")
    yield await client.sign_in(headers={"origin": "https://evil.example"})
    yield await client.request("POST", "/api/sign-in", b"x" * 5000)


async def test_every_answer_has_the_security_headers(client, user, services, monkeypatch):
    seen = set()
    async for answer in every_kind_of_answer(client, services, monkeypatch):
        lower = {name.lower(): value for name, value in SECURITY_HEADERS.items()}
        assert {name: answer.headers.get(name) for name in lower} == lower
        seen.add(answer.status)
    assert seen == {200, 401, 403, 404, 405, 415}


async def test_a_mistake_of_ours_shows_nothing_of_itself(client, user, services, monkeypatch):
    async def fail(*_):
        raise RuntimeError("zebra")

    monkeypatch.setattr(type(services.sign_in), "sign_in", fail)
    answers = []

    async def app(scope, receive, send):
        async def keep(message):
            answers.append(message)
            await send(message)

        await whole(scope, receive, keep)

    whole, client.app = client.app, app
    with pytest.raises(RuntimeError):  # for the server's log
        await client.sign_in()
    start, body = answers
    assert start["status"] == 500
    assert {name.lower().encode() for name in SECURITY_HEADERS} <= {k for k, _ in start["headers"]}
    assert b"internal_error" in body["body"]
    assert b"zebra" not in body["body"]


async def test_who_comes_too_often_is_told_when_to_try_again(client, user):
    for _ in range(PER_PAIR.failures):
        await client.sign_in(password="wrong")
    slowed = await client.sign_in()
    assert (slowed.status, slowed.headers["retry-after"]) == (429, "30")
    assert "wait 30 seconds" in slowed.json["message"]
