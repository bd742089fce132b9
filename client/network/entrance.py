"""How a client gets to a clinic: the pinned certificate, or the question whether to pin it."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.network.channel import AnyReport, CertificateShown, Trouble
from client.network.trust import (
    TrustStore,
    fingerprint,
    shown_certificate,
)
from client.network.web_api import Unreachable, WebApi
from world.errors import ConfigurationError
from world.fingerprint import fingerprint_words

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class _Question:
    """A certificate that a person is asked about, and the pin that it would replace, if any."""

    host: str
    port: int
    shown_pem: str
    pinned_pem: str | None = None


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
        self._asked: _Question | None = None

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
        try:
            shown = await _look(host, port)
        except Unreachable as error:
            self._tell(Trouble("sign-in", str(error)))
            return
        pinned = self._trust.pinned(host, port)
        if shown == pinned:
            sentence = "Another certificate was shown for a moment; nothing was sent. Try again."
            self._tell(Trouble("sign-in", sentence))
            return
        if pinned is not None:
            self._trust.note_changed(host, port, shown, pinned)
        replaceable = self._trust.replaceable(host, port)
        if replaceable is None:
            self._refuse(shown)
            return
        self._asked = _Question(host, port, shown, replaceable)
        words, known = _words(shown), _words(replaceable)
        self._tell(CertificateShown(fingerprint(shown).hex(), words, "changed", known))

    def trust_shown(self, shown_hex: str) -> bool:
        """Pins the unknown certificate that was shown last; False if that was another one.

        Raises:
          CertificateChanged: if another one is pinned already.
          ConfigurationError: if it cannot be kept.
        """
        asked = self._answered(shown_hex)
        if asked is None or asked.pinned_pem is not None:
            return False
        self._trust.pin(asked.host, asked.port, asked.shown_pem)
        return True

    def trust_instead(self, shown_hex: str) -> bool:
        """Pins the changed certificate that was shown last instead of the one that was pinned.

        Returns False if another one was shown last.

        Raises:
          CertificateChanged: if the pin is not the one any more that the person was shown.
          ConfigurationError: if it cannot be kept.
        """
        asked = self._answered(shown_hex)
        if asked is None or asked.pinned_pem is None:
            return False
        self._trust.replace(asked.host, asked.port, asked.shown_pem, asked.pinned_pem)
        return True

    def _answered(self, shown_hex: str) -> _Question | None:
        asked = self._asked
        if asked is None or fingerprint(asked.shown_pem).hex() != shown_hex:
            return None
        self._asked = None
        return asked

    def _refuse(self, shown: str) -> None:
        self._asked = None
        self._tell(CertificateShown(fingerprint(shown).hex(), _words(shown), "refused"))

    async def _meet(self, host: str, port: int) -> str | None:
        """Returns a stranger's certificate if a join link vouches for it, else asks the person."""
        shown = await _look(host, port)
        if self._trust.is_expected(shown):
            self._trust.pin(host, port, shown)
            return shown
        if self._trust.has_expectation:
            self._refuse(shown)
            return None
        self._asked = _Question(host, port, shown)
        self._tell(CertificateShown(fingerprint(shown).hex(), _words(shown), "unknown"))
        return None


def _words(certificate_pem: str) -> tuple[str, ...]:
    return fingerprint_words(fingerprint(certificate_pem))


async def _look(host: str, port: int) -> str:
    try:
        return await asyncio.to_thread(shown_certificate, host, port)
    except (OSError, ssl.SSLError):
        raise Unreachable(
            f"The clinic at {host} does not answer. Check the address and your network."
        ) from None
