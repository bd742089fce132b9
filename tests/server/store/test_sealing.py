"""Sealed fields open in their place and nowhere else."""

import os
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from server.store.errors import SealBroken
from server.store.sealing import DataKey, Place, Sealed, seal, unseal

PLACE = Place("note", "body", "row-1", "user:1")


@pytest.fixture(scope="module")
def key():
    return DataKey(3, AESGCM(AESGCM.generate_key(256)))


@given(plaintext=st.binary(max_size=300))
def test_what_is_sealed_is_what_is_unsealed(key, plaintext):
    sealed = seal(key, PLACE, plaintext)
    assert unseal(key, PLACE, sealed) == plaintext
    assert sealed.key_version == 3


@pytest.mark.parametrize(
    "change", [{"table": "x"}, {"column": "x"}, {"row_id": "x"}, {"subject": "x"}]
)
def test_a_field_opens_in_no_other_place(key, change):
    with pytest.raises(SealBroken):
        unseal(key, replace(PLACE, **change), seal(key, PLACE, b"text"))


def test_shifting_a_letter_between_two_parts_of_a_place_is_seen(key):
    sealed = seal(key, Place("note", "body", "ab", "c"), b"text")
    with pytest.raises(SealBroken):
        unseal(key, Place("note", "body", "a", "bc"), sealed)


def test_any_flipped_bit_is_seen(key):
    blob = seal(key, PLACE, b"text").blob
    for index in range(len(blob)):
        changed = blob[:index] + bytes([blob[index] ^ 1]) + blob[index + 1 :]
        with pytest.raises(SealBroken):
            unseal(key, PLACE, Sealed(changed))


def test_any_cut_is_seen(key):
    blob = seal(key, PLACE, b"text").blob
    for length in range(len(blob)):
        with pytest.raises(SealBroken):
            unseal(key, PLACE, Sealed(blob[:length]))


def test_nonces_do_not_repeat(key):
    nonces = {seal(key, PLACE, b"").blob[5:17] for _ in range(20_000)}
    assert len(nonces) == 20_000


def test_errors_and_descriptions_do_not_show_the_field(key):
    sealed = seal(key, PLACE, b"zebra")
    with pytest.raises(SealBroken) as caught:
        unseal(DataKey(3, AESGCM(os.urandom(32))), PLACE, sealed)
    assert "zebra" not in str(caught.value) + repr(sealed) + repr(key)
