"""The voice server's settings; read from flags in __main__.py only."""

from dataclasses import dataclass

from world.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """How one voice server runs.

    Attributes:
      secret: what the world proves to know, at least 16 bytes.
      control_port: loopback TCP port of the control link; 0 lets the system choose.
      host_addresses: where clients reach this machine; none means every address it has,
        loopback included, so that server and client meet on a machine without a network.
      media_ports: first and last UDP port for media; (0, 0) lets the system choose.
      slots: voices that one listener hears at once.
      max_members: people connected at once.
    """

    secret: bytes
    control_port: int = 0
    host_addresses: tuple[str, ...] = ()
    media_ports: tuple[int, int] = (0, 0)
    slots: int = 8
    max_members: int = 256

    def __post_init__(self) -> None:
        low, high = self.media_ports
        if len(self.secret) < 16:
            raise ConfigurationError(f"secret has {len(self.secret)} bytes, 16 are the least")
        if not 0 <= self.control_port < 65_536:
            raise ConfigurationError(f"control_port is {self.control_port}, allowed 0 to 65535")
        if (low, high) != (0, 0) and not 1024 <= low <= high < 65_536:
            raise ConfigurationError(
                f"media_ports are {low} to {high}, allowed 1024 to 65535, in rising order"
            )
        if not 1 <= self.slots <= 32:
            raise ConfigurationError(f"slots is {self.slots}, allowed 1 to 32")
