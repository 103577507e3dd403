"""Whom the counts of a result are made of: kept beside it, for the gate on the way out alone.

Two tables of the lake for each step that counts people, homes or businesses: `behind.<step>`, one
row per count with one bit per unit, and `behind.<step>_units`, which bit stands for whom.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import MethodError, Problem
from joinedup.office.house import Office
from joinedup.result.blocks import Block, Figure, Map, Table
from joinedup.result.model import Members, Output, Result

SCHEMA = "behind"
CELLS = pa.schema(
    [
        ("table", pa.string()),
        ("row", pa.int32()),
        ("column", pa.string()),
        ("scored", pa.bool_()),
        ("units", pa.large_binary()),
    ]
)


@dataclass(frozen=True, slots=True)
class Where:
    """Where the members of a table are kept: `behind.<name>@<number>#<table>`.

    Attributes:
        number: of the version; that of the units is the same step's.
        units: number of the version of the units.
    """

    kept: str
    number: int
    units: int
    table: str

    def __str__(self) -> str:
        return f"{self.kept}@{self.number}.{self.units}#{self.table}"

    @classmethod
    def of(cls, text: str) -> "Where | None":
        """The place that a table names; None if it names none."""
        kept, _, rest = text.partition("@")
        numbers, _, table = rest.partition("#")
        number, _, units = numbers.partition(".")
        return cls(kept, int(number), int(units), table) if table else None


def keep(
    office: Office,
    name: str,
    output: Output,
    *,
    step: str,
    purposes: Sequence[str],
    agreements: Sequence[str],
) -> Output:
    """Write the members of an output's tables; gives the output whose tables say where they are.

    Args:
        office: whose lake.
        name: of the step, unique in the office: `unsafe_homes_list`.
        output: as the method gave it.
        step: as the event names it.
        purposes: of the output.
        agreements: that it rests on.

    Raises:
        MethodError: members of one output are of different units, or do not fit their table.
    """
    if not output.members:
        return output
    _require_fitting(output)
    units = next(iter(output.members.values())).units
    households = next(iter(output.members.values())).households
    rows = pa.Table.from_pylist(list(_rows(output.members)), schema=CELLS)
    who: dict[str, pa.Array] = {"unit": units.cast(pa.string())}
    if households is not None:
        who["household"] = households.cast(pa.string())
    numbers = [
        office.lake.write(
            table,
            data,
            kind="derived",
            actor=office.who,
            facts={"step": step, "rows": data.num_rows},
            purposes=purposes,
            agreements=agreements,
            origin=f"step:{step}",
        ).number
        for table, data in ((f"{SCHEMA}.{name}", rows), (f"{SCHEMA}.{name}_units", pa.table(who)))
    ]
    kept = f"{SCHEMA}.{name}"
    places = {table: str(Where(kept, numbers[0], numbers[1], table)) for table in output.members}
    blocks = tuple(_stamped(block, places) for block in output.result.blocks)
    return replace(output, result=replace(output.result, blocks=blocks))


def read(office: Office, where: Where) -> Members:
    """The members of one table, as `keep` wrote them."""
    who = office.lake.read(f"{where.kept}_units", where.units).to_table()
    cells = office.lake.read(where.kept, where.number).to_table()
    mine = cells.filter(pc.equal(cells["table"], where.table)).to_pylist()
    number = who.num_rows
    there = {(row["row"], row["column"]): row["units"] for row in mine}
    return Members(
        units=who["unit"].combine_chunks(),
        counted={place: _bits(bits, number) for place, bits in there.items() if bits is not None},
        expected=frozenset(place for place, bits in there.items() if bits is None),
        scored=frozenset((row["row"], row["column"]) for row in mine if row["scored"]),
        households=who["household"].combine_chunks() if "household" in who.column_names else None,
    )


def _rows(members: Mapping[str, Members]) -> Iterator[dict[str, object]]:
    for table, one in members.items():
        for (row, column), mask in one.counted.items():
            bits = np.packbits(mask, bitorder="little").tobytes()
            scored = (row, column) in one.scored
            yield {"table": table, "row": row, "column": column, "scored": scored, "units": bits}
        for row, column in sorted(one.expected):
            yield {"table": table, "row": row, "column": column, "scored": False, "units": None}


def _bits(packed: bytes, number: int) -> npt.NDArray[np.bool_]:
    raw = np.frombuffer(packed, dtype=np.uint8)
    return np.unpackbits(raw, count=number, bitorder="little").astype(bool)


def _stamped(block: Block, places: Mapping[str, str]) -> Block:
    match block:
        case Table():
            return replace(block, behind=places.get(block.behind, ""))
        case Figure() | Map():
            table = replace(block.table, behind=places.get(block.table.behind, ""))
            return replace(block, table=table)
        case _:
            return block


def tables_of(result: Result) -> tuple[Table, ...]:
    """Every table of a result, those behind figures and maps included, in reading order."""
    return tuple(
        block if isinstance(block, Table) else block.table
        for block in result.blocks
        if isinstance(block, Table | Figure | Map)
    )


def _require_fitting(output: Output) -> None:
    """Members must be of one list of units, and of tables and counts that are there."""
    named = {table.behind: table for table in tables_of(output.result) if table.behind}
    first = next(iter(output.members.values())).units
    problems = []
    for name, one in output.members.items():
        table = named.get(name)
        counts = (
            {column.name for column in table.columns if column.kind == "count"} if table else ()
        )
        places = {*one.counted, *one.expected}
        lost = table is None or any(
            column not in counts or not 0 <= row < len(table.rows) for row, column in places
        )
        if lost or not one.units.equals(first):
            problems.append(
                Problem(
                    f"members of {name}",
                    "they do not fit a table of the result, or are of another list of units.",
                    "have the method give members under the name its table says in `behind`.",
                )
            )
    if problems:
        raise MethodError.of(problems)
