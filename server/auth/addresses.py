"""What a network address counts as: one subscriber, however many addresses they have."""

import ipaddress
from typing import Final

_SUBSCRIBER_BITS: Final = 64
"""The smallest network that one subscriber is given (RFC 6177; RFC 4291 section 2.5.4)."""


def subscriber(address: str) -> str:
    """Returns what the limits count this address by.

    That is the address itself, or its /64 for IPv6; an IPv4 address written as IPv6 is the same
    one. What is no address counts as it is.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, _SUBSCRIBER_BITS), strict=False))
