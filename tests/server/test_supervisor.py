"""What is made and checked before the first process starts."""

from dataclasses import replace

import pytest

from server.auth.demo import DEMO_FILE
from server.auth.passwords import HashCost, Passwords
from server.config import ServerConfig
from server.supervisor import prepare
from world.errors import ConfigurationError

CHEAP = HashCost(passes=1, memory_kib=64, lanes=1)


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setattr("server.supervisor.Passwords", lambda pepper: Passwords(pepper, CHEAP))
    return ServerConfig(tmp_path / "clinic", web_port=0, world_port=0)


async def test_a_demo_clinic_is_never_opened_to_other_machines(config):
    prepared = await prepare(config, is_demo=True)
    assert 0 not in {prepared.web_port, prepared.world_port}
    assert (config.data / DEMO_FILE).exists()
    with pytest.raises(ConfigurationError, match="demo"):
        await prepare(replace(config, host="0.0.0.0"), is_demo=False)


async def test_a_folder_without_a_clinic_says_how_to_make_one(config):
    with pytest.raises(ConfigurationError, match=r"tools/admin\.py init"):
        await prepare(config, is_demo=False)
