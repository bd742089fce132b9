import pytest

from sim.procedures.suture import in_order, is_alternating
from sim.procedures.suture_intracorporeal import is_secure


@pytest.mark.parametrize(
    ("throws", "wanted"),
    [
        ((2, -1, 1), True),
        ((2, -1, 1, -1), True),
        ((2, -1), False),
        ((2, 1, -1), False),
        ((2, -1, -1), False),
        ((1, -1, 1), False),
        ((), False),
    ],
)
def test_secure_is_a_double_throw_and_two_that_alternate(throws, wanted):
    assert is_secure(throws) is wanted


@pytest.mark.parametrize(
    ("made", "found", "wanted"),
    [
        ((2,), (1, -2), (2, -1)),
        ((2, -1), (1, 2, -1), (2, -1, 1)),
        ((2, -1), (1, -2, 1), (2, -1, -1)),
        ((2, -1), (2, -1), (2, -1)),
        ((2, -1), (2,), (2,)),
        ((), (1, -1), (1, -1)),
    ],
)
def test_throws_stay_in_the_order_in_which_they_were_made(made, found, wanted):
    assert in_order(made, found) == wanted


def test_equal_throws_in_a_row_do_not_alternate():
    assert is_alternating((1, -1, 1))
    assert not is_alternating((1, 1))
