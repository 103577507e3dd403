"""How is a cell, a number, a date or a status said to a person?

One answer for every renderer. Numbers use an ordinary space before the per cent sign and an
ordinary hyphen as minus; `html` sets them finer.
"""

import math
import re
from datetime import UTC, date, datetime
from numbers import Integral, Real
from typing import Any

from joinedup.result.blocks import Block, Cell, Column, Estimate, Figure, Hidden, Map, Table
from joinedup.result.model import Candidate, Content, Release, Result

NO_FIGURE = "\N{EN DASH}"
HIDDEN_WHY = {
    "too few": "too few people or premises to show",
    "would give away another": "would give away another hidden number",
}
MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July", "August")
MONTHS += ("September", "October", "November", "December")
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
SHARES = {"share", "proportion"}
DIGEST_SHOWN = 12
HUNDREDS, TENS = 100, 10


def result_of(content: Content) -> Result:
    """The Result itself, or the one inside a Release."""
    return content if isinstance(content, Result) else content.result


def plain(value: Any) -> Cell | Hidden:
    """A cell as one of Python's own types: numpy's numbers become int and float."""
    if value is None or isinstance(value, str | bool | Hidden | date):
        return value
    if type(value).__name__ == "bool":  # numpy's, where a method forgot to convert it
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    return float(value)


def printable(text: str) -> str:
    """Text without characters that steer a terminal, turn the reading order or break XML."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def is_missing(value: Any) -> bool:
    """Whether there is no figure: None, or a number that is not finite."""
    if value is None or isinstance(value, str | bool | Hidden | date):
        return value is None
    return isinstance(value, Real) and not math.isfinite(value)


def heading(column: Column) -> str:
    """What stands at the head of the column; it begins with a capital."""
    return _capital(column.heading)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def is_number(column: Column) -> bool:
    """Whether the column stands on the right."""
    return column.kind in {"count", "number", "share"}


def cell(column: Column, value: Cell | Hidden) -> str:
    """A cell as its column says: `69.0 %`, `12,408`, `7.43`, `2 September 2014`, `hidden`."""
    value = plain(value)
    if isinstance(value, Hidden):
        return str(value)
    if is_missing(value):
        return NO_FIGURE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return printable(value)
    return number(column, value)  # type: ignore[arg-type] # None went with is_missing


def number(column: Column, value: float) -> str:
    """A finite number as its column says."""
    match column.kind:
        case "share":
            return percent(value, digits=column.digits)
        case "count":
            return fixed(value, digits=0 if float(value).is_integer() else 1)
        case "number":
            return fixed(value, digits=column.digits)
        case "text" | "date":
            return str(value)


def fixed(value: float, *, digits: int) -> str:
    """A number with thousands separators and a fixed number of decimals; never minus nought."""
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def percent(share: float, *, digits: int = 1) -> str:
    """A share of 0 to 1 as per cent: `69.0 %`."""
    return f"{fixed(share * 100, digits=digits)} %"


def day(value: date) -> str:
    """`2 September 2014`; with a time of day, if it has one, `2 September 2014, 14:05`."""
    text = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return f"{text}, {value:%H:%M}"
    return text


def moment(iso: str) -> str:
    """A moment of the records, ISO 8601 text, as a person reads it; other text as it is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day(when)} UTC" if when.tzinfo == UTC else day(when)


def amount(value: float, unit: str, *, like: float | None = None) -> str:
    """An estimate to about three digits, with its unit; `like` gives the decimals.

    >>> amount(7.4321, "days"), amount(0.68994, "share"), amount(12408.0, "homes")
    ('7.43 days', '69.0 %', '12,408 homes')
    """
    if not math.isfinite(value):
        return NO_FIGURE
    if unit in SHARES:
        return percent(value)
    text = fixed(value, digits=decimals(value if like is None else like))
    return f"{text} {unit}".strip() if unit != "%" else f"{text} %"


def decimals(value: float) -> int:
    """How many decimals show about three digits of a number."""
    size = abs(value)
    if size == 0 or not math.isfinite(size) or size >= HUNDREDS or float(value).is_integer():
        return 0
    if size >= 1:
        return 1 if size >= TENS else 2
    return min(2 - math.floor(math.log10(size)), 8)


def name_of(estimate: Estimate) -> str:
    """The estimate's label, or its name with spaces; it begins with a capital."""
    return _capital(estimate.label or estimate.name.replace("_", " "))


def doubt(estimate: Estimate) -> str:
    """`95 % interval 5.9 to 8.8`, or that none is known."""
    low, high = estimate.low, estimate.high
    if low is None or high is None:
        return "no interval is known"
    like = _finest(estimate)
    unit = estimate.unit if estimate.unit in SHARES | {"%"} else ""
    bounds = f"{amount(low, unit, like=like)} to {amount(high, unit, like=like)}"
    level = "" if estimate.level is None else f"{estimate.level * 100:.4g} % "
    return f"{level}interval {bounds}"


def size_of(estimate: Estimate) -> str:
    """`7.43 days`, with as many decimals as its interval."""
    return amount(estimate.value, estimate.unit, like=_finest(estimate))


def _finest(estimate: Estimate) -> float:
    """The number whose decimals serve the estimate and its bounds alike."""
    numbers = [estimate.value, estimate.low, estimate.high]
    finite = [number for number in numbers if number is not None and math.isfinite(number)]
    whole = all(float(number).is_integer() for number in finite)
    broken = [number for number in finite if not float(number).is_integer()]
    if whole or not broken:
        return 0.0
    return estimate.value if estimate.value in broken else max(broken, key=abs)


def status(content: Content) -> tuple[str, str]:
    """The banner: two or three words, and the sentence that explains them."""
    if isinstance(content, Result):
        return (
            "Not for release",
            "Small numbers have not been hidden, and nobody else has checked this result.",
        )
    ready = content.candidate if isinstance(content, Release) else content
    whom = f"for {printable(ready.recipient)}" if ready.recipient else "for anyone"
    return f"Prepared to leave, {whom}", (
        f"{_hidden(ready)} Rule: {printable(ready.rule)}. It may leave only after two people who"
        f" did not make it have reviewed it; the office's release log names content"
        f" {ready.digest[:DIGEST_SHOWN]}."
    )


def _hidden(ready: Candidate) -> str:
    if ready.hidden == 0:
        return "No number was hidden."
    numbers = "1 number is" if ready.hidden == 1 else f"{ready.hidden:,} numbers are"
    if ready.hidden_to_protect == 0:
        return f"{numbers} hidden because too few are counted."
    return f"{numbers} hidden, {ready.hidden_to_protect:,} of them to protect others."


def note_on_hidden(table: Table) -> str:
    """What `hidden` means, if the table hides anything."""
    reasons = {value.reason for row in table.rows for value in row if isinstance(value, Hidden)}
    if not reasons:
        return ""
    return f"“hidden”: {' or '.join(HIDDEN_WHY[reason] for reason in sorted(reasons))}."


def tables_of(result: Result) -> list[Table]:
    """Every table a result shows, also those behind its figures and maps, in reading order."""
    return [table for block in result.blocks if (table := _table_in(block)) is not None]


def _table_in(block: Block) -> Table | None:
    if isinstance(block, Table):
        return block
    return block.table if isinstance(block, Figure | Map) else None


def provenance_rows(result: Result) -> list[tuple[str, str]]:
    """Where a result comes from, as pairs of words; the settings are left to the renderer."""
    source = result.provenance
    if source is None:
        return [("Method", printable(result.method))]
    pairs: list[tuple[str, Any]] = [
        ("Method", f"{source.method}, version {source.method_version}"),
        ("Made", moment(source.at)),
        ("Step", source.step),
        ("Purpose", source.purpose),
        ("Agreements", ", ".join(source.agreements)),
        ("Seed", "" if source.seed is None else source.seed),
        ("Software", source.software),
        ("Identity", source.identity),
        ("Status", source.status),
    ]
    return [(name, printable(str(value))) for name, value in pairs if str(value)]
