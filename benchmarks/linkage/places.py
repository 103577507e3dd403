"""How quickly are addresses given their place, and is one that is not listed refused?

5,000 food premises are looked up among 21,952 registered offices, and nobody knows the truth. So
cases are planted of which it is known that their place is not listed, 400 of each kind, and are
looked up among the others: whatever is found for them is wrong. How many of the others are linked
is told beside, for who refuses everybody refuses these.

A row says a place in its district by a number and the word after it (`38 STATION`); a range says
every number in it. A place is not listed if no row of the district says it.

- *its row taken out*: an office that alone says its place; its neighbours stay.
- *its place taken out*: a premises whose place some rows of its postcode say; every row of the
  district that says it is taken out. (Other such premises keep theirs.)
- *its number moved by one*: an office with the next number, if no row says that; its own row, the
  neighbour, stays.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.csv import read_csv, write_csv

from benchmarks import Row
from benchmarks.linkage.given import DATA
from benchmarks.linkage.measured import ours, stated, took
from benchmarks.linkage.peers import ADDRESSES, ran

ROW_OUT, PLACE_OUT, MOVED = "its row taken out", "its place taken out", "its number moved by one"
DRAWN = 400
REFUSED, SECONDS = 0.9, 10.0
SAID = re.compile(r"\b([0-9]+)[A-Z]?(?: ?- ?([0-9]+)[A-Z]?)? +([A-Z]+)")
Place = tuple[str, int, str]
"""District, number, and the word after it."""


@dataclass(frozen=True)
class Planted:
    """Addresses of which some have no listed place.

    Attributes:
        addresses: all that are looked up.
        gazetteer: what is left of it.
        kind: how each planted one was made, by its id.
    """

    addresses: pa.Table
    gazetteer: pa.Table
    kind: dict[str, str]


def places() -> Iterator[Row]:
    """The whole list as it is, and with planted cases."""
    if not DATA.is_dir():
        return
    place = DATA / "linkage_uk_addresses"
    food, companies = (
        pq.read_table(
            place / f"{name}.parquet", columns=["unique_id", "address_concat", "postcode"]
        )
        for name in ("food_hygiene", "companies_house")
    )
    yield _whole(food, companies)
    yield _refused(planted(food, companies, seed=1))


def planted(addresses: pa.Table, gazetteer: pa.Table, *, seed: int) -> Planted:
    """Plant the three kinds of cases.

    Args:
        addresses: `unique_id`, `address_concat`, `postcode`.
        gazetteer: the same.
        seed: of those that are drawn.
    """
    rng = np.random.default_rng(seed)
    rows = gazetteer.to_pylist()
    said = [_said(row) for row in rows]
    times = Counter(place for places in said for place in places)
    alone = [at for at, places in enumerate(said) if places and all(times[p] == 1 for p in places)]
    cases = [(row, ROW_OUT) for row in _drawn(rng, [rows[at] for at in alone])]
    out = {row["unique_id"] for row, _ in cases}
    at_postcode = {(row["postcode"], p) for row, ps in zip(rows, said, strict=True) for p in ps}
    listed = [
        row
        for row in addresses.to_pylist()
        if any((row["postcode"], place) in at_postcode for place in _said(row))
    ]
    absent = _drawn(rng, listed)
    gone = {place for row in absent for place in _said(row)}
    out |= {row["unique_id"] for row, ps in zip(rows, said, strict=True) if gone & ps}
    cases += [(row, PLACE_OUT) for row in absent]
    left = [row for row in rows if row["unique_id"] not in out]
    moved = [made for row in left if (made := _moved(row, listed=times)) is not None]
    cases += [(row, MOVED) for row in _drawn(rng, moved)]
    made = [row | {"unique_id": f"planted {at}"} for at, (row, _) in enumerate(cases)]
    names = {row["unique_id"] for row in absent}
    others = [row for row in addresses.to_pylist() if row["unique_id"] not in names]
    return Planted(
        addresses=pa.Table.from_pylist([*others, *made], schema=addresses.schema),
        gazetteer=pa.Table.from_pylist(left, schema=gazetteer.schema),
        kind={row["unique_id"]: kind for row, (_, kind) in zip(made, cases, strict=True)},
    )


def _said(row: dict[str, str]) -> set[Place]:
    """Every place that an address says."""
    district = row["postcode"].split()[0]
    found = set()
    for low, high, word in SAID.findall(row["address_concat"]):
        first, last = int(low), int(high or low)
        if last < first or last - first > 100:
            last = first
        found |= {(district, number, word) for number in range(first, last + 1)}
    return found


def _moved(row: dict[str, str], *, listed: Counter[Place]) -> dict[str, str] | None:
    """The address with its one number higher by one, if nobody is listed there."""
    found = SAID.findall(row["address_concat"])
    if len(found) != 1 or found[0][1]:
        return None
    number = found[0][0]
    text = re.sub(rf"\b{number}\b", str(int(number) + 1), row["address_concat"], count=1)
    moved = row | {"address_concat": text}
    return moved if not any(listed[place] for place in _said(moved)) else None


def _drawn(rng: np.random.Generator, rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [rows[at] for at in sorted(rng.permutation(len(rows))[:DRAWN].tolist())]


def _whole(food: pa.Table, companies: pa.Table) -> Row:
    """The lists as they are."""
    with tempfile.TemporaryDirectory() as folder:
        files = _written(Path(folder), food, companies)
        out = Path(folder) / "ours"
        spent = ours("link.addresses", dict(zip(("food", "companies"), files, strict=True)), out)
        beside = _peer(Path(folder), files)
        linked = read_csv(out / "pairs.csv").num_rows
        precision = stated(out)[0]
    end = "reached" if spent.cpu <= SECONDS else "**missed**"
    return Row(
        "link UK addresses",
        f"{food.num_rows:,} among {companies.num_rows:,}",
        f"{linked:,} linked, {took(spent)}",
        beside[0],
        f"aim: {SECONDS:.0f} s of cores: {end}; nobody knows the truth; stated precision"
        f" {precision:.3f}",
    )


def _refused(cases: Planted) -> Row:
    """Planted cases among the others."""
    with tempfile.TemporaryDirectory() as folder:
        files = _written(Path(folder), cases.addresses, cases.gazetteer)
        out = Path(folder) / "ours"
        spent = ours("link.addresses", dict(zip(("food", "companies"), files, strict=True)), out)
        mine = read_csv(out / "pairs.csv")["id_l"].to_pylist()
        told, theirs = _peer(Path(folder), files)
        asked = set(read_csv(out / "review.csv")["id_l"].to_pylist()) & set(cases.kind)
    shares = _shares(cases, mine)
    end = "reached" if min(shares.values()) >= REFUSED else "**missed**"
    many = Counter(cases.kind.values())
    return Row(
        "refuse UK addresses that are not listed",
        f"{cases.addresses.num_rows:,}, of them planted"
        f" {', '.join(f'{number:,} with {kind}' for kind, number in many.items())}",
        f"{_words(cases, mine)}, {took(spent)}",
        f"{ADDRESSES.told}: {_words(cases, theirs)}" if theirs else told,
        f"aim: {REFUSED:.0%} refused of each kind: {end}; {len(asked):,} of the planted go to a"
        " person, the others are turned down",
    )


def _written(folder: Path, *tables: pa.Table) -> list[Path]:
    paths = [folder / name for name in ("addresses.csv", "gazetteer.csv")]
    for path, table in zip(paths, tables, strict=True):
        write_csv(table, path)
    return paths


def _peer(folder: Path, files: Sequence[Path]) -> tuple[str, list[str]]:
    """What the peer did in words, and the ids that it gave a place."""
    out = folder / ADDRESSES.name
    spent = ran(ADDRESSES, "addresses", out, [*files, files[0]])
    if isinstance(spent, str):
        return f"{ADDRESSES.told}: {spent}", []
    linked = [str(one) for one in read_csv(out / "pairs.csv")["one"].to_pylist()]
    return f"{ADDRESSES.told}: {len(linked):,} linked, {took(spent)}", linked


def _shares(cases: Planted, linked: Sequence[object]) -> dict[str, float]:
    """Of each kind, how many were refused."""
    wrong = Counter(cases.kind[name] for one in linked if (name := str(one)) in cases.kind)
    return {kind: 1 - wrong[kind] / many for kind, many in Counter(cases.kind.values()).items()}


def _words(cases: Planted, linked: Sequence[object]) -> str:
    told = ", ".join(f"{share:.1%} ({kind})" for kind, share in _shares(cases, linked).items())
    others = len(linked) - sum(str(one) in cases.kind for one in linked)
    many = cases.addresses.num_rows - len(cases.kind)
    return f"refused {told}; of {many:,} others {others:,} linked"
