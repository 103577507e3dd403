"""At a partner's, before a third body links: a file in, filters that nobody can read out.

Needs a key file and nothing else; no office, no home, no network. The list of which name is which
record's is written beside, for the partner to keep: with it, the pairs that come back are turned
into ids.
"""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from joinedup.core.errors import MethodError, Problem, ProjectError
from joinedup.govern.pseudonyms.keys import Key, read_key, write_key
from joinedup.link import asked, private_file, roles
from joinedup.office.tried import flat
from joinedup.office.whole import csv, parquet, refuse_existing, write_whole
from joinedup.records import keyfile
from joinedup.records.keyring import KEY_BYTES, derived, key_id
from joinedup.store.bench import to_arrow

USE = b"joinedup linkage encoding 1"
SIDES = ("l", "r")


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedFile:
    """What was written, told without the content of any cell.

    Attributes:
        kept: the file that stays with the partner: which name is which record's.
        dummies: how many of the records are of nobody.
        columns: what the file was found to say, and in which column.
    """

    file_name: str
    kept: str
    rows: int
    dummies: int
    fields: tuple[str, ...]
    columns: Mapping[str, str]
    key: str


def encode(
    path: Path,
    *,
    key_file: Path,
    out: Path,
    fields: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    id_column: str | None = None,
) -> EncodedFile:
    """Write a partner's file as filters, and the list of names beside it.

    Args:
        path: the partner's file, CSV or Parquet.
        key_file: from `joinedup key` or `joinedup link key`; or 64 hexadecimal digits.
        out: a new Parquet file to send.
        fields: what to encode, the same at every partner; all that the file says if empty.
        columns: role to column, where what is found is wrong; empty: not encoded.
        id_column: the column that names a row; found if None, the row's number if empty.

    Raises:
        ProjectError: the key cannot be used, or a file cannot be written.
        MethodError: the file cannot be read, says too little, or what is set is not there.
    """
    kept = out.with_name(f"{out.name.removesuffix('.parquet')}.ids.csv")
    if out.suffix.lower() != ".parquet":
        raise ProjectError("the file to write ends in .parquet.", fix="name one.", where=out.name)
    for one in (out, kept):
        if os.path.lexists(one):
            refuse_existing(one)
    key = _key(key_file)
    table = to_arrow(path, name=path.name)
    asks = asked.Spec(columns=columns or {}, id=id_column or "")
    asked.require_known(asks, {path.name: table}, [path.name], known=roles.ROLES)
    layout = asked.layout_of(asks, table, "person")
    named = layout.id if id_column is None else id_column
    made = private_file.encode(
        table,
        layout.roles,
        id_column=named,
        only=fields,
        secret=derived(key.secret, USE),
        key=key.id,
    )
    write_whole(made.ids, kept, csv)
    write_whole(made.table, out, parquet)
    return EncodedFile(
        file_name=out.name,
        kept=kept.name,
        rows=made.ids.num_rows,
        dummies=made.dummies,
        fields=made.fields,
        columns=layout.roles,
        key=key.id,
    )


def decode(pairs: Path, ids: Mapping[str, Path], out: Path) -> tuple[int, int]:
    """Write the pairs that came back with the partners' own ids; how many, and how many fell away.

    Args:
        pairs: `pairs` of `link.encoded`, CSV or Parquet.
        ids: table to the file that its partner kept.
        out: a new CSV or Parquet file. A pair with a dummy is not in it.

    Raises:
        ProjectError: a file cannot be written.
        MethodError: a file cannot be read, or is not what it should be.
    """
    writers = {".csv": csv, ".parquet": parquet}
    if out.suffix.lower() not in writers:
        forms = " or ".join(writers)
        raise ProjectError(f"the file to write ends in {forms}.", fix="name one.", where=out.name)
    if os.path.lexists(out):
        refuse_existing(out)
    table = to_arrow(pairs, name=pairs.name)
    known = {name: _known(name, path) for name, path in ids.items()}
    wanted = {f"{what}_{side}" for side in SIDES for what in ("table", "id")}
    if not wanted <= set(table.column_names):
        raise MethodError(
            "these are no pairs.", fix="give `pairs` of link.encoded.", where=pairs.name
        )
    _require_of(known, table, where=pairs.name)
    real = pa.array([True] * table.num_rows)
    for side in SIDES:
        lists, names = table[f"table_{side}"].to_pylist(), table[f"id_{side}"].to_pylist()
        told = [
            known[one].get(name) if one in known else name
            for one, name in zip(lists, names, strict=True)
        ]
        place = table.column_names.index(f"id_{side}")
        table = table.set_column(place, f"id_{side}", pa.array(told, pa.string()))
        real = pa.compute.and_(real, pa.array([one is not None for one in told], pa.bool_()))
    found = table.filter(real)
    write = writers[out.suffix.lower()]
    write_whole(flat(found) if write is csv else found, out, write)
    return found.num_rows, table.num_rows - found.num_rows


def make_key(out: Path) -> str:
    """Write a key of its own for a linkage, where no office gives one; gives the key's id.

    Raises:
        ProjectError: `out` is there already.
    """
    secret = secrets.token_bytes(KEY_BYTES)
    write_key(Key("link", "link", key_id(secret), secret), out)
    return key_id(secret)


def _key(path: Path) -> Key:
    """From a key file as the office writes it, or from 64 hexadecimal digits."""
    text = keyfile.read_private(path, fix="ask for the key file").strip()
    try:
        json.loads(text)
    except ValueError:
        pass
    else:
        if text.startswith("{"):
            return read_key(path)
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        raise keyfile.damaged(path) from None
    if len(secret) != KEY_BYTES:
        raise keyfile.damaged(path)
    return Key("", "", key_id(secret), secret)


def _require_of(known: Mapping[str, Mapping[str, str]], pairs: pa.Table, *, where: str) -> None:
    """Refuse lists that are not of these pairs, all at once: else what is right would fall away."""
    seen: dict[str, set[str]] = {}
    for side in SIDES:
        ends = (pairs[f"{what}_{side}"].to_pylist() for what in ("table", "id"))
        for one, name in zip(*ends, strict=True):
            seen.setdefault(one, set()).add(name)
    problems = []
    for table, names in known.items():
        if seen and table not in seen:
            fix = f"they are of {', '.join(sorted(seen))}: --ids TABLE=FILE."
            problems.append(Problem(where, f"no pair is of the table {table}.", fix))
        elif seen and seen[table].isdisjoint(names):
            what = f"the list given for {table} names none of its {len(seen[table]):,} records."
            fix = "name the .ids.csv that was written with the file that was linked."
            problems.append(Problem(where, what, fix))
    if problems:
        raise MethodError.of(problems)


def _known(name: str, path: Path) -> dict[str, str]:
    """Name of a record to its id."""
    from pyarrow import csv as pa_csv  # noqa: PLC0415 - only to read

    if not path.is_file():
        raise MethodError("there is no such file.", fix="name the kept .ids.csv.", where=path.name)
    kinds = pa_csv.ConvertOptions(
        column_types={"record": pa.string(), "id": pa.string()}, strings_can_be_null=False
    )
    try:
        table = pa_csv.read_csv(path, convert_options=kinds)
        return dict(zip(table["record"].to_pylist(), table["id"].to_pylist(), strict=True))
    except (pa.ArrowException, KeyError):
        raise MethodError(
            f"this is not the list that was kept for {name}.",
            fix="name the .ids.csv that `joinedup link encode` wrote.",
            where=path.name,
        ) from None
