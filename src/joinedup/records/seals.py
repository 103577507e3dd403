"""Was this written by the home itself? A seal on every event, made with a key that is not in it.

Whoever can write to the database can change an event and chain all after it anew: every hash is
right again. The seals are not, for they want the key of the home's ring (`records.keyring`). What
they do not find is an older state of the whole database put back: that takes an anchor.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.records.kept import secrets

NAME = "seal of the ledger"
EVENT = b"joinedup ledger event 1\x00"
HEAD = b"joinedup ledger head 1\x00"
BYTES = 16


@dataclass(frozen=True, slots=True)
class Sealer:
    """One key of the seals.

    Attributes:
        secret: not in `repr`, and not compared.
    """

    secret: bytes = field(repr=False, compare=False)

    def of_event(self, digest: str) -> str:
        """The seal of the event with this hash."""
        return self._made(EVENT + digest.encode())

    def of_head(self, seq: int, digest: str) -> str:
        """The seal of the chain's end: so many events, and the hash of the last."""
        return self._made(HEAD + f"{seq} {digest}".encode())

    def _made(self, text: bytes) -> str:
        return hmac.digest(self.secret, text, "sha256")[:BYTES].hex()


def sealer(home: Path) -> Sealer:
    """The key in use, made with the first event.

    Raises:
        ProjectError: the keys cannot be read, or others may read them.
        RecordsError: they are missing, damaged, or another home's.
    """
    return Sealer(secrets(home, NAME, make=True)[-1])


def sealers(home: Path) -> tuple[Sealer, ...]:
    """Every key that may have sealed an event of this home, the newest first; asking makes none."""
    return tuple(Sealer(one) for one in reversed(secrets(home, NAME, make=False)))


def fits(sealers: Sequence[Sealer], seal: str, make: Callable[[Sealer], str]) -> bool:
    """Whether one of the keys made the seal."""
    return any(hmac.compare_digest(make(one).encode(), seal.encode()) for one in sealers)
