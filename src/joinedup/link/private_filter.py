"""How is a record written so that another can be held against it, and nobody can read it?

As 4,096 bits. All parts of all its cells set bits of one filter, at places that only the key tells
(a CLK: Schnell, Bachteler & Reiher, 2011). Then it is hardened: each field sets as many bits
whether long, short or empty, so that weight says nothing; the filter is folded in two by exclusive
or; half of the bits, chosen by the key, are turned round, as a filter beside its complement has it;
and each bit is turned round with a chance of 13 in 256, so that it keeps to ε = 3 (BLIP).

What is drawn is drawn from the key and the record: written again, a record is the same, so that no
number of copies averages the noise away.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.core.errors import MethodError
from joinedup.link.private_tokens import can_be_encoded, parts_of, weight_of

Bits = npt.NDArray[np.uint8]
FORM = 1
BITS = 4096
RAW = 2 * BITS
BYTES = BITS // 8
DENSE = 0.4
"""Of the bits of a filter before it is folded, how many are set."""
SET = round(-np.log(1 - DENSE) * RAW)
"""How often a bit is set, a bit that is set twice counted twice."""
TURNED, OF = 13, 256
"""log((256 - 13) / 13) = 2.93: each bit keeps to ε = 3."""
AT_ONCE = 1 << 14
FEWEST_FIELDS = 2


@dataclass(frozen=True, slots=True)
class Keys:
    """A key for each use, from the secret that the partners share; none is in `repr`.

    Attributes:
        places: where a part sets bits.
        noise: what is drawn.
        mask: which bits are turned round in every record.
        names: what a record is called.
    """

    places: bytes = field(repr=False)
    noise: bytes = field(repr=False)
    mask: bytes = field(repr=False)
    names: bytes = field(repr=False)


def keys(secret: bytes) -> Keys:
    """The keys of one linkage.

    Args:
        secret: 32 bytes that the partners share and the linker does not have.
    """
    uses = ("places", "noise", "mask", "names")
    made = [hmac.digest(secret, f"joinedup encode {FORM} {use}".encode(), "sha256") for use in uses]
    return Keys(*made)


def fields_of(columns: Mapping[str, pa.Array]) -> tuple[str, ...]:
    """The columns of `standard` that are encoded, if they say enough.

    Raises:
        MethodError: too little is said to tell records apart.
    """
    found = tuple(
        sorted(
            name
            for name, cells in columns.items()
            if can_be_encoded(name) and cells.null_count < len(cells)
        )
    )
    if len(found) < FEWEST_FIELDS:
        raise MethodError(
            f"the file says {len(found)} things by which a person can be told.",
            fix="name the columns that say who a record is about: --set columns.surname=COLUMN.",
            where="columns",
        )
    return found


def encoded(
    columns: Mapping[str, pa.Array], fields: Sequence[str], names: Sequence[bytes], keys: Keys
) -> Bits:
    """The filter of each record, packed, shape (records, 512).

    Args:
        columns: from `standard.standard`.
        fields: which of them, the same at every partner.
        names: a name of each record; what is drawn depends on it, shape (records,).
        keys: from `keys`.
    """
    given = shares(fields)
    known = [Field(name, columns[name], given[name], keys) for name in fields]
    mask = np.frombuffer(hashlib.shake_256(keys.mask).digest(BYTES), np.uint8)
    made = np.empty((len(names), BYTES), dtype=np.uint8)
    for first in range(0, len(names), AT_ONCE):
        some = slice(first, min(first + AT_ONCE, len(names)))
        drawn = _drawn(names[some], keys, extra=2 * sum(given.values()))
        raw = np.zeros((len(drawn), RAW // 8), dtype=np.uint8)
        at = BITS
        for one in known:
            one.write(raw, some, drawn[:, at : at + 2 * one.share])
            at += 2 * one.share
        folded = raw[:, :BYTES] ^ raw[:, BYTES:] ^ mask
        made[some] = folded ^ np.packbits(drawn[:, :BITS] < TURNED, axis=1)
    return made


def shares(fields: Sequence[str]) -> dict[str, int]:
    """How many bits each field sets."""
    whole = sum(weight_of(name) for name in fields)
    return {name: round(SET * weight_of(name) / whole) for name in fields}


def _drawn(names: Sequence[bytes], keys: Keys, *, extra: int) -> Bits:
    """Bytes that nobody without the key can tell from chance, shape (records, bits and extra)."""
    whole = BITS + extra
    drawn = b"".join(
        hashlib.shake_256(hmac.digest(keys.noise, name, "sha256")).digest(whole) for name in names
    )
    return np.frombuffer(drawn, np.uint8).reshape(len(names), whole)


class Field:
    """One field of all records: the bits of each different cell, made once."""

    def __init__(self, name: str, cells: pa.Array, share: int, keys: Keys) -> None:
        self.name, self.share, self._keys = name, share, keys
        coded = cells.dictionary_encode()
        self._codes = np.asarray(coded.indices.fill_null(-1)).astype(np.int64)
        self._cells = coded.dictionary.to_pylist()
        self._places: dict[str, npt.NDArray[np.uint16]] = {}

    def write(self, raw: Bits, some: slice, drawn: Bits) -> None:
        """Set the bits of these records; what is not said sets as many at random places."""
        codes = self._codes[some]
        there = codes >= 0
        used, inverse = np.unique(codes[there], return_inverse=True)
        bits = np.zeros((len(used), RAW), dtype=bool)
        for row, code in enumerate(used.tolist()):
            bits[row, self.set_by(self._cells[code])] = True
        raw[there] |= np.packbits(bits, axis=1)[inverse]
        empty = np.flatnonzero(~there)
        if len(empty):
            places = np.ascontiguousarray(drawn[empty]).view(np.uint16) % RAW
            bits = np.zeros((len(empty), RAW), dtype=bool)
            np.put_along_axis(bits, places.astype(np.int64), values=True, axis=1)
            raw[empty] |= np.packbits(bits, axis=1)

    def set_by(self, cell: str) -> npt.NDArray[np.uint16]:
        """The places that a cell sets, `share` of them however many parts it has."""
        parts = [self._of(part) for part in parts_of(self.name, cell)]
        parts.sort(key=lambda places: int(places[-1]) << 16 | int(places[-2]))
        each, more = divmod(self.share, len(parts))
        return np.concatenate(
            [places[: each + (number < more)] for number, places in enumerate(parts)]
        )

    def _of(self, part: str) -> npt.NDArray[np.uint16]:
        """The places of a part, in an order of their own."""
        if part not in self._places:
            digest = hmac.digest(self._keys.places, part.encode(), "sha256")
            told = hashlib.shake_256(digest).digest(2 * (self.share + 2))
            self._places[part] = np.frombuffer(told, np.uint16) % RAW
        return self._places[part]
