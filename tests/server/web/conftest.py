"""A web application over a real store, called as a server calls it."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from server.auth.accounts import Accounts, NewAccount
from server.auth.password_change import PasswordChange
from server.auth.passwords import HashCost, Passwords
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.auth.throttle import Throttle
from server.store.clinics import Clinic
from server.web.app import create_app
from server.web.services import WebServices
from world.people import Role


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Calls the application with one request, as an ASGI server does."""

    def __init__(self, app):
        self.app = app

    async def request(self, method, path, body=b"", headers=(), *, peer="127.0.0.1", chunks=None):
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "https",
            "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
            "root_path": "", "server": ("127.0.0.1", 443), "client": (peer, 50_000),
            "headers": [(k.lower().encode(), v.encode()) for k, v in dict(headers).items()],
        }  # fmt: skip
        parts = list(chunks if chunks is not None else [body])
        answer = Answer()

        async def receive():
            if not parts:
                return {"type": "http.disconnect"}
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message):
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            else:
                answer.body += message.get("body", b"")

        await self.app(scope, receive, send)
        return answer

    async def post(self, path, body=None, token=None, headers=(), **options):
        sent = {"content-type": "application/json", **dict(headers)}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        content = b"" if body is None else json.dumps(body).encode()
        return await self.request("POST", path, content, sent, **options)

    async def get(self, path, **options):
        return await self.request("GET", path, **options)

    async def sign_in(self, login="anna", password="correct horse", **options):
        return await self.post("/api/sign-in", {"login": login, "password": password}, **options)


@pytest.fixture
def database_url(sqlite_url):
    """One database: what both do with accounts and sessions is tested with `server.auth`."""
    return sqlite_url


@pytest.fixture
def now_s():
    return lambda: 1_000_000.0


@pytest.fixture
def passwords():
    pool = Passwords(b"pepper", HashCost(passes=1, memory_kib=64, lanes=1))
    yield pool
    pool.close()


@pytest.fixture
def services(store, passwords, now_s):
    sessions, throttle = Sessions(store, now_s), Throttle()
    return WebServices(
        store=store,
        accounts=Accounts(store, passwords, now_s),
        sessions=sessions,
        sign_in=SignIn(store, passwords, sessions, throttle, now_s),
        password_change=PasswordChange(store, passwords, sessions, throttle, now_s),
        world_port=8444,
        origins=frozenset({"https://clinic.example"}),
        metrics=lambda: b"metaclinic_ticks_total 7.0\n",
    )


@pytest.fixture
def client(services):
    return Client(create_app(services))


@pytest.fixture
async def user(services):
    async with services.store.write() as work:
        await work.clinics.open(Clinic("Clinic", is_demo=False, opened_at_s=1.0))
    account = NewAccount("anna", "correct horse", "display name", "alias")
    return await services.accounts.add(account, Role.PATIENT)
