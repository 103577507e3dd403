"""Which property of a gazetteer is each address about, if it is listed at all?

An address is read into its parts and looked up; another number, flat or street is another place.
Where two places are equally good, or only the building is said, a person decides. Where none is
listed, none is given.
"""

from collections.abc import Mapping

import pyarrow as pa
from pydantic import Field

from joinedup.core.method import Method
from joinedup.link import address_columns, address_report, asked, placed, telling
from joinedup.link.asked import Layout
from joinedup.result.model import Output, OutputTable
from joinedup.store.access import Access
from joinedup.store.bench import bench

NAME = "link.addresses"
GIVES = {
    "pairs": "one row per record that is linked, with its place in the gazetteer",
    "entities": "one row per record, with the id of its place and how likely it is there",
    "review": "one row per place that a doubtful record could mean",
    "unplaced": "one row per record without a place, and why",
}


class Spec(asked.Drawn):
    """Which place each address is about."""

    gazetteer: str = Field(
        default="",
        description="The table of places; if empty the one of UPRNs, else the largest with ids.",
        json_schema_extra={"role": "table"},
    )
    sure: float = Field(
        default=0.95, gt=0.5, lt=1, description="How likely a link must be to be made, 0 to 1."
    )


def settle(spec: Spec, tables: Mapping[str, pa.Table]) -> Spec:
    """Which columns make up the address, in each table."""
    names, beside = asked.named(spec, tables, beside=(asked.TRUTH,))
    known = (*address_columns.BY_NAME, "uprn", "postcode")
    asked.require_known(spec, tables, names, known=known)
    found = {
        name: Layout(
            roles=address_columns.layout(tables[name], spec.columns),
            id=asked.id_of(spec, tables[name]),
            by=spec.by if spec.by in tables[name].column_names else "",
        )
        for name in names
    }
    return asked.settled(spec, names, found, tables, beside)


def run(spec: Spec, access: Access) -> Output:
    """Read, look up, prove, decide."""
    tables = asked.tables_of(spec, access)
    found = placed.placed(
        tables, gazetteer=spec.gazetteer, line=spec.sure, level=spec.level, seed=spec.seed
    )
    truth = access.table(spec.truth) if spec.truth else None
    groups = {
        name: table.data[spec.by]
        for name, table in tables.items()
        if spec.by in table.data.column_names
    }
    given = address_report.tables(found)
    return Output(
        result=address_report.tell(spec, found, truth=truth, groups=groups, method=NAME),
        tables={name: OutputTable(data, GIVES[name]) for name, data in given.items()},
    )


METHOD = Method(
    name=NAME,
    summary="Which property of a gazetteer is each address about?",
    spec=Spec,
    reads=asked.reads,
    run=run,
    bench=bench,
    settle=settle,
    assumptions=(
        "A number that is written is the number that is meant, but for slips, which are counted.",
        "Who has no listed place is given another as often as who had it taken out.",
        "Addresses are British, or written as British ones are.",
    ),
    reference="doi:10.1038/nmeth1019",
    trust="trial",
    where="memory",
    version="2",
    gives=GIVES,
    columns={
        "pairs": telling.PAIRS,
        "entities": telling.ENTITIES,
        "unplaced": ("table", "id", "why", "building"),
    },
)
