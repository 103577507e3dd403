"""Under which key does a part lie, and in which order do its rows?

Each part has a data key of its own, derived from the key of the ring that its table and side have
and from a salt that its row in the records tells; so no two parts share one, and neither the part
nor the records alone open it. Parquet's modular encryption (AES-256-GCM, footer and pages) is done
by Arrow; a part that was changed, or put in another's place, does not open.

Rows of identifiers lie in an order that only their key gives back.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from joinedup.core.digest import canonical
from joinedup.core.errors import RecordsError
from joinedup.records import keyring

if TYPE_CHECKING:
    from joinedup.records.models import Part

ATTRIBUTES, IDENTIFIERS, TOKENS = "attributes", "identifiers", "tokens"
SALT_BYTES = 16
DATA, ORDER, DIGEST = b"joinedup part 1\x00", b"joinedup order 1\x00", b"joinedup digest 1\x00"
ALGORITHM = "AES_GCM_V1"
DIGESTS = "digests"
"""The key of the ring under which the digests of versions are made."""

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PartKey:
    """What opens one part.

    Attributes:
        id: of the key of the ring, as the records name it.
        salt: 32 hexadecimal digits, drawn for this part.
        bound: what the part is: its table, side and salt. Another's part does not open.
        secret: the data key, 32 bytes; not in `repr`, and not compared.
        order: the key of the order of its rows; as `secret`.
    """

    id: str
    salt: str
    bound: bytes
    secret: bytes = field(repr=False, compare=False)
    order: bytes = field(repr=False, compare=False)


def ring_name(table: str, side: str) -> str:
    """What the key of a table's side is called on the ring.

    >>> ring_name("admitted.visits", "attributes"), ring_name("admitted.visits", "tokens homes")
    ('table admitted.visits', 'tokens homes admitted.visits')
    """
    return f"{'table' if side == ATTRIBUTES else side} {table}"


def fresh(home: Path, table: str, side: str) -> PartKey:
    """The key of a part to be written, under the key of the ring that is in use.

    Raises:
        RecordsError: the keys of this home are missing, or are another home's.
    """
    named = keyring.key(home, ring_name(table, side))
    return _derived(named, table, side, secrets.token_hex(SALT_BYTES))


def of_part(home: Path, table: str, part: "Part", *, where: str) -> PartKey:
    """The key of a part that the records tell of.

    Raises:
        RecordsError: as `fresh`; or the key was destroyed. Names the part.
    """
    try:
        named = keyring.key_by_id(home, ring_name(table, part["side"]), part["key"])
    except RecordsError as error:
        reason = error.problems[0]
        what = f"part {part['file']} cannot be opened: {reason.what}"
        raise RecordsError(what, fix=reason.fix, where=where) from None
    return _derived(named, table, part["side"], part["salt"])


def _derived(named: keyring.Named, table: str, side: str, salt: str) -> PartKey:
    return PartKey(
        id=named.id,
        salt=salt,
        bound=canonical([table, side, salt]).encode(),
        secret=keyring.derived(named.secret, DATA + salt.encode()),
        order=keyring.derived(named.secret, ORDER + salt.encode()),
    )


def encryption(key: PartKey) -> Any:
    """What Arrow's writer wants, to encrypt a part whole."""
    from pyarrow.parquet import encryption as parquet  # noqa: PLC0415 - heavy; only to write

    return parquet.create_encryption_properties(
        footer_key=key.secret,
        aad_prefix=key.bound,
        store_aad_prefix=False,
        encryption_algorithm=ALGORITHM,
    )


def decryption(key: PartKey) -> Any:
    """What Arrow's reader wants; a part that is not encrypted is refused."""
    from pyarrow.parquet import encryption as parquet  # noqa: PLC0415 - heavy; only to read

    return parquet.create_decryption_properties(footer_key=key.secret, aad_prefix=key.bound)


def secret_order(key: PartKey, rows: int) -> Places:
    """Which row of the table lies at each place of the part, shape (rows,).

    The order in which numbers drawn from AES-256 in counter mode stand when they are sorted.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, modes  # noqa: PLC0415 - when used
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415 - as above

    drawn = Cipher(AES(key.order), modes.CTR(bytes(16))).encryptor().update(bytes(8 * rows))
    numbers = np.frombuffer(drawn, "<u8")
    order = np.argsort(numbers)
    ordered = numbers[order]
    if (ordered[1:] == ordered[:-1]).any():  # two alike stand as they were drawn, on any machine
        order = np.argsort(numbers, kind="stable")
    return order.astype(np.int64, copy=False)


def back_again(order: Places) -> Places:
    """At which place of the part each row of the table lies, shape (rows,)."""
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return places


def content_digest(home: Path, columns: Any) -> str:
    """The digest of what a version holds, under a key of the home.

    With no key, whoever sees a digest and all cells but a few could try those few until it fits;
    and digests of tables leave with what is released.
    """
    import hmac  # noqa: PLC0415 - small, but only to write

    secret = keyring.derived(keyring.key(home, DIGESTS).secret, DIGEST)
    return hmac.digest(secret, canonical(columns).encode(), "sha256").hex()
