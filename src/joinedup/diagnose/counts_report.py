"""How counts by area and group are told: a sentence, a table with its total, a map."""

from typing import TYPE_CHECKING

import pyarrow as pa

from joinedup.result.blocks import Block, Caution, Cell, Column, Map, Table
from joinedup.result.model import Result
from joinedup.result.outlines import boundaries, outlines

if TYPE_CHECKING:
    from joinedup.diagnose.counting import Counted, Spec

SHORT = frozenset({"lsoa", "msoa", "oa", "uprn"})
"""Names of columns that are short for words, and stand in capitals."""


def tell(spec: "Spec", found: "Counted", areas: pa.Table | None) -> Result:
    """The result: headline, caution, table, and the map if there are areas."""
    table = _table(spec, found)
    blocks: list[Block] = [
        Caution(
            text="A share of few can be high by chance: areas and groups are not put in order here."
        )
    ]
    if areas is not None:
        blocks.append(_map(spec, table, areas))
    else:
        blocks.append(table)
    return Result(method="diagnose.counts", headline=_headline(spec, found), blocks=tuple(blocks))


def _headline(spec: "Spec", found: "Counted") -> str:
    """In round numbers: the table tells the exact ones, as far as they may be shown."""
    total = int(found.cases[-1])
    where = (
        f" in {len(found.keys):,} groups by {' and '.join(map(_way, spec.by))}" if spec.by else ""
    )
    parts = [
        f"{int(numbers[-1]) / total:.0%} {spec.marks[mark]}"
        for mark, numbers in found.marked.items()
    ]
    said = f"; of these {', '.join(parts)}" if parts else ""
    about = "" if _round(total) == total else "About "
    return f"{about}{_round(total):,} {spec.case_words}{where}{said}."


def _way(name: str) -> str:
    """A column to count by, in words."""
    return name.upper() if name in SHORT else name.replace("_", " ")


def _round(number: int) -> int:
    """To two digits."""
    return int(float(f"{number:.1e}"))


def _table(spec: "Spec", found: "Counted") -> Table:
    columns = [Column(name=name, label=_way(name), kind="text") for name in spec.by]
    columns.append(Column(name="cases", label=spec.case_words, kind="count"))
    for mark, words in spec.marks.items():
        columns.append(Column(name=mark, label=words, kind="count", part_of="cases"))
        columns.append(
            Column(
                name=f"share_{mark}", label=f"share {words}", kind="share", base="cases", digits=0
            )
        )
    rows = tuple(_row(spec, found, row) for row in range(len(found.cases)))
    by = f", by {' and '.join(map(_way, spec.by))}" if spec.by else ""
    return Table(
        title=f"{spec.case_words[:1].upper()}{spec.case_words[1:]}{by}",
        columns=tuple(columns),
        rows=rows,
        about="groups",
        total_row=bool(spec.by) and _adds_up(found),
        behind="counts",
    )


def _adds_up(found: "Counted") -> bool:
    """Whether nobody stands in two cells: only then is the total the sum of the cells."""
    return all(
        int(numbers[:-1].sum()) == int(numbers[-1])
        for numbers in (found.cases, *found.marked.values())
    )


def _row(spec: "Spec", found: "Counted", row: int) -> tuple[Cell, ...]:
    last = row == len(found.keys)
    key: tuple[Cell, ...] = ("all", *[""] * (len(spec.by) - 1)) if last else found.keys[row]
    cells: list[Cell] = [*(key if spec.by else ()), int(found.cases[row])]
    for numbers in found.marked.values():
        count = int(numbers[row])
        cells += [count, count / int(found.cases[row])]
    return tuple(cells)


def _map(spec: "Spec", table: Table, areas: pa.Table) -> Map:
    shapes = boundaries(areas, spec.geometry, where=spec.areas or "")
    mark = next(iter(spec.marks), "")
    value = f"share_{mark}" if mark else "cases"
    words = spec.marks.get(mark, "")
    return Map(
        title=f"Share of {spec.case_words} {words}" if mark else spec.case_words,
        areas=outlines(areas[spec.area].to_pylist(), shapes, key=spec.by[0]),
        key=spec.by[0],
        value=value,
        table=table,
        alt=f"{spec.case_words[:1].upper()}{spec.case_words[1:]} by {_way(spec.by[0])};"
        " the table gives every figure that may be shown.",
    )
