"""Was this written by the home itself? A seal on every event, made with a key that is not in it.

Whoever can write to the database can change an event and chain all after it anew: every hash is
right again. The seals are not, for they want the key of the home's ring (`records.keyring`): each
is a keyed BLAKE2b (RFC 7693). What they do not find is an older state of the whole database put
back: that takes an anchor.
"""

import hmac
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from joinedup.core.errors import JoinedupError
from joinedup.records.kept import secrets

NAME = "seal of the ledger"
BEGUN = "sealed events of the ledger"
EVENT, HEAD = b"joinedup event 1", b"joinedup head 1"
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
        return blake2b(
            digest.encode(), key=self.secret, digest_size=BYTES, person=EVENT
        ).hexdigest()

    def of_head(self, seq: int, digest: str) -> str:
        """The seal of the chain's end: so many events, and the hash of the last."""
        said = f"{seq} {digest}".encode()
        return blake2b(said, key=self.secret, digest_size=BYTES, person=HEAD).hexdigest()


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


def has_begun(home: Path) -> bool:
    """Whether a sealed event of this home is known to have been on the disk; asking makes nothing.

    It stands on the ring, for somebody could empty the ledger whole, seals and all.
    """
    return bool(secrets(home, BEGUN, make=False))


def begin(home: Path) -> None:
    """Keep that a sealed event is on the disk, if that can be kept; the next will keep it else."""
    with suppress(JoinedupError, OSError):
        secrets(home, BEGUN, make=True)


def same(made: str, seal: str) -> bool:
    """Whether two seals are one, told in a time that says nothing of how alike they are."""
    return hmac.compare_digest(made.encode(), seal.encode())


def fits(sealers: Sequence[Sealer], seal: str, make: Callable[[Sealer], str]) -> bool:
    """Whether one of the keys made the seal."""
    return any(same(make(one), seal) for one in sealers)
