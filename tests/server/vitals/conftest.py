import pytest

from server.vitals.recording import Recording, lead_ii


class Clock:
    """Time that passes only when somebody waits or a test says so."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def recording() -> Recording:
    return lead_ii()
