"""How good are links with nothing to set, beside Splink set by hand, and what do they take?

Each row is one command, `joinedup try link.…`, with its own line and the same defaults; the truth
is read only to score. The peer is Splink 5 with the settings its documentation gives for such data,
in a process of its own, at a chance of 0.5, and 0.95 for its clusters; other peers are told as they
were published. Seconds of cores are told, for they depend least on neighbours.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import ROOT, Row
from benchmarks.processes import used

DATA = Path(os.environ.get("JOINEDUP_DATA") or ROOT.parent / "shared" / "data")
SIZES = (50_000, 100_000, 250_000, 1_000_000)
OURS = """
import sys
from joinedup.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
SPLINK = ROOT / "benchmarks" / "linkage" / "splink_by_hand.py"


@dataclass(frozen=True)
class Given:
    """One data set.

    Attributes:
        method: of ours.
        tables: name to file.
        truth: a file.
        peer: what `splink_by_hand` calls it; empty if it is not measured.
        told: of another peer, as it was published.
        what: `pairs` or `entities`: which score is compared.
    """

    name: str
    size: str
    method: str
    tables: dict[str, Path]
    truth: Path
    what: str
    aim: str
    peer: str = ""
    told: str = ""


def linkage() -> Iterator[Row]:
    """One row for each data set."""
    with tempfile.TemporaryDirectory() as folder:
        for given in (*_real(Path(folder)), *_made(Path(folder))):
            yield _measured(given, Path(folder))


def _measured(given: Given, folder: Path) -> Row:
    out = folder / "out"
    arguments = ["try", given.method, "--truth", str(given.truth), "--out", str(out)]
    for name, path in given.tables.items():
        arguments += ["--table", f"{name}={path}"]
    ours = used(["-c", OURS, *arguments])
    score = _score(json.loads((out / "result.json").read_text()), given.what)
    stated = _stated(json.loads((out / "result.json").read_text()))
    peer, note = given.told, ""
    if given.peer:
        told = folder / "peer.json"
        theirs = used(
            [str(SPLINK), given.peer, str(told), *map(str, given.tables.values()), str(given.truth)]
        )
        f1 = json.loads(told.read_text())[given.what]
        peer = f"Splink by hand: F1 {f1:.4f}, {theirs.cpu:.0f} s of cores"
        peer += f"; {given.told}" if given.told else ""
    note = f"aim: {given.aim}; stated precision {stated[0]:.3f}, true {score['precision']:.3f}"
    return Row(
        f"link {given.name} ({given.what})",
        given.size,
        f"F1 {score['f1']:.4f}, {ours.cpu:.0f} s of cores, {ours.seconds:.0f} s,"
        f" {ours.gigabytes:.1f} GB",
        peer,
        note,
    )


def _score(result: dict[str, Any], what: str) -> dict[str, float]:
    for block in result["result"]["blocks"]:
        if block.get("title") == "Held against the truth":
            names = [column["name"] for column in block["columns"]]
            for row in block["rows"]:
                if row[0] == what:
                    return dict(zip(names, row, strict=True))
    message = "the result holds no score"
    raise ValueError(message)


def _stated(result: dict[str, Any]) -> list[float]:
    return [
        item["value"]
        for block in result["result"]["blocks"]
        for item in block.get("items", ())
        if "value" in item
    ]


def _real(folder: Path) -> Iterator[Given]:
    import pyarrow as pa  # noqa: PLC0415 - only when measured
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    if not DATA.is_dir():
        return
    person = DATA / "linkage_person"

    def truth(name: str, table: pa.Table) -> Path:
        path = folder / f"{name}_truth.parquet"
        pq.write_table(table, path)
        return path

    def entity(path: Path, id_: str, name: str) -> tuple[Path, Path]:
        """The file without its truth, and the truth."""
        table = pq.read_table(path)
        told = truth(path.stem, pa.table({"id": table[id_], "entity": table[name]}))
        plain = folder / path.name
        pq.write_table(table.drop_columns([name]), plain)
        return plain, told

    one, other = (pq.read_table(person / f"febrl4{side}.parquet")["rec_id"] for side in "ab")
    known = {text.as_py().split("-")[1]: text.as_py() for text in other}
    partner = [known[text.as_py().split("-")[1]] for text in one]
    yield Given(
        "febrl4", "5,000 and 5,000 records", "link.people",
        {"a": person / "febrl4a.parquet", "b": person / "febrl4b.parquet"},
        truth("febrl", pa.table({"one": one, "other": pa.array(partner)})),
        "pairs", "0.9995 in 10 s of cores", peer="febrl4",
    )  # fmt: skip
    plain, told = entity(person / "fake_1000.parquet", "unique_id", "cluster")
    yield Given("fake_1000", "1,000 records", "link.people", {"people": plain}, told,
                "entities", "0.88", peer="fake_1000")  # fmt: skip
    plain, told = entity(person / "historical_50k.parquet", "unique_id", "cluster")
    yield Given("historical_50k", "50,578 records", "link.people", {"people": plain}, told,
                "entities", "0.86 in 20 s of cores", peer="historical_50k",
                told="GoldenMatch 3.22: 0.825, 57 s of cores")  # fmt: skip
    places = DATA / "linkage_restaurants"
    guides = {}
    for name in ("fodors", "zagats"):
        table = pq.read_table(places / f"{name}.parquet")
        guides[name] = folder / f"{name}.parquet"
        pq.write_table(table.drop_columns(["class"]), guides[name])
    yield Given("restaurants", "533 and 331 records", "link.businesses", guides,
                places / "matches.csv", "pairs", "0.95 in 2 s",
                told="dedupe with all labels: 0.911")  # fmt: skip
    plain, told = entity(DATA / "linkage_childcare_sites" / "sites.parquet", "id", "true_id")
    yield Given("childcare sites", "3,337 records of 9 lists", "link.businesses", {"sites": plain},
                told, "entities", "0.90 without labels", told="dedupe needs labels")  # fmt: skip


def _made(folder: Path) -> Iterator[Given]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only when measured

    from benchmarks.linkage.population import population  # noqa: PLC0415 - as above

    for records in SIZES:
        table, truth = population(records, seed=records)
        paths = folder / f"made_{records}.parquet", folder / f"made_{records}_truth.parquet"
        for path, data in zip(paths, (table, truth), strict=True):
            pq.write_table(data, path)
        yield Given("made population", f"{records:,} records", "link.people", {"people": paths[0]},
                    paths[1], "pairs", "0.97 at every size, a million in 60 s and 4 GB",
                    peer="made")  # fmt: skip
