"""What do a person's decisions and the last run say of a linkage, in words?"""

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.link import telling
from joinedup.link.decided import Decided
from joinedup.link.refresh import GONE, MERGED, MOVED, SPLIT, Former
from joinedup.link.sample import Reviewed
from joinedup.result.blocks import Column, Estimates, Table

KINDS = {
    MERGED: "all of it is now of another",
    SPLIT: "part of it is now one of its own",
    MOVED: "part of it is now of another",
    GONE: "none of its records is here any more",
}


def estimates(seen: Reviewed, *, level: float) -> Estimates:
    """How good the links are, by the sample that was looked at."""
    shares = (
        ("links that are right (precision), as decided", seen.precision, seen.decided),
        ("matches that are linked (recall), as decided", seen.recall, seen.decided),
    )
    return telling.estimates("How good the links are, by pairs looked at", shares, level=level)


def of_decisions(decided: Decided | None) -> list[str]:
    """What to know of the decisions."""
    if decided is None:
        return []
    found = []
    if decided.strangers:
        found.append(
            f"{decided.strangers:,} decisions are about records that are not here: they wait."
        )
    if len(decided.unsure):
        found.append(f"{len(decided.unsure):,} pairs were looked at and could not be told.")
    return found


def of_before(former: Former | None) -> list[str]:
    """What of the last run is missing, by table."""
    if former is None:
        return []
    found = [
        f"The table {name} was linked the last time and is not here: its {many:,} records keep"
        " their entities until it is back, and nobody is linked to them now."
        for name, many in former.absent.items()
    ]
    found += [
        f"{many:,} records of {name} that were linked the last time are not in it any more."
        for name, many in former.gone.items()
    ]
    return found


def changed(changes: pa.Table) -> Table:
    """How many former entities are not what they were."""
    rows = []
    for kind, words in KINDS.items():
        some = changes.filter(pc.equal(changes["kind"], kind))
        if some.num_rows:
            entities = len(pc.unique(some["former"]))
            rows.append((kind, words, entities, int(pc.sum(some["records"]).as_py())))
    columns = (
        Column(name="kind", kind="text"),
        Column(name="means", label="what became of the former entity", kind="text"),
        Column(name="entities", label="former entities", kind="count"),
        Column(name="records", kind="count"),
    )
    return Table(
        title="What changed since the last run", columns=columns, rows=tuple(rows), about="groups"
    )
