"""A simulation process's settings; read from flags in __main__.py only."""

from dataclasses import dataclass
from pathlib import Path

from world.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class SimulationConfig:
    """How one simulation process runs.

    Attributes:
      secret: what the world proves to know, at least 16 bytes.
      records: folder of the attempts' records.
      control_port: loopback TCP port of the link; 0 lets the system choose.
      attempts_max: attempts that are stepped at once; one more is refused.
    """

    secret: bytes
    records: Path
    control_port: int = 0
    attempts_max: int = 16

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ConfigurationError(f"secret has {len(self.secret)} bytes, 16 are the least")
        if not 0 <= self.control_port < 65_536:
            raise ConfigurationError(f"control_port is {self.control_port}, allowed 0 to 65535")
        if self.attempts_max < 1:
            raise ConfigurationError(f"attempts_max is {self.attempts_max}, 1 is the least")
