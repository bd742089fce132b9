"""The one way a loop is compiled, so that no kernel can drift from the rules of exact replay."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def kernel(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Returns the function compiled to machine code that gives the same bits everywhere.

    `fastmath` and `parallel` stay off: both let the order of a sum depend on the machine.
    A division by zero gives an infinity, as numpy does, and callers guard where it can happen.
    The code is kept beside the module (or in NUMBA_CACHE_DIR), and the interpreter's lock is
    released while it runs.
    """
    compiled = numba.njit(cache=True, nogil=True, fastmath=False, error_model="numpy")(function)
    return cast("Callable[Parameters, Result]", compiled)
