"""Which records of several bodies hold the same token, and how many can meet none?

Where names never come in, a token is all there is: equal tokens were made of equal numbers. What
was missing or mistyped before it was made a token meets nothing, and nobody here can see that it
was; so it is told how many records meet, and what is counted by them is at least so many.
"""

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import MethodError
from joinedup.core.method import Method
from joinedup.link import asked, roles, telling
from joinedup.link.asked import Layout
from joinedup.link.linking import Table as Rows
from joinedup.link.standard import ids_of, texts_of
from joinedup.result.blocks import Caution, Column, Table
from joinedup.result.model import Output, OutputTable, Result
from joinedup.stats.arrays import Bools
from joinedup.store.access import Access
from joinedup.store.bench import bench

NAME = "link.tokens"
TOKEN = "token"  # noqa: S105 - the role of a column
NAMED = re.compile(r"(^|_)(token|pseudonym)(_|$)")
FEWEST = 2
AT_LEAST = (
    "A number that was missing or mistyped before it was made a token meets nothing, and a token"
    " does not tell: what is counted by records that meet is a least number."
)


class Spec(asked.Tables):
    """Which records hold the same token: one column of tokens in each table."""


def settle(spec: Spec, tables: Mapping[str, pa.Table]) -> Spec:
    """The same, with the column of tokens of each table: as a person set it, else by its name.

    Raises:
        MethodError: fewer than two tables, or one in which no column of tokens is found.
    """
    names, beside = asked.named(spec, tables, beside=(), fewest=FEWEST)
    asked.require_known(spec, tables, names, known=(TOKEN,))
    found = {name: _layout(spec, tables[name]) for name in names} | dict(spec.layouts)
    silent = [name for name in names if not found[name].roles.get(TOKEN)]
    if silent:
        raise MethodError(
            "no column of tokens is named or found.",
            fix="name it: --set columns.token=COLUMN.",
            where=", ".join(silent),
        )
    return asked.settled(spec, names, found, tables, beside)


def _layout(spec: Spec, table: pa.Table) -> Layout:
    set_ = spec.columns.get(TOKEN, "")
    named = [name for name in table.column_names if NAMED.search(roles.spelled(name))]
    column = set_ if set_ in table.column_names else next(iter(named), "")
    return Layout(roles={TOKEN: column} if column else {}, id=asked.id_of(spec, table))


def run(spec: Spec, access: Access) -> Output:
    """Every record with its token, and whether another table holds that too."""
    tables = asked.tables_of(spec, access)
    said = {name: texts_of(table.data[table.roles[TOKEN]]) for name, table in tables.items()}
    meets = {name: _meets(name, said) for name in said}
    made = pa.concat_tables([_entities(name, tables[name], said[name]) for name in tables])
    return Output(
        result=_tell(spec, said, meets),
        tables={"entities": OutputTable(made, METHOD.gives["entities"])},
    )


def _meets(name: str, said: Mapping[str, pa.Array]) -> Bools:
    """Whether each record of a table holds a token that another table holds, shape (rows,)."""
    others = pa.chunked_array([cells for other, cells in said.items() if other != name])
    met = pc.is_in(said[name], value_set=others.drop_null().combine_chunks())
    return np.asarray(pc.and_(met, said[name].is_valid()))


def _entities(name: str, table: Rows, said: pa.Array) -> pa.Table:
    rows = table.data.num_rows
    ids = ids_of(table.data, table.id)
    own = pc.binary_join_element_wise(pa.scalar(name), ids, ":")
    sure = pa.array(np.ones(rows), mask=~np.asarray(said.is_valid()))
    told = (pa.array([name] * rows, pa.string()), ids, pc.coalesce(said, own), sure)
    return pa.table(dict(zip(telling.ENTITIES, told, strict=True)))


def _tell(spec: Spec, said: Mapping[str, pa.Array], meets: Mapping[str, Bools]) -> Result:
    rows = tuple(
        (name, len(cells), cells.null_count, int(meets[name].sum())) for name, cells in said.items()
    )
    records, met = sum(map(len, said.values())), sum(int(here.sum()) for here in meets.values())
    none = sum(cells.null_count for cells in said.values())
    columns = (
        Column(name="table", kind="text"),
        Column(name="records", kind="count"),
        Column(name="none", label="without a token", kind="count"),
        Column(name="met", label="with a token that another table holds", kind="count"),
    )
    return Result(
        method=NAME,
        headline=(
            f"{met:,} of {records:,} records hold a token that another table holds too;"
            f" {none:,} hold none and can meet nothing."
        ),
        blocks=(
            Caution(text=AT_LEAST),
            Table(title="Who meets whom", columns=columns, rows=rows, about="groups"),
            telling.columns(asked.described(spec), "table", "says", "column"),
        ),
    )


METHOD = Method(
    name=NAME,
    summary="Which records of several bodies hold the same token?",
    spec=Spec,
    reads=asked.reads,
    run=run,
    bench=bench,
    settle=settle,
    assumptions=(
        "All tokens were made with one key: of two keys, nothing meets.",
        "The number that a token was made of names one person or home.",
    ),
    reference="ICO, Anonymisation guidance (2025), chapter on pseudonymisation",
    trust="trial",
    where="memory",
    version="1",
    gives={"entities": "one row per record, with its token for an entity"},
    columns={"entities": telling.ENTITIES},
)
