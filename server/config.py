"""Settings of the server, checked at the start and never changed after."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from world.errors import ConfigurationError

ASSETS = Path(__file__).resolve().parent.parent / "assets"
DATABASE = "METACLINIC_DATABASE"
"""The environment variable that names the database: its URL may hold a password, and what stands
on a command line can be read by everybody on the machine."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Settings of all processes of one server.

    Attributes:
      data: folder of the database, keys, certificate and run files.
      database_url: SQLite in the data folder where it is empty.
      host: address to listen on.
      web_port: HTTPS, for signing in.
      world_port: secure websockets.
      voice_ports: first and last UDP port of voice.
      is_plain: no TLS; allowed on loopback only.
      origins: what a browser's Origin header may say.
      tick_hz: ticks of the world, 20 to 30 a second.
      max_per_address: websockets that one address may hold.
      chat_retention_days: how long what was written, and who came and went, is kept.
      attempt_retention_days: how long what trainees did at the stations, and its scores, is kept.
      assets: folder of the rooms.
    """

    data: Path
    database_url: str = ""
    host: str = "127.0.0.1"
    web_port: int = 8443
    world_port: int = 8444
    voice_ports: tuple[int, int] = (42_000, 42_999)
    is_plain: bool = False
    origins: tuple[str, ...] = field(default=())
    tick_hz: float = 20.0
    max_per_address: int = 1_000
    chat_retention_days: int = 30
    attempt_retention_days: int = 365
    assets: Path = ASSETS

    def __post_init__(self) -> None:
        """Checks every setting.

        Raises:
          ConfigurationError: naming the key, its value and what is allowed.
        """
        for key in ("web_port", "world_port"):
            port = getattr(self, key)
            if not 0 <= port <= 65_535:
                raise ConfigurationError(f"{key}: got {port}, allowed are 0 to 65535")
        if self.web_port == self.world_port != 0:
            raise ConfigurationError(
                f"world_port: got {self.world_port}, which is the web port too; choose another one"
            )
        if not 20.0 <= self.tick_hz <= 30.0:
            raise ConfigurationError(f"tick_hz: got {self.tick_hz}, allowed are 20 to 30")
        for key in ("chat_retention_days", "attempt_retention_days"):
            days = getattr(self, key)
            if not 1 <= days <= 3_650:
                raise ConfigurationError(f"{key}: got {days}, allowed are 1 to 3650")
        first, last = self.voice_ports
        if not 1_024 <= first <= last <= 65_535:
            raise ConfigurationError(f"voice_ports: got {first}-{last}, allowed are 1024 to 65535")
        if self.is_plain and not self.is_loopback:
            raise ConfigurationError(
                f"plain: got host {self.host}; without TLS only 127.0.0.1 or ::1 is allowed. "
                "Leave --plain out, or listen on 127.0.0.1."
            )

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def url(self) -> str:
        """The database to use."""
        return self.database_url or f"sqlite:///{self.data / 'clinic.db'}"

    @property
    def keys(self) -> Path:
        """The folder of the clinic's secrets."""
        return self.data / "keys"

    @property
    def tls(self) -> Path:
        """The folder of the server's certificate and its key."""
        return self.data / "tls"

    @property
    def voice_secret(self) -> Path:
        """The file with what world and voice server both know while they run."""
        return self.run_files / "voice.secret"

    @property
    def simulation_secret(self) -> Path:
        """The file with what world and simulation both know while they run."""
        return self.run_files / "simulation.secret"

    @property
    def attempts(self) -> Path:
        """The folder of the records of what trainees did."""
        return self.data / "attempts"

    @property
    def running(self) -> Path:
        """The file that says where a running server is reached."""
        return self.run_files / "server.json"

    @property
    def last_opening(self) -> Path:
        """The file that says the same of the last time, and stays when the server ends."""
        return self.data / "last-opening.json"

    @property
    def anchors(self) -> Path:
        """The file that mirrors the audit trail's anchors."""
        return self.data / "audit-anchors.jsonl"

    @property
    def run_files(self) -> Path:
        """The folder of what lives only as long as the server runs."""
        return self.data / "run"
