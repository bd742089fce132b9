"""What is made and checked before the first process starts."""

from dataclasses import replace
from itertools import pairwise

import pytest

from server.auth.demo import DEMO_FILE
from server.auth.passwords import HashCost, Passwords
from server.config import DATABASE, ServerConfig
from server.supervisor import prepare, roles, simulation_processes
from tools.bench.training_rooms import write_rooms
from world.errors import ConfigurationError

CHEAP = HashCost(passes=1, memory_kib=64, lanes=1)


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setattr("server.supervisor.Passwords", lambda pepper: Passwords(pepper, CHEAP))
    return ServerConfig(tmp_path / "clinic", web_port=0, world_port=0)


async def test_a_demo_clinic_is_never_opened_to_other_machines(config):
    prepared, _ = await prepare(config, is_demo=True)
    assert 0 not in {prepared.web_port, prepared.world_port}
    assert (config.data / DEMO_FILE).exists()
    with pytest.raises(ConfigurationError, match="demo"):
        await prepare(replace(config, host="0.0.0.0"), is_demo=False)


async def test_a_folder_without_a_clinic_says_how_to_make_one(config):
    with pytest.raises(ConfigurationError, match=r"tools/admin\.py init"):
        await prepare(config, is_demo=False)


def _commands(config, ports):
    return {role.name: role for role in roles(config, 1, ports)}


def test_a_clinic_without_training_rooms_starts_no_simulation(tmp_path):
    config = ServerConfig(tmp_path, assets=write_rooms(tmp_path / "assets", 0))
    assert simulation_processes(config) == 0
    assert set(_commands(config, ())) == {"voice", "world", "web"}


def test_there_is_a_simulation_for_each_core_and_no_more_than_rooms(tmp_path, monkeypatch):
    config = ServerConfig(tmp_path, assets=write_rooms(tmp_path / "assets", 3))
    for cores, processes in ((1, 1), (2, 2), (8, 3)):
        monkeypatch.setattr("server.supervisor._cores", lambda cores=cores: cores)
        assert simulation_processes(config) == processes


def test_the_world_is_told_where_the_simulation_is_and_nobody_waits_for_it(tmp_path):
    config = ServerConfig(tmp_path)
    found = roles(config, 1, (5, 6))
    simulations = [role for role in found if role.name == "simulation"]
    assert [role.command[-1] for role in simulations] == ["5", "6"]
    assert not any(role.is_vital for role in simulations)
    assert all(role.is_vital for role in found if role not in simulations)
    world = next(role.command for role in found if role.name == "world")
    told = [word for flag, word in pairwise(world) if "simulation" in flag]
    assert told == ["5", "6"]


def test_the_database_is_told_to_those_who_need_it_and_stands_on_no_command_line(tmp_path):
    url = "postgresql://clinic:hunter2@db.example/clinic"
    found = roles(ServerConfig(tmp_path, database_url=url), 1, (5,))
    assert not any("hunter2" in word for role in found for word in role.command)
    told = {role.name: dict(role.secrets) for role in found}
    knows = {DATABASE: url}
    assert told == {"voice": {}, "world": knows, "web": knows, "simulation": {}}
