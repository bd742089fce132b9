"""The arithmetic of the audit trail: chained rows and signed anchors. Pure; it stores nothing.

Rules:
* A row's MAC covers the MAC before it, its sequence number and its body: editing, deleting,
  inserting, reordering or renumbering breaks the chain.
* The chain cannot see that its end was cut off. An anchor can: the Merkle root over the MACs of a
  run of rows, chained to the anchor before, signed, and mirrored outside of the database.
* Leaves and nodes of the tree are hashed apart (RFC 9162 section 2.1.1); an odd node is promoted.
* Bodies hold ids and numbers only.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

FIRST_MAC: Final = bytes(32)
_ID: Final = re.compile(r"[A-Za-z0-9:/._-]{1,96}")


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One thing that somebody did, or was refused.

    Attributes:
      at_s: when, in seconds since the epoch.
      actor: user id, or a name of the server's own such as `web`.
      action: what, such as `session.start`.
      subject: id of what it was done to.
      outcome: `done` or `refused`.
      details: further ids and numbers.
    """

    at_s: float
    actor: str
    action: str
    subject: str
    outcome: str = "done"
    details: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        texts = [self.actor, self.action, self.subject, self.outcome, *self.details]
        texts += [value for value in self.details.values() if isinstance(value, str)]
        if not all(_ID.fullmatch(text) for text in texts):
            raise ValueError(f"an audit record of {self.action!r} holds something that is no id")

    def body(self) -> bytes:
        """Returns the record as it is chained."""
        return canonical(
            {
                "at_s": self.at_s,
                "actor": self.actor,
                "action": self.action,
                "subject": self.subject,
                "outcome": self.outcome,
                "details": dict(self.details),
            }
        )


@dataclass(frozen=True, slots=True)
class Anchor:
    """A signed statement about a run of rows; `body` is canonical JSON."""

    body: bytes
    signature: bytes

    @property
    def first_seq(self) -> int:
        """Returns the number of the first row that it covers."""
        return int(json.loads(self.body)["first"])

    @property
    def last_seq(self) -> int:
        """Returns the number of the last row that it covers."""
        return int(json.loads(self.body)["last"])

    @property
    def root(self) -> str:
        """Returns the Merkle root over the rows' MACs, in hexadecimal digits."""
        return str(json.loads(self.body)["root"])

    @property
    def previous(self) -> str:
        """Returns the digest of the anchor before."""
        return str(json.loads(self.body)["previous"])

    @property
    def digest(self) -> str:
        """Returns what the next anchor calls this one."""
        return hashlib.sha256(self.body).hexdigest()

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Returns whether the signature is this key's."""
        try:
            key.verify(self.signature, self.body)
        except InvalidSignature:
            return False
        return True


def parse_anchor(body: bytes, signature: bytes) -> Anchor | None:
    """Returns the anchor, or None if the body is none; says nothing about the signature."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    is_anchor = isinstance(found, dict) and set(found) == {"first", "last", "previous", "root"}
    if not is_anchor or not isinstance(found["last"], int) or not isinstance(found["first"], int):
        return None
    return Anchor(body, signature)


def canonical(value: Mapping[str, object]) -> bytes:
    """Returns the one JSON spelling of a body."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def chain(key: bytes, previous_mac: bytes, seq: int, body: bytes) -> bytes:
    """Returns the MAC of a row."""
    return hmac.digest(key, previous_mac + seq.to_bytes(8, "big") + body, "sha256")


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Returns the root over at least one leaf."""
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
    return level[0]


def sign_anchor(
    signer: Ed25519PrivateKey, previous: Anchor | None, macs: Sequence[bytes]
) -> Anchor:
    """Returns the anchor over the rows that follow the previous one's."""
    first = 1 if previous is None else previous.last_seq + 1
    body = canonical(
        {
            "first": first,
            "last": first + len(macs) - 1,
            "root": merkle_root(macs).hex(),
            "previous": "" if previous is None else previous.digest,
        }
    )
    return Anchor(body, signer.sign(body))


def anchor_faults(anchors: Sequence[Anchor], key: Ed25519PublicKey) -> list[str]:
    """Returns what is wrong with the anchors among themselves, as sentences.

    Args:
      anchors: in the order of their rows, each once.
      key: who must have signed them.
    """
    faults = []
    previous: Anchor | None = None
    for anchor in anchors:
        if not anchor.is_signed_by(key):
            faults.append(f"the anchor at row {anchor.last_seq} is not signed by this clinic")
            continue
        expected_first = 1 if previous is None else previous.last_seq + 1
        expected_digest = "" if previous is None else previous.digest
        if (anchor.first_seq, anchor.previous) != (expected_first, expected_digest):
            faults.append(f"the anchor before row {anchor.first_seq} is missing or another one")
        previous = anchor
    return faults


class ChainReader:
    """Follows the rows in order and holds each run against its anchor."""

    def __init__(self, key: bytes, anchors: Sequence[Anchor]) -> None:
        self._key = key
        self._waiting = list(anchors)
        self._run: list[bytes] = []
        self.mac = FIRST_MAC
        self.rows = 0
        self.faults: list[str] = []

    def read(self, seq: int, body: bytes, mac: bytes) -> None:
        """Takes the next row; after the first fault the rest tells nothing more."""
        if self.faults:
            return
        self.rows += 1
        self.mac = chain(self._key, self.mac, self.rows, body)
        if seq != self.rows or not hmac.compare_digest(self.mac, mac):
            self.faults.append(f"the chain is broken at row {self.rows}")
            return
        self._run.append(mac)
        if self._waiting and self._waiting[0].last_seq == seq:
            if merkle_root(self._run).hex() != self._waiting.pop(0).root:
                self.faults.append(f"rows up to {seq} were rewritten after they were anchored")
            self._run = []

    def end(self) -> None:
        """Says that no row follows."""
        if not self.faults and self._waiting:
            last = self._waiting[-1].last_seq
            self.faults.append(f"the end was cut off: row {last} was anchored, {self.rows} remain")

    @property
    def not_anchored(self) -> int:
        """Returns how many rows at the end no anchor covers yet."""
        return len(self._run)
