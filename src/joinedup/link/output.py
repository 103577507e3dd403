"""What a linkage gives: its tables, and what is told of them."""

import numpy as np
import pyarrow as pa

from joinedup.link import explain, linking, truth
from joinedup.link.asked import Spec, tables_of
from joinedup.link.linking import Linked
from joinedup.link.report import Told, tell
from joinedup.result.model import Output, OutputTable
from joinedup.store.access import Access
from joinedup.store.engine import engine

GIVES = {
    "pairs": "one row per pair of records that is a link",
    "entities": "one row per record, with its entity",
    "review": "one row per doubtful pair, the most doubtful first",
}
DOUBTFUL = (0.05, 0.95)
MOST_TO_REVIEW = 5_000


def output(spec: Spec, access: Access, *, method: str, kind: str) -> Output:
    """Link the tables of a spec that is settled.

    Args:
        spec: from `asked.settle`.
        access: to the tables.
        method: its name.
        kind: `person` or `business`.
    """
    tables = tables_of(spec, access)
    records = linking.records_of(tables)
    with engine({}) as connection:
        from splink import DuckDBAPI  # noqa: PLC0415 - heavy; only when something is linked

        linked = linking.link(
            records,
            engine=lambda: DuckDBAPI(connection=connection),
            seed=spec.seed,
            level=spec.level,
        )
    told = Told(linked=linked, kind=kind, method=method)
    if spec.truth:
        known = truth.read(access.table(spec.truth), records)
        told = Told(
            linked=linked,
            kind=kind,
            method=method,
            scores=truth.scores(linked, known),
            groups=_groups(spec, tables, access.table(spec.truth), linked, known),
        )
    given = {
        "pairs": pairs_of(linked, np.flatnonzero(linked.links)),
        "entities": entities_of(linked),
        "review": review_of(linked),
    }
    return Output(
        result=tell(spec, told),
        tables={name: OutputTable(data, GIVES[name]) for name, data in given.items()},
    )


def pairs_of(linked: Linked, places: np.ndarray) -> pa.Table:
    """Those pairs, as ids of their tables, the likeliest first."""
    order = places[np.argsort(-linked.chance[places], kind="stable")]
    left, right = pa.array(linked.found.left[order]), pa.array(linked.found.right[order])
    records = linked.records
    return pa.table(
        {
            "table_l": records.tables.take(left),
            "id_l": records.ids.take(left),
            "table_r": records.tables.take(right),
            "id_r": records.ids.take(right),
            "probability": pa.array(linked.chance[order]),
        }
    )


def entities_of(linked: Linked) -> pa.Table:
    """Every record with its entity, which is named by the table and id of its first record."""
    records = linked.records
    first = pa.array(linked.entity)
    return pa.table(
        {
            "table": records.tables,
            "id": records.ids,
            "entity": pa.compute.binary_join_element_wise(
                records.tables.take(first), records.ids.take(first), ":"
            ),
        }
    )


def review_of(linked: Linked) -> pa.Table:
    """The doubtful pairs, with what speaks for and against."""
    low, high = DOUBTFUL
    doubtful = np.flatnonzero((linked.chance > low) & (linked.chance < high))
    order = np.argsort(np.abs(linked.chance[doubtful] - linked.judged.line), kind="stable")
    places = doubtful[order][:MOST_TO_REVIEW]
    table = pairs_of(linked, places)
    likeliest = places[np.argsort(-linked.chance[places], kind="stable")]
    because = pa.array(explain.reasons(linked, likeliest), pa.string())
    table = table.append_column("because", because)
    doubt = pa.array(np.abs(linked.chance[likeliest] - linked.judged.line))
    return table.take(pa.compute.sort_indices(doubt))


def _groups(
    spec: Spec,
    tables: dict[str, linking.Table],
    told: pa.Table,
    linked: Linked,
    known: truth.Truth,
) -> dict[str, truth.Score]:
    """The score of each group: by a column of the records, or of the truth."""
    if not spec.by:
        return {}
    if spec.by in told.column_names:
        cells = truth.beside(told, spec.by, linked.records)
    else:
        cells = pa.chunked_array(
            [
                table.data[spec.by].cast(pa.string()).combine_chunks()
                if spec.by in table.data.column_names
                else pa.nulls(table.data.num_rows, pa.string())
                for table in tables.values()
            ]
        ).combine_chunks()
    coded = cells.dictionary_encode()
    groups = np.asarray(coded.indices.fill_null(-1)).astype(np.int64)
    names = coded.dictionary.to_pylist()
    return dict(zip(names, truth.by_group(linked, known, groups, len(names)), strict=True))
