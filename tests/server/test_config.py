from pathlib import Path

import pytest

from server.config import ServerConfig
from world.errors import ConfigurationError

DATA = Path("/nowhere")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"web_port": 70_000}, "web_port: got 70000"),
        ({"world_port": -1}, "world_port: got -1"),
        ({"web_port": 9_000, "world_port": 9_000}, "which is the web port too"),
        ({"tick_hz": 60.0}, "tick_hz: got 60.0, allowed are 20 to 30"),
        ({"voice_ports": (50_000, 40_000)}, "voice_ports: got 50000-40000"),
        ({"chat_retention_days": 0}, "chat_retention_days: got 0, allowed are 1 to 3650"),
        ({"attempt_retention_days": 9_999}, "attempt_retention_days: got 9999, allowed are 1"),
        ({"is_plain": True, "host": "0.0.0.0"}, "plain: got host 0.0.0.0"),
        ({"is_plain": True, "host": "clinic.example"}, "without TLS only 127.0.0.1"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(settings, words):
    with pytest.raises(ConfigurationError, match=words):
        ServerConfig(DATA, **settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_plain_connections_are_for_this_machine(host):
    assert ServerConfig(DATA, host=host, is_plain=True).is_loopback


def test_ports_may_be_left_to_the_system():
    assert ServerConfig(DATA, web_port=0, world_port=0).tick_hz == 20.0
