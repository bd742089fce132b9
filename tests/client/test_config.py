import json

import pytest

from client.config import ClientConfig, demo_password, parsed_address, running_clinic
from world.errors import ConfigurationError


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("clinic.example", ("clinic.example", 8443)),
        (" clinic.example:9000 ", ("clinic.example", 9000)),
        ("https://clinic.example/", ("clinic.example", 8443)),
        ("[::1]:9000", ("::1", 9000)),
        ("::1", ("::1", 8443)),
    ],
)
def test_addresses_are_taken_as_people_write_them(typed, expected):
    assert parsed_address(typed) == expected


@pytest.mark.parametrize("typed", ["", "two words", "clinic.example:port", "clinic.example:70000"])
def test_what_is_no_address_is_refused_with_a_sentence(typed):
    with pytest.raises(ConfigurationError, match=r"\.$"):
        parsed_address(typed)


def test_plain_connections_stay_on_this_machine(tmp_path):
    ClientConfig(tmp_path, "127.0.0.1:8443", is_plain=True)
    with pytest.raises(ConfigurationError, match="plain"):
        ClientConfig(tmp_path, "clinic.example", is_plain=True)


def test_sizes_and_fingerprints_are_checked(tmp_path):
    with pytest.raises(ConfigurationError, match="size"):
        ClientConfig(tmp_path, size_px=(10, 10))
    with pytest.raises(ConfigurationError, match="fingerprint"):
        ClientConfig(tmp_path, fingerprint_hex="abc")


def test_a_clinic_on_this_machine_is_found_by_its_data(tmp_path):
    with pytest.raises(ConfigurationError, match="no clinic runs"):
        running_clinic(tmp_path)
    (tmp_path / "run").mkdir()
    running = {"host": "::1", "web_port": 9000, "world_port": 9001, "is_plain": False}
    (tmp_path / "run" / "server.json").write_text(json.dumps(running))
    assert running_clinic(tmp_path) == ("[::1]:9000", False)


def test_only_demo_accounts_have_passwords_that_programs_may_read(tmp_path):
    (tmp_path / "demo_accounts.json").write_text('{"patient": "word"}')
    assert demo_password(tmp_path, "patient") == "word"
    with pytest.raises(ConfigurationError, match="no demo account"):
        demo_password(tmp_path, "somebody")
