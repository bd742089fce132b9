"""Key files: made once, for their owner alone, and never made anew behind the clinic's back."""

import os
import stat

import pytest

from server.auth.keys import load_keys
from world.errors import ConfigurationError


def secrets_of(keys):
    store = keys.store
    signer = store.audit_signer.private_bytes_raw()
    return [keys.pepper, store.key_encryption, store.blind_index, store.audit_mac, signer]


def test_keys_are_made_once_all_different_and_private(tmp_path):
    folder = tmp_path / "keys"
    first = secrets_of(load_keys(folder))
    assert secrets_of(load_keys(folder)) == first
    assert len(set(first)) == 5
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused_with_the_line_to_type(tmp_path, mode):
    load_keys(tmp_path / "keys")
    path = tmp_path / "keys" / "pepper.key"
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"chmod 0600 {path}"):
        load_keys(tmp_path / "keys")


def test_a_folder_that_others_can_enter_is_refused_with_the_line_to_type(tmp_path):
    load_keys(tmp_path / "keys")
    (tmp_path / "keys").chmod(0o750)
    with pytest.raises(ConfigurationError, match=f"chmod 0700 {tmp_path}/keys"):
        load_keys(tmp_path / "keys")


def test_a_missing_file_is_not_made_anew(tmp_path):
    load_keys(tmp_path / "keys")
    (tmp_path / "keys" / "pepper.key").unlink()
    with pytest.raises(ConfigurationError, match=r"pepper\.key missing"):
        load_keys(tmp_path / "keys")


def test_a_damaged_file_is_refused(tmp_path):
    load_keys(tmp_path / "keys")
    (tmp_path / "keys" / "audit-mac.key").write_bytes(b"short")
    with pytest.raises(ConfigurationError, match="has 5 bytes, expected 32"):
        load_keys(tmp_path / "keys")


def test_a_key_from_outside_takes_the_place_of_the_file(tmp_path):
    outside = os.urandom(32)
    assert load_keys(tmp_path / "keys", outside).store.key_encryption == outside
    assert not (tmp_path / "keys" / "key-encryption.key").exists()
    with pytest.raises(ConfigurationError, match="got 4 bytes"):
        load_keys(tmp_path / "keys", b"four")


def test_keys_do_not_show_themselves(tmp_path):
    keys = load_keys(tmp_path / "keys")
    shown = repr(keys) + repr(keys.store)
    assert not any(repr(secret)[2:10] in shown for secret in secrets_of(keys))
