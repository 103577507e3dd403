"""The result for a program, and the result kept so that it can be read back.

`as_dict` and `render` give the short form that `joinedup try --json` prints and that is promised to
stay. `dump_result` and `load_result` keep everything: reading back gives an equal Result.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any, assert_never

from joinedup.core.digest import digest
from joinedup.core.errors import RecordsError
from joinedup.core.method import Provenance
from joinedup.result import words
from joinedup.result.blocks import (
    Block,
    Caution,
    Cell,
    Check,
    Checks,
    Column,
    Estimate,
    Estimates,
    Figure,
    Hidden,
    Map,
    Prose,
    Table,
)
from joinedup.result.model import Candidate, Content, Output, Release, Result

FORM = "joinedup result 1"
LATER_OF_COLUMN = {
    "measure": "",
    "quantile": 0.5,
    "least": None,
    "most": None,
    "difference_of": (),
}
LATER_OF_TABLE = {"total_word": "", "within": "", "degrees_of_freedom": None, "behind": ""}
ESTIMATE_KEYS = ("name", "value", "low", "high", "level", "unit", "n")
DATE, MOMENT, HIDDEN, NUMBER = "date", "datetime", "hidden", "number"


def as_dict(content: Output | Content, tables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The short form: what was found and how sure it is, without the rows.

    Args:
        content: what a method gave, its Result, or the Release made of it.
        tables: output table name to the path of the file it was written to.
    """
    result = content.result if isinstance(content, Output | Candidate | Release) else content
    return {
        "method": result.method,
        "headline": result.headline,
        "estimates": [
            {key: strict(getattr(item, key)) for key in ESTIMATE_KEYS} for item in result.estimates
        ],
        "tables": dict(tables or {}),
        "checks": [asdict(check) for check in result.checks],
        "cautions": list(result.cautions),
        "provenance": {} if result.provenance is None else _provenance(result.provenance),
    }


def render(content: Output | Content, tables: Mapping[str, str] | None = None) -> str:
    """The short form as strict JSON (what is not a finite number is null), two spaces deep."""
    return json.dumps(as_dict(content, tables), indent=2, ensure_ascii=False, allow_nan=False)


def render_with_tables(result: Result) -> str:
    """The short form with every table in it, for who gets the result and not the home.

    Under `tables`, the title of each to its `columns`, `rows` (a missing figure is null, a hidden
    one an object that says why: `{"hidden": "too few"}`) and `note`. Shares are 0 to 1.
    """
    told: dict[str, Any] = {}
    met = Counter[str]()
    for table in words.tables_of(result):
        met[table.title] += 1
        again = f" ({met[table.title]})" if met[table.title] > 1 else ""
        told[f"{table.title}{again}"] = {
            "columns": [
                {"name": column.name, "label": column.label, "unit": column.unit}
                for column in table.columns
            ],
            "rows": [[_kept(value) for value in row] for row in table.rows],
            "note": table.note,
        }
    facts = as_dict(result) | {"tables": told}
    return json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False)


def dump_result(result: Result) -> str:
    """The whole result as strict JSON: the same result, the same text.

    Charts, areas and settings are kept as the plain JSON that they stand for.
    """
    return json.dumps(to_plain(result), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def load_result(text: str) -> Result:
    """The result that `dump_result` wrote.

    Raises:
        RecordsError: the text is not a kept result, or of a form this version does not know.
    """
    try:
        kept = json.loads(text)
        form = kept["form"]
        if form == FORM:
            return _result(kept)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # `from None`: the cause repeats what was kept, cells and all.
        raise RecordsError(
            f"the kept result cannot be read ({type(error).__name__}).",
            fix="restore it from a backup, or run the step again.",
        ) from None
    raise RecordsError(
        "the kept result has a form that this version of Joinedup does not know.",
        fix="read it with the version that wrote it, or run the step again.",
    )


def content_digest(result: Result) -> str:
    """SHA-256 of everything the result says, provenance included: 64 hexadecimal digits."""
    return digest(to_plain(result))


def to_plain(result: Result) -> dict[str, Any]:
    """The whole result as dicts, lists, text, finite numbers and None."""
    return {
        "form": FORM,
        "method": result.method,
        "headline": result.headline,
        "blocks": [block_as_dict(block) for block in result.blocks],
        "provenance": None if result.provenance is None else _provenance(result.provenance),
        "rests_on": [_numbers_kept(asdict(item)) for item in result.rests_on],
    }


def block_as_dict(block: Block) -> dict[str, Any]:  # noqa: PLR0911 - one for each block
    """One block, with its kind."""
    match block:
        case Prose():
            return {"block": "prose", "heading": block.heading, "text": block.text}
        case Table():
            return {"block": "table", **_table_as_dict(block)}
        case Figure():
            chart, table = strict(block.chart), _table_as_dict(block.table)
            return {
                "block": "figure",
                "title": block.title,
                "chart": chart,
                "table": table,
                "alt": block.alt,
            }
        case Map():
            about = {"title": block.title, "key": block.key, "value": block.value, "alt": block.alt}
            table = _table_as_dict(block.table)
            return {"block": "map", **about, "areas": strict(block.areas), "table": table}
        case Caution():
            return {"block": "caution", "text": block.text}
        case Estimates():
            items = [_numbers_kept(asdict(item)) for item in block.items]
            return {"block": "estimates", "title": block.title, "items": items}
        case Checks():
            return {
                "block": "checks",
                "title": block.title,
                "items": [asdict(item) for item in block.items],
            }
        case _:
            assert_never(block)


def _table_as_dict(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": [_column_as_dict(column) for column in table.columns],
        "rows": [[_kept(value) for value in row] for row in table.rows],
        "about": table.about,
        "total_row": table.total_row,
        "note": table.note,
        **_said(table, LATER_OF_TABLE),
    }


def _column_as_dict(column: Column) -> dict[str, Any]:
    plain = {key: value for key, value in asdict(column).items() if key not in LATER_OF_COLUMN}
    return plain | _said(column, LATER_OF_COLUMN)


def _said(one: Column | Table, names: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that came to the form later, where something is said.

    What was kept and approved before them keeps its digest.
    """
    facts = {name: getattr(one, name) for name in names}
    return {name: strict(value) for name, value in facts.items() if value != names[name]}


def _provenance(source: Provenance) -> dict[str, Any]:
    """Every field, as plain JSON."""
    return {item.name: strict(getattr(source, item.name)) for item in fields(source)}


def _kept(value: Cell | Hidden) -> Any:
    """A cell as JSON; what JSON has no word for becomes an object that names its kind."""
    value = words.plain(value)
    if isinstance(value, Hidden):
        return {HIDDEN: value.reason}
    if isinstance(value, datetime):
        return {MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {DATE: value.isoformat()}
    if isinstance(value, float) and not math.isfinite(value):
        return {NUMBER: str(value)}
    return value


def _numbers_kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _kept(value) for key, value in facts.items()}


def strict(value: Any) -> Any:
    """Any setting, chart or area as plain JSON: tuples are lists, not a number is None."""
    if isinstance(value, Mapping):
        return {str(key): strict(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [strict(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if words.is_missing(value):
        return None
    if value is None or isinstance(value, str | bool | int | float):
        return words.plain(value)
    return words.plain(value) if hasattr(value, "__float__") else str(value)


# Reading back. A key that is missing or a stranger is a KeyError or TypeError: not ours.


def _result(kept: Mapping[str, Any]) -> Result:
    source = kept["provenance"]
    return Result(
        method=kept["method"],
        headline=kept["headline"],
        blocks=tuple(_block(block) for block in kept["blocks"]),
        provenance=None
        if source is None
        else Provenance(**source | {"agreements": tuple(source["agreements"])}),
        rests_on=tuple(_estimate(item) for item in kept.get("rests_on", ())),
    )


def _block(kept: Mapping[str, Any]) -> Block:  # noqa: PLR0911 - one for each block
    facts = {key: value for key, value in kept.items() if key != "block"}
    match kept["block"]:
        case "prose":
            return Prose(**facts)
        case "table":
            return _table(facts)
        case "figure":
            return Figure(**facts | {"table": _table(facts["table"])})
        case "map":
            return Map(**facts | {"table": _table(facts["table"])})
        case "caution":
            return Caution(**facts)
        case "estimates":
            items = tuple(_estimate(item) for item in facts["items"])
            return Estimates(**facts | {"items": items})
        case "checks":
            return Checks(**facts | {"items": tuple(Check(**item) for item in facts["items"])})
        case _:
            message = "a block of a kind that is not known"
            raise ValueError(message)


def _estimate(kept: Mapping[str, Any]) -> Estimate:
    return Estimate(**{key: _cell(value) for key, value in kept.items()})


def _table(facts: Mapping[str, Any]) -> Table:
    columns = tuple(
        Column(**column | {"difference_of": tuple(column.get("difference_of", ()))})
        for column in facts["columns"]
    )
    rows = tuple(tuple(_cell(value) for value in row) for row in facts["rows"])
    return Table(**{**facts, "columns": columns, "rows": rows})


def _cell(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    ((kind, value),) = kept.items()
    match kind:
        case "hidden":
            return Hidden(value)
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value)
        case "number":
            return float(value)
        case _:
            message = "a cell of a kind that is not known"
            raise ValueError(message)
