"""How a client gets to a clinic: the pinned certificate, or the question whether to pin it."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Final, Literal

from client.network.channel import AnyReport, CertificateShown
from client.network.trust import (
    TrustStore,
    fingerprint,
    shown_certificate,
)
from client.network.web_api import Unreachable, WebApi
from world.errors import ConfigurationError
from world.fingerprint import fingerprint_words

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Entrance:
    """Finds the clinic's web server, and asks the person about a stranger.

    Args:
      trust: the pins.
      tell: takes reports.
      is_plain: no TLS; on loopback only.
    """

    def __init__(
        self, trust: TrustStore, tell: Callable[[AnyReport], None], *, is_plain: bool
    ) -> None:
        self._trust, self._tell, self._is_plain = trust, tell, is_plain
        self._shown: tuple[str, int, str] | None = None

    async def reach(self, host: str, port: int) -> WebApi | None:
        """Returns the clinic's web server; None if its certificate must be asked about first.

        Raises:
          ConfigurationError: if it would be plain and beyond this machine.
          Unreachable: if there is nothing to look at.
        """
        if self._is_plain:
            if host not in LOOPBACK:
                raise ConfigurationError(
                    "Without encryption only a clinic on this machine can be entered."
                )
            return WebApi(host, port, None)
        pinned = self._trust.pinned(host, port) or await self._meet(host, port)
        return WebApi(host, port, pinned) if pinned else None

    async def tell_changed(self, host: str, port: int) -> None:
        """Reports that the certificate is another one than the pinned one."""
        with contextlib.suppress(Unreachable):
            self._show(host, port, await _look(host, port), "changed")

    def trust_shown(self, shown_hex: str) -> bool:
        """Pins the certificate that was shown last; False if it is another one.

        Raises:
          CertificateChanged: if another one is pinned already.
        """
        if self._shown is None or fingerprint(self._shown[2]).hex() != shown_hex:
            return False
        self._trust.pin(*self._shown)
        return True

    async def _meet(self, host: str, port: int) -> str | None:
        """Returns a stranger's certificate if a join link vouches for it, else asks the person."""
        shown = await _look(host, port)
        if self._trust.is_expected(shown):
            self._trust.pin(host, port, shown)
            return shown
        self._show(host, port, shown, "changed" if self._trust.has_expectation else "unknown")
        return None

    def _show(
        self, host: str, port: int, shown: str, standing: Literal["unknown", "changed"]
    ) -> None:
        self._shown = (host, port, shown) if standing == "unknown" else None
        digest = fingerprint(shown)
        self._tell(CertificateShown(digest.hex(), fingerprint_words(digest), standing))


async def _look(host: str, port: int) -> str:
    try:
        return await asyncio.to_thread(shown_certificate, host, port)
    except (OSError, ssl.SSLError):
        raise Unreachable(
            f"The clinic at {host} does not answer. Check the address and your network."
        ) from None
