"""Ends the connections of who is signed out or barred while they are connected.

A sign-in is checked when a ticket is fetched and when it is used; this watch carries what happens
later (signed out elsewhere, barred, too old) into the open connections, within a second. While
the store cannot be asked, everybody stays: nobody new gets in then, and to end every consult
because a disk is full would harm more than it protects.
"""

import asyncio

import structlog

from server.auth.sessions import Sessions
from server.gateway import Gateway
from world.errors import StoreUnavailable

LOOK_S = 0.5
TOUCH_S = 60.0

_log = structlog.get_logger(__name__)


class SignInWatch:
    """The watch over all connections of a gateway."""

    def __init__(self, gateway: Gateway, sessions: Sessions) -> None:
        self._gateway = gateway
        self._sessions = sessions

    async def run(self) -> None:
        """Looks, until cancelled; and notes once a minute that the sign-ins are in use."""
        looks = 0
        while True:
            await asyncio.sleep(LOOK_S)
            looks += 1
            try:
                await self.look()
                if looks % round(TOUCH_S / LOOK_S) == 0:
                    await self._sessions.touch(self._gateway.sign_ins())
            except StoreUnavailable:
                _log.error("sign_ins.not_checked")

    async def look(self) -> None:
        """Ends the connections of sign-ins that are over.

        Raises:
          StoreUnavailable: if that cannot be found out now.
        """
        connected = self._gateway.sign_ins()
        if connected:
            self._gateway.sign_out(connected - await self._sessions.still_live(connected))
