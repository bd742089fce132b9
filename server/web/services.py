"""What the pages need from the rest of the server."""

from collections.abc import Callable
from dataclasses import dataclass

from server.auth.accounts import Accounts
from server.auth.password_change import PasswordChange
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.store.store import Store


@dataclass(frozen=True, slots=True)
class WebServices:
    """The web process' parts, put together by whoever starts it.

    Attributes:
      world_port: where the websockets are, told to clients.
      origins: what a browser's Origin header may say; programs send none.
      metrics: returns the metrics in Prometheus' text format; may block.
    """

    store: Store
    accounts: Accounts
    sessions: Sessions
    sign_in: SignIn
    password_change: PasswordChange
    world_port: int
    origins: frozenset[str]
    metrics: Callable[[], bytes]
