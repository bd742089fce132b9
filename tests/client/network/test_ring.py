import multiprocessing
import random

import pytest

from client.network.ring import HEAD, Ring

RECORDS = 600


@pytest.fixture
def ring():
    ring = Ring.create(4096)
    yield ring
    ring.close()
    ring.unlink()


def record(number):
    return random.Random(number).randbytes(random.Random(-number).randrange(0, 900))


def echo(down, up):
    incoming, outgoing = Ring.attach(down), Ring.attach(up)
    for _ in range(RECORDS):
        while (got := incoming.read()) is None:
            pass
        while not outgoing.write(got):
            pass
    incoming.close()
    outgoing.close()


def test_records_come_out_whole_and_in_order_however_they_wrap_round(ring):
    for number in range(500):
        assert ring.write(record(number))
        assert ring.read() == record(number)
    assert ring.read() is None


def test_a_full_ring_refuses_and_takes_again_when_something_was_read(ring):
    size = ring.capacity_bytes // 2 - HEAD.size
    assert ring.write(b"a" * size)
    assert ring.write(b"b" * size)
    assert not ring.write(b"c")
    assert ring.read() == b"a" * size
    assert ring.write(b"c")
    assert [ring.read(), ring.read(), ring.read()] == [b"b" * size, b"c", None]


def test_a_record_that_can_never_fit_is_a_mistake(ring):
    with pytest.raises(ValueError, match="ring has"):
        ring.write(b"x" * ring.capacity_bytes)


def test_bytes_that_are_not_all_there_yet_are_left_for_the_next_look(ring):
    ring.write(b"whole")
    ring._data[HEAD.size] ^= 0xFF
    assert ring.read() is None
    ring._data[HEAD.size] ^= 0xFF
    assert ring.read() == b"whole"


def test_what_was_read_is_wiped(ring):
    ring.write(b"a secret")
    ring.read()
    assert b"secret" not in bytes(ring._data)


def test_two_processes_pass_thousands_of_records_both_ways(ring):
    back = Ring.create(4096)
    context = multiprocessing.get_context("spawn")
    other = context.Process(target=echo, args=(ring.name, back.name), daemon=True)
    other.start()
    sent = got = 0
    while got < RECORDS and other.is_alive():
        if sent < RECORDS and ring.write(record(sent)):
            sent += 1
        if (answer := back.read()) is not None:
            assert answer == record(got)
            got += 1
    while got < RECORDS:
        assert back.read() == record(got)
        got += 1
    other.join(10)
    assert other.exitcode == 0
    back.close()
    back.unlink()
