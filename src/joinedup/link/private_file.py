"""What leaves a partner: filters, and names of records that say nothing. A quarter are of nobody.

A dummy is made of what records of the same file say: the street of one, and each other thing of one
more, as often empty as it is there; what is a person's own, such as a birth date, of parts of
several. So it is near to others as a stranger of that street is. The partner keeps the list of
which name is which record's; dummies are not in it.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError
from joinedup.link import private_filter as filters
from joinedup.link.features import HOME, OWN, REACH, feature_of
from joinedup.link.standard import ids_of, standard

DUMMIES = 0.25
"""For each record of the file, so many of nobody."""
NAME_BYTES = 16
DATE_PARTS, HALVES = (0.5, 0.75), (0.5,)
"""After which share of a text another's is taken: year, month, day; or half and half."""
RECORD, FILTER, UNDER = "record", "filter", "under"
FARTHEST = 8
"""Standard deviations by which the weight of a filter may be off the half."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What is written.

    Attributes:
        table: to be sent: `record`, `filter`, and `under`, which form, key and fields were used.
        ids: to be kept: `record`, and `id` as the file has it.
        fields: what was encoded.
        dummies: how many records are of nobody.
    """

    table: pa.Table
    ids: pa.Table
    fields: tuple[str, ...]
    dummies: int


def encode(
    table: pa.Table,
    roles: Mapping[str, str],
    *,
    id_column: str,
    only: Sequence[str],
    secret: bytes,
    key: str,
) -> Encoded:
    """Write the records of a file so that a third body can link them and read nothing.

    Args:
        table: the partner's own.
        roles: role to column, from `roles.roles_of`.
        id_column: the column that names a row; the row's number if empty.
        only: features to encode, the same at every partner; all that are said if empty.
        secret: 32 bytes that the partners share.
        key: what the secret is called; it says nothing of it.

    Raises:
        MethodError: too little is said, or a feature that is asked for is not there.
    """
    columns = standard(table, roles)
    fields = _chosen(filters.fields_of(columns), only)
    keys = filters.keys(secret)
    said = pa.table({name: columns[name] for name in fields})
    salt = _salt(said, keys)
    own = _ids(table, id_column)
    rng = np.random.default_rng(np.frombuffer(salt, np.uint32))
    whole = pa.concat_tables([said, dummies_of(said, rng)])
    count = whole.num_rows - len(own)
    called = [b"r" + text.encode() for text in own] + [b"d%d" % place for place in range(count)]
    names = [hmac.digest(keys.names, salt + one, "sha256")[:NAME_BYTES].hex() for one in called]
    drawn = _draws(whole, called)
    made = filters.encoded(
        {name: whole[name].combine_chunks() for name in fields}, fields, drawn, keys
    )
    sent = pa.table(
        {
            RECORD: pa.array(names),
            FILTER: pa.array([row.tobytes() for row in made], pa.binary()),
            UNDER: pa.array([f"{filters.FORM} {key} {' '.join(fields)}"] * len(names)),
        }
    )
    ids = pa.table({RECORD: pa.array(names[: len(own)]), "id": pa.array(own)})
    return Encoded(sent.sort_by(RECORD), ids, fields, count)


def _chosen(said: tuple[str, ...], only: Sequence[str]) -> tuple[str, ...]:
    """The features to encode, in one order at every partner."""
    missing = [name for name in only if name not in said]
    if missing:
        raise MethodError(
            f"the file does not say: {', '.join(missing)}. It says {', '.join(said)}.",
            fix="agree on fields that every partner has, or name their columns with --set.",
            where="fields",
        )
    return tuple(sorted(set(only))) or said


def dummies_of(said: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Records of nobody, like those of the file."""
    count = round(DUMMIES * said.num_rows)
    street = rng.integers(0, max(said.num_rows, 1), count)
    made = {}
    for name in said.column_names:
        places = rng.integers(0, max(said.num_rows, 1), count)
        if feature_of(name).group == HOME and name != "house_number":
            places = street
        made[name] = said[name].take(pa.array(places)).combine_chunks()
        if feature_of(name).group in {OWN, REACH}:
            cuts = DATE_PARTS if name == "birth_date" else HALVES
            made[name] = _crossed(made[name], said[name], cuts, rng)
    return pa.table(made, schema=said.schema)


def _crossed(
    texts: pa.Array, cells: pa.ChunkedArray, cuts: Sequence[float], rng: np.random.Generator
) -> pa.Array:
    """Each text with what follows a cut from another cell, one after the other."""
    others = cells.drop_null()
    for cut in cuts:
        drawn = others.take(pa.array(rng.integers(0, max(len(others), 1), len(texts)))).to_pylist()
        told = zip(texts.to_pylist(), drawn, strict=True)
        made = [
            None
            if text is None
            else text[: round(cut * len(text))] + other[round(cut * len(other)) :]
            for text, other in told
        ]
        texts = pa.array(made, pa.string())
    return texts


def checked(table: pa.Table, *, where: str) -> np.ndarray:
    """The filters of an encoded table, packed, shape (records, 512).

    Raises:
        MethodError: it is not what `encode` writes; all that is wrong is counted.
    """
    rows = table[FILTER].combine_chunks()
    rows = rows.chunk(0) if isinstance(rows, pa.ChunkedArray) else rows
    names = table[RECORD]
    wrong = {"no filter": rows.null_count, "no name": names.null_count}
    wrong["a name that another has"] = table.num_rows - len(names.unique())
    kept = rows.drop_null()
    lengths = np.asarray(pa.compute.binary_length(kept))
    wrong[f"a filter of another length than {filters.BYTES} bytes"] = int(
        (lengths != filters.BYTES).sum()
    )
    if not any(wrong.values()) and table.num_rows:
        packed = np.frombuffer(b"".join(kept.to_pylist()), np.uint8).reshape(-1, filters.BYTES)
        weights = np.bitwise_count(packed).sum(axis=1, dtype=np.int64)
        off = np.abs(weights - filters.BITS / 2) > FARTHEST * np.sqrt(filters.BITS) / 2
        wrong["a filter too thin or too dense"] = int(off.sum())
        wrong["a filter that another has"] = len(packed) - len(np.unique(packed, axis=0))
        if not any(wrong.values()):
            return packed
    told = "; ".join(f"{count:,} rows with {what}" for what, count in wrong.items() if count)
    raise MethodError(
        f"this is not as `joinedup link encode` wrote it: {told or 'it has no rows'}.",
        fix="have the partner encode the file again, and send it as it is.",
        where=where,
    )


def _ids(table: pa.Table, column: str) -> list[str]:
    told = ids_of(table, column)
    if told.null_count or len(told.unique()) < len(told):
        raise MethodError(
            "the column that names a row is empty in some, or names two alike.",
            fix="name another with --set id=COLUMN, or --set id= for the number of the row.",
            where=column,
        )
    return [str(one) for one in told.to_pylist()]


def _salt(said: pa.Table, keys: filters.Keys) -> bytes:
    """Of this file alone: a person's record has another name in each file, whatever its id."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, said.schema) as writer:
        writer.write_table(said.combine_chunks())
    return hmac.digest(keys.names, memoryview(sink.getvalue()), "sha256")


def _draws(whole: pa.Table, called: Sequence[bytes]) -> list[bytes]:
    """What each record's noise hangs on: its id and all it says, so that it can be drawn once."""
    cells = [column.to_pylist() for column in whole.columns]
    rows = zip(*cells, strict=True)
    return [
        one + b"\0" + "\0".join(cell or "" for cell in row).encode()
        for one, row in zip(called, rows, strict=True)
    ]
