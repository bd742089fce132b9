"""What signing in is refused with, beyond the clinic's own errors."""

from world.errors import TooManyRequests


class TryLater(TooManyRequests):
    """Too much was asked for at once or in a row.

    Attributes:
      wait_s: after how many seconds it is worth trying again.
    """

    def __init__(self, message: str, wait_s: float) -> None:
        super().__init__(message)
        self.wait_s = wait_s
