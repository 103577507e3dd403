"""Are a town's people found in five lists, equally well whatever their names, and addresses placed?

The town is invented, its truth known. Lists are read from partners' files of one month as an office
reads them. UPRNs are held back where addresses are looked up: of council tax the truth is the home
that is billed, of practices the UPRN that they hold, which is not read.
"""

import tempfile
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import ROOT, Row
from benchmarks.processes import used

PEOPLE, SEED, MONTH = 100_000, 1, "2026-07"
LISTS = {
    "gp_registrations": "nhs_number",
    "council_tax": "account",
    "housing_benefit": "claim",
    "school_census": "upn",
    "home_safety_visits": "visit",
}


def town() -> Iterator[Row]:
    """People in five lists with the gap by culture; addresses of two lists."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = ["--people", str(PEOPLE), "--seed", str(SEED), "--out", str(folder / "town")]
        used(["-m", "joinedup", "town", "make", *made])
        lists = {each: _read(folder / "town", each) for each in LISTS}
        yield _people(folder, lists)
        for each in ("council_tax", "gp_registrations"):
            yield _addresses(folder, each, lists[each])


def _read(town_: Path, name: str) -> pa.Table:
    """The month's file, each row with an id of its own."""
    from joinedup.office.folder import load  # noqa: PLC0415 - only when measured
    from joinedup.sources import read  # noqa: PLC0415 - as above

    dataset = load(ROOT / "examples" / "town").datasets[name]
    path = town_ / "deliveries" / MONTH / dataset.layout.file
    table = read(path, dataset, list(dataset.fields)).table
    ids = pa.array([f"{name}-{row}" for row in range(table.num_rows)])
    return table.add_column(0, "id", ids).replace_schema_metadata(None)


def _of_records(folder: Path, name: str, table: pa.Table, what: str) -> list[int]:
    """Of each row its person or home in truth, -1 where nobody knows."""
    told = pq.read_table(folder / "town" / "truth" / "records" / f"{name}.parquet")
    known = dict(zip(told["ref"].to_pylist(), told[what].to_pylist(), strict=True))
    return [known.get(ref, -1) for ref in table[LISTS[name]].cast(pa.string()).to_pylist()]


def _people(folder: Path, lists: dict[str, pa.Table]) -> Row:
    culture = pq.read_table(folder / "town" / "truth" / "people.parquet")["culture"].to_pylist()
    truth: dict[str, int] = {}
    arguments = ["-m", "joinedup", "try", "link.people", "--out", str(folder / "people")]
    for name, table in lists.items():
        pq.write_table(table, folder / f"{name}.parquet")
        arguments += ["--table", f"{name}={folder / name}.parquet"]
        of = _of_records(folder, name, table, "person")
        truth |= dict(zip(table["id"].to_pylist(), of, strict=True))
    ours = used(arguments)
    pairs = pq.read_table(folder / "people" / "pairs.parquet")
    made = set(zip(pairs["id_l"].to_pylist(), pairs["id_r"].to_pylist(), strict=True))
    entities = pq.read_table(folder / "people" / "entities.parquet")
    named = dict(zip(entities["id"].to_pylist(), entities["entity"].to_pylist(), strict=True))
    known = {id_: person for id_, person in truth.items() if person >= 0}
    true, within = _together(known), _together(named)
    groups: dict[str, tuple[set[Pair], set[Pair]]] = {name: (set(), set()) for name in culture}
    for place, links in enumerate((within, true)):
        for pair in links:
            for name in {culture[known[one]] for one in pair if one in known}:
                groups[name][place].add(pair)
    whole = _f1(within, true)
    gaps = {name: whole - _f1(*both) for name, both in groups.items() if both[1]}
    worst = max(gaps, key=lambda name: abs(gaps[name]))
    return Row(
        "link a town's people (pairs)",
        f"{PEOPLE:,} people, {sum(table.num_rows for table in lists.values()):,} records of 5",
        f"F1 {_f1({(min(pair), max(pair)) for pair in made}, true):.4f}, {ours.cpu:.0f} s of cores,"
        f" {ours.seconds:.0f} s, {ours.gigabytes:.1f} GB",
        "",
        f"aim: 0.97, gap at most 0.02; entities {whole:.4f}; of cultures {worst} is farthest from"
        f" all, {-gaps[worst]:+.4f}",
    )


Pair = tuple[str, str]


def _together(entity: Mapping[str, Any]) -> set[Pair]:
    """All pairs of records of one entity, the smaller id first."""
    members: dict[Any, list[str]] = {}
    for id_, one in entity.items():
        members.setdefault(one, []).append(id_)
    return {pair for some in members.values() for pair in combinations(sorted(some), 2)}


def _f1(made: set[Pair], true: set[Pair]) -> float:
    return 2 * len(made & true) / (len(made) + len(true))


def _addresses(folder: Path, name: str, table: pa.Table) -> Row:
    from joinedup.store.bench import to_arrow  # noqa: PLC0415 - reads a UPRN as text

    path = folder / "town" / "deliveries" / "open" / "gazetteer.csv"
    listed = to_arrow(path, name="gazetteer")
    parent = dict(zip(listed["UPRN"].to_pylist(), listed["PARENT_UPRN"].to_pylist(), strict=True))
    homes = pq.read_table(folder / "town" / "truth" / "homes.parquet")["uprn"].to_pylist()
    held: list[str | None] = table["uprn"].to_pylist()
    if name == "council_tax":
        at = _of_records(folder, name, table, "home")
        held = [f"{homes[home]:012d}" if home >= 0 else None for home in at]
    truth = {
        id_: uprn for id_, uprn in zip(table["id"].to_pylist(), held, strict=True) if uprn in parent
    }
    said = ["id", *(one for one in table.column_names if one.startswith(("address", "postcode")))]
    pq.write_table(table.select(said), folder / f"{name}_addresses.parquet")
    out = folder / f"{name}_placed"
    arguments = [
        "-m",
        "joinedup",
        "try",
        "link.addresses",
        "--set",
        "gazetteer=gazetteer",
        "--out",
        str(out),
    ]
    arguments += ["--table", f"gazetteer={path}"]
    ours = used([*arguments, "--table", f"{name}={folder / f'{name}_addresses.parquet'}"])
    pairs = pq.read_table(out / "pairs.parquet").to_pylist()
    links = [(truth[row["id_l"]], row["id_r"]) for row in pairs if row["id_l"] in truth]
    right = sum(true == found for true, found in links)
    across = sum(
        true != found and parent[found] is not None and parent[found] == parent[true]
        for true, found in links
    )
    return Row(
        f"link a town's addresses to a gazetteer ({name.replace('_', ' ')})",
        f"{table.num_rows:,} records, {listed.num_rows:,} places, no UPRN read",
        f"precision {right / len(links):.4f}, recall {right / len(truth):.4f},"
        f" {ours.cpu:.0f} s of cores, {ours.seconds:.0f} s, {ours.gigabytes:.1f} GB",
        "",
        f"aim: 0.98 and 0.90, no link to another flat; {across} of {len(links):,} are to another"
        " flat of the building, whose number is the one that is written",
    )
