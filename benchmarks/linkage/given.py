"""Which records are linked, what is true of them, and what should be reached?

Everybody is given the same files, as CSV, without the truth. What should be reached stands here
beside its data set; nothing in `joinedup` knows of either.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.csv import read_csv, write_csv

from benchmarks import ROOT
from benchmarks.linkage.peers import DEDUPE, GOLDENMATCH, SPLINK, Peer
from benchmarks.linkage.population import population

DATA = Path(os.environ.get("JOINEDUP_DATA") or ROOT.parent / "shared" / "data")
SIZES = (50_000, 100_000, 250_000, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What should be reached.

    Attributes:
        f1: at least.
        cpu: at most, seconds of all cores.
        gigabytes: at most, at once.
        off: how far the stated precision and recall may be from the true ones.
    """

    f1: float
    cpu: float = float("inf")
    gigabytes: float = float("inf")
    off: float = float("inf")


@dataclass(frozen=True, kw_only=True)
class Given:
    """One data set.

    Attributes:
        method: of ours.
        what: `pairs` or `entities`: which score is compared.
        tables: name to its records.
        truth: `one` and `other`, or `id` and `entity`; text.
        peers: who else links it, each with what its script calls it.
    """

    name: str
    size: str
    method: str
    what: str
    tables: Mapping[str, pa.Table]
    truth: pa.Table
    aim: Aim
    peers: tuple[tuple[Peer, str], ...]

    def written(self, folder: Path) -> tuple[dict[str, Path], Path]:
        """The files of the tables by name, and of the truth."""
        paths = {name: folder / f"{name}.csv" for name in self.tables}
        for name, table in self.tables.items():
            write_csv(table, paths[name])
        write_csv(self.truth, folder / "truth.csv")
        return paths, folder / "truth.csv"


def given() -> Iterator[Given]:
    """Every data set that is here, one after the other."""
    if DATA.is_dir():
        yield _febrl()
        yield _entities(
            "fake_1000", "linkage_person/fake_1000.parquet", Aim(f1=0.88), peers=(SPLINK,)
        )
        yield _entities(
            "historical_50k",
            "linkage_person/historical_50k.parquet",
            Aim(f1=0.86, cpu=20),
            peers=(SPLINK, GOLDENMATCH),
        )
        yield _restaurants()
        yield _sites()
    for records in SIZES:
        yield made(records)


def made(records: int) -> Given:
    """A made population of so many records, which is also its seed."""
    table, truth = population(records, seed=records)
    million = records == max(SIZES)
    return Given(
        name="made population",
        size=f"{records:,} records",
        method="link.people",
        what="pairs",
        tables={"people": table},
        truth=_text(truth),
        aim=Aim(
            f1=0.97,
            cpu=60 if million else float("inf"),
            gigabytes=4 if million else float("inf"),
            off=0.02,
        ),
        peers=((SPLINK, "made"), (GOLDENMATCH, "made")),
    )


def _febrl() -> Given:
    sides = {side: pq.read_table(DATA / f"linkage_person/febrl4{side}.parquet") for side in "ab"}
    one, other = (table["rec_id"].to_pylist() for table in sides.values())
    known = {text.split("-")[1]: text for text in other}
    partner = [known[text.split("-")[1]] for text in one]
    return Given(
        name="febrl4",
        size="5,000 and 5,000 records",
        method="link.people",
        what="pairs",
        tables=sides,
        truth=pa.table({"one": one, "other": partner}),
        aim=Aim(f1=0.9995, cpu=10),
        peers=((SPLINK, "febrl4"),),
    )


def _entities(name: str, file: str, aim: Aim, *, peers: tuple[Peer, ...]) -> Given:
    """People in one table, whose column `cluster` is the truth."""
    table = pq.read_table(DATA / file)
    return Given(
        name=name,
        size=f"{table.num_rows:,} records",
        method="link.people",
        what="entities",
        tables={"people": table.drop_columns(["cluster"])},
        truth=_text(pa.table({"id": table["unique_id"], "entity": table["cluster"]})),
        aim=aim,
        peers=tuple((peer, name) for peer in peers),
    )


def _restaurants() -> Given:
    """Two guides; their column `class` would give the truth away."""
    place = DATA / "linkage_restaurants"
    guides = {
        name: pq.read_table(place / f"{name}.parquet").drop_columns(["class"])
        for name in ("fodors", "zagats")
    }
    truth = read_csv(place / "matches.csv").rename_columns(["one", "other"])
    return Given(
        name="restaurants",
        size="533 and 331 records",
        method="link.businesses",
        what="pairs",
        tables=guides,
        truth=_text(truth),
        aim=Aim(f1=0.95, cpu=2),
        peers=((DEDUPE, "restaurants"),),
    )


def _sites() -> Given:
    table = pq.read_table(DATA / "linkage_childcare_sites" / "sites.parquet")
    return Given(
        name="childcare sites",
        size="3,337 records of 9 lists",
        method="link.businesses",
        what="entities",
        tables={"sites": table.drop_columns(["true_id"])},
        truth=_text(pa.table({"id": table["id"], "entity": table["true_id"]})),
        aim=Aim(f1=0.90),
        peers=((DEDUPE, "sites"),),
    )


def _text(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
