"""Settings of the client, checked at the start and never changed after."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from world.errors import ConfigurationError

ASSETS = Path(__file__).resolve().parent.parent / "assets"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DEFAULT_WEB_PORT = 8443


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """Settings of both processes of one client.

    Attributes:
      client_data: folder of what this person's client remembers.
      address: host and port of the clinic's web server, as a person types it.
      server_data: data folder of a clinic on this machine, whose certificate is pinned.
      fingerprint_hex: what a join link says of the certificate.
      login: filled in at sign-in.
      password: of a demo account; a person types theirs.
      invitation: code of an invitation that is to be taken up.
      is_plain: no TLS; on loopback only.
      has_sound_card: False for a machine without one, and for tests.
      is_offscreen: no window.
      size_px: of the window or the pictures.
      tier: forces what is drawn; None chooses by the machine.
      assets: folder of rooms, people, fonts.
    """

    client_data: Path
    address: str = ""
    server_data: Path | None = None
    fingerprint_hex: str = ""
    login: str = ""
    password: str = ""
    invitation: str = ""
    is_plain: bool = False
    has_sound_card: bool = True
    is_offscreen: bool = False
    size_px: tuple[int, int] = (1280, 720)
    tier: Literal["potato", "low", "high"] | None = None
    assets: Path = ASSETS

    def __post_init__(self) -> None:
        """Checks every setting.

        Raises:
          ConfigurationError: naming the key, its value and what is allowed.
        """
        if self.address:
            host, _ = parsed_address(self.address)
            if self.is_plain and host not in LOOPBACK:
                raise ConfigurationError(
                    f"plain: got {host}; without TLS only this machine's own clinic is allowed. "
                    "Leave --plain out."
                )
        width, height = self.size_px
        if not (320 <= width <= 7_680 and 240 <= height <= 4_320):
            raise ConfigurationError(
                f"size: got {width}x{height}, allowed are 320x240 to 7680x4320"
            )
        digits = self.fingerprint_hex.replace(":", "")
        if digits and (len(digits) != 64 or not _is_hex(digits)):
            raise ConfigurationError("fingerprint: 64 hexadecimal digits are expected")


def parsed_address(address: str) -> tuple[str, int]:
    """Returns host and port of an address as people write it, with or without a port.

    Raises:
      ConfigurationError: if it is none.
    """
    text = address.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
    if text.startswith("[") and "]" in text:
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") > 1:
        host, port = text, ""
    else:
        host, _, port = text.partition(":")
    if not host or any(sign in host for sign in "/ @?#"):
        raise ConfigurationError(f"This is no address: {address!r}. Type it as clinic.example.")
    if not port:
        return host, DEFAULT_WEB_PORT
    if not port.isdecimal() or not 1 <= int(port) <= 65_535:
        raise ConfigurationError("The port behind the colon must be a number from 1 to 65535.")
    return host, int(port)


def running_clinic(server_data: Path) -> tuple[str, bool]:
    """Returns address and plainness of the clinic that runs on this machine with this data.

    Raises:
      ConfigurationError: if none runs.
    """
    path = server_data / "run" / "server.json"
    if not path.is_file():
        raise ConfigurationError(
            f"data folder {server_data}: no clinic runs with it. Start it with "
            "python3 tools/run.py, or give --server HOST:PORT."
        )
    running = json.loads(path.read_text(encoding="utf-8"))
    host = str(running["host"])
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{int(running['web_port'])}", bool(running["is_plain"])


def demo_password(server_data: Path, login: str) -> str:
    """Returns the password of a demo account, for programs of the same person on this machine.

    Raises:
      ConfigurationError: if there is no such demo account.
    """
    path = server_data / "demo_accounts.json"
    accounts = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if login not in accounts:
        raise ConfigurationError(f"data folder {server_data}: no demo account is called {login}")
    return str(accounts[login])


def _is_hex(text: str) -> bool:
    return all(sign in "0123456789abcdefABCDEF" for sign in text)
