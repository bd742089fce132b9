"""Errors, by whose fault they are.

* ClinicError
    * ProtocolError
        * LocalProtocolError: our own code tried to send what the protocol forbids (a bug here).
        * RemoteProtocolError: the peer sent what the protocol forbids; its session is closed.
    * Refusal: an expected "no". It is answered with its code, and is no error in the log.
        * NotSignedIn, NotPermitted, ConsentMissing, RoomFull, NotFound, TooManyRequests, Conflict
    * ConfigurationError: a setting is wrong; names the key, the value and what is allowed.
    * StoreUnavailable: the database cannot be read or written now.

Messages hold ids only: never a name, a text that somebody wrote, or a measured value.
"""

from typing import ClassVar


class ClinicError(Exception):
    """Base class of every error that Metaclinic raises on purpose."""


class ProtocolError(ClinicError):
    """The wire protocol was broken."""


class LocalProtocolError(ProtocolError):
    """Our side tried to break the protocol."""


class RemoteProtocolError(ProtocolError):
    """The peer broke the protocol.

    Attributes:
      close_code: the websocket close code that the peer is sent (RFC 6455 section 7.4).
    """

    def __init__(self, message: str, close_code: int = 1002) -> None:
        super().__init__(message)
        self.close_code = close_code


class Refusal(ClinicError):
    """A request that the rules do not allow; the person is told why and what to do next.

    Attributes:
      code: the stable number of this kind of refusal on the wire.
    """

    code: ClassVar[int] = 0


class NotSignedIn(Refusal):
    """The session has not shown who it belongs to, or no longer can."""

    code = 1


class NotPermitted(Refusal):
    """This person may not do this to that subject."""

    code = 2


class ConsentMissing(Refusal):
    """Somebody whose consent is needed has not given it."""

    code = 3


class RoomFull(Refusal):
    """The room has no free place."""

    code = 4


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""

    code = 5


class TooManyRequests(Refusal):
    """The sender's budget for this kind of request is used up for now."""

    code = 6


class Conflict(Refusal):
    """The subject is no longer in a state in which this can be done."""

    code = 7


class ConfigurationError(ClinicError):
    """A setting is wrong; the message names the key, its value and what is allowed."""


class StoreUnavailable(ClinicError):
    """The database cannot be read or written now; nothing was acknowledged."""
