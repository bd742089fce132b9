"""What a clinic says of itself to the person who has opened it at a terminal."""

import ipaddress
import shlex
from pathlib import Path
from typing import Any

from server.auth.certificate import given_certificate
from server.config import ServerConfig
from world.fingerprint import fingerprint_words

ADDRESS = "ADDRESS"
"""Stands for an address that only the person at the machine can know."""
_ADDRESS_IS = f"{ADDRESS} is where others reach this machine."


def greeting(config: ServerConfig, running: dict[str, Any], *, is_demo: bool) -> str:
    """Returns some plain lines: the name, how people come in, what they compare, how to stop.

    Args:
      config: the settings that the clinic was opened with.
      running: what it has announced of itself (server/supervisor.py).
      is_demo: whether people come in without an account of their own.
    """
    data = shlex.quote(str(config.data))
    lines = [f"{running['clinic']} is open. Stop it with Ctrl-C.", ""]
    if is_demo:
        lines += ["Come in:", f"  python3 tools/run.py --data {data}"]
    else:
        lines += [
            "Invite somebody, in another terminal:",
            f"  python3 tools/admin.py invite --data {data} --role doctor",
            "Come in, with an account:",
            f"  {connect_line(running)}",
            *reach(running),
        ]
    words = certificate_words(config)
    if words and not is_demo:
        lines += ["Who comes in for the first time must see these words:", f"  {words}"]
    first, last = config.voice_ports
    ports = f"TCP {running['web_port']} and {running['world_port']}, UDP {first} to {last}"
    lines += [f"It listens on {running['host']}: {ports}."]
    return "\n".join(lines)


def connect_line(running: dict[str, Any]) -> str:
    """Returns what somebody types to come in: as exact as it can be known here."""
    host = ADDRESS if _is_everywhere(running["host"]) else running["host"]
    return f"python3 tools/run.py --connect {host}:{running['web_port']}"


def reach(running: dict[str, Any]) -> list[str]:
    """Returns what must be known of that line, if anything."""
    if _is_everywhere(running["host"]):
        return [_ADDRESS_IS]
    if ServerConfig(Path(), host=running["host"]).is_loopback:
        only = f"Only this machine reaches it. For others, open it with --host {ADDRESS};"
        return [f"{only} {_ADDRESS_IS}"]
    return []


def certificate_words(config: ServerConfig) -> str:
    """Returns the words of the clinic's certificate; none before it was opened, or without TLS."""
    paths = (config.tls / "tls-certificate.pem", config.tls / "tls-key.pem")
    if config.is_plain or not paths[0].exists():
        return ""
    return " ".join(fingerprint_words(given_certificate(*paths).fingerprint))


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
