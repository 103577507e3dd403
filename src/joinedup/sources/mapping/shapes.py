"""What does a column look like? Said without keeping a single cell.

A shape is a kind, a few shares and lengths: enough to see next month that a column was renamed or
written in another way, and to propose which field it is; too little to learn what it held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal[
    "address",
    "area",
    "boolean",
    "code",
    "company_number",
    "date",
    "decimal",
    "email",
    "empty",
    "geometry",
    "integer",
    "iso_date",
    "moment",
    "name",
    "named_month",
    "nhs_number",
    "nino",
    "packed_date",
    "phone",
    "postcode",
    "reference",
    "serial",
    "sex",
    "slash_date",
    "text",
    "time",
    "token",
    "uprn",
    "upn",
]

FIRST_ROWS = 10_000
MOST_DISTINCT = 50
ENOUGH = 0.6
CHECK_DIGITS_HOLD = 0.9
MUCH_MORE = 10
OFTEN = 20
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"

# In order: the first that most cells follow names the kind.
PATTERNS: Mapping[Kind, str] = {
    "date": r"^\d{4}-\d{2}-\d{2}T00:00:00$",
    "moment": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$",
    "iso_date": r"^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$",
    "slash_date": r"^\d{1,2}([/.]\d{1,2}[/.]|-\d{1,2}-)(\d{4}|\d{2})( \d{1,2}:\d{2}(:\d{2})?)?$",
    "named_month": rf"(?i)^\d{{1,2}}[ -]?({MONTHS})[a-z]*[ ,-]*(\d{{4}}|\d{{2}})$",
    "packed_date": r"^((19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d{2})$",
    "time": r"^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$",
    "boolean": r"(?i)^(y|n|yes|no|true|false)$",
    "sex": r"(?i)^(f|m|u|x|female|male)$",
    "email": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "postcode": r"(?i)^[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$",
    "nino": r"(?i)^[a-ceghj-prtw-z][a-ceghj-nprtw-z] ?\d{2} ?\d{2} ?\d{2} ?[a-d]?$",
    "upn": r"^[A-Z]\d{11}[\dA-Z]$",
    "area": r"^[A-Z]\d{8}$",
    "token": r"^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64})$",
    "phone": r"^(\+44|0)[ ()-]*\d[\d ()-]{8,13}$",
    "company_number": r"(?i)^([a-z]{2}\d{6}|\d{8})$",
    "uprn": r"^\d{9,12}$",
    "integer": r"^[+-]?\d{1,18}$",
    "decimal": r"^[+-]?£?(\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?%?$",
}
NAME = r"^[\pL][\pL'\x{2019}\x{2bc}., \-]*$"
REFERENCE = r"^[A-Za-z]{0,6}[-/_ ]?\d[\w/-]*$"
ADDRESS = r"(?i)^((flat|unit|apartment|apt|room)? ?\d+[a-z]?|[\pL'\x{2019} ]{2,30},?) .*\pL"
SERIAL = r"^[345]\d{4}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A column without its cells.

    Attributes:
        kind: what most filled cells are.
        share_kind: the share of filled cells that are of the kind, 0 to 1.
        share_filled: the share of cells that hold something, 0 to 1.
        distinct: how many different contents, counted to 50.
        length_low: characters of the shortest filled cell; 0 where there is none.
        length_high: characters of the longest.
        date_format: as `strptime`, where it can be told; empty where day and month cannot be
            told apart, or where it is no date.
        rows: how many rows were looked at.
        rows_outside: rows whose code is not in the declared list, where there is one.
        codes_outside: how many different codes those are; they are never named.
        codes_met: the declared codes that were met.
        codes_often: the declared codes met in 20 rows or more: chance does not lose these.
    """

    kind: Kind
    share_kind: float
    share_filled: float
    distinct: int
    length_low: int
    length_high: int
    date_format: str = ""
    rows: int = 0
    rows_outside: int = 0
    codes_outside: int = 0
    codes_met: tuple[str, ...] = ()
    codes_often: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From what the records kept; what a newer version added is left out."""
        known = {f.name: kept[f.name] for f in fields(cls) if f.name in kept}
        for name in ("codes_met", "codes_often"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        """For the records."""
        return asdict(self)


def shapes(
    columns: Mapping[str, pa.Array | pa.ChunkedArray],
    codes: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Shape]:
    """Each column's shape, from its first 10,000 rows; codes are counted in all rows.

    Args:
        columns: name to its cells as the reader gave them: text, or typed (Parquet), shape (rows,).
        codes: column to its declared code list, where it has one.
    """
    found = {name: _shape(cells.slice(0, FIRST_ROWS)) for name, cells in columns.items()}
    for name, declared in (codes or {}).items():
        if declared and name in columns:
            found[name] = replace(found[name], **_codes(columns[name], declared))
    return found


def _codes(cells: pa.Array | pa.ChunkedArray, declared: Sequence[str]) -> dict[str, Any]:
    """How the declared codes are met. Codes that are not declared are counted alone."""
    counted = pc.value_counts(pc.drop_null(_as_text(_plain(cells))))
    rows = {entry["values"]: entry["counts"] for entry in counted.to_pylist()}
    outside = [count for code, count in rows.items() if code not in declared]
    return {
        "rows": len(cells),
        "rows_outside": sum(outside),
        "codes_outside": len(outside),
        "codes_met": tuple(code for code in declared if code in rows),
        "codes_often": tuple(code for code in declared if rows.get(code, 0) >= OFTEN),
    }


def _plain(cells: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One array, without extension or dictionary around the cells."""
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    if isinstance(cells, pa.ExtensionArray):
        cells = cells.storage
    return cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells


def _shape(cells: pa.Array | pa.ChunkedArray) -> Shape:
    cells = _plain(cells)
    told = _typed_kind(cells.type)
    text = _as_text(cells)
    filled = pc.drop_null(text)
    if not len(filled):
        return _empty(len(cells))
    lengths = pc.min_max(pc.utf8_length(filled)).as_py()
    distinct = min(MOST_DISTINCT, len(pc.unique(filled)))
    kind, share = (told, 1.0) if told else _kind(filled, distinct)
    if kind == "moment" and _share(filled, PATTERNS["date"]) == 1.0:
        kind = "date"
    return Shape(
        kind=kind,
        share_kind=round(share, 4),
        share_filled=round(len(filled) / len(cells), 4),
        distinct=distinct,
        length_low=lengths["min"],
        length_high=lengths["max"],
        date_format=date_format(filled, kind),
        rows=len(cells),
    )


def _empty(rows: int) -> Shape:
    return Shape(
        kind="empty",
        share_kind=1.0,
        share_filled=0.0,
        distinct=0,
        length_low=0,
        length_high=0,
        rows=rows,
    )


def _typed_kind(kind: pa.DataType) -> Kind | None:
    """What the column's own type says, where it says all; text and whole numbers do not."""
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_timestamp(kind):
        return "moment"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "decimal"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return "geometry"
    return None


def _as_text(cells: pa.Array) -> pa.Array:
    """Trimmed text, null where a cell holds nothing; bytes by their length alone."""
    if pa.types.is_binary(cells.type) or pa.types.is_large_binary(cells.type):
        return pc.cast(pc.binary_length(cells), pa.string())
    if pa.types.is_nested(cells.type):
        return pa.nulls(len(cells), pa.string())
    if pa.types.is_timestamp(cells.type):
        return pc.strftime(cells.cast(pa.timestamp("s"), safe=False), "%Y-%m-%dT%H:%M:%S")
    if pa.types.is_floating(cells.type):
        cells = pc.if_else(pc.is_null(cells, nan_is_null=True), pa.scalar(None, cells.type), cells)
    text = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    return pc.if_else(pc.equal(pc.utf8_length(text), 0), pa.scalar(None, pa.string()), text)


def _share(filled: pa.Array, pattern: str) -> float:
    return float(pc.mean(pc.match_substring_regex(filled, pattern)).as_py())


def _kind(filled: pa.Array, distinct: int) -> tuple[Kind, float]:
    """What most of the cells are, and the share that are."""
    for kind, pattern in PATTERNS.items():
        share = _share(filled, pattern)
        if share < ENOUGH:
            continue
        if kind in ("uprn", "integer", "phone"):
            return _whole_number(filled, kind, share)
        return kind, share
    return _words(filled, distinct)


def _whole_number(filled: pa.Array, kind: Kind, share: float) -> tuple[Kind, float]:
    """A number that keeps its check digit is an NHS number; five digits may be a day."""
    if kind == "integer" and (numbers := _share(filled, PATTERNS["decimal"])) > share:
        return "decimal", numbers
    if kind == "integer" and (days := _share(filled, SERIAL)) >= CHECK_DIGITS_HOLD:
        return "serial", days
    # A UPRN written to twelve digits begins with 0, and no phone number has so many.
    if kind == "phone" and (long := _share(filled, r"^\d{12}$")) >= ENOUGH:
        return "uprn", long
    if kind != "integer" and (kept := _share_of_nhs_numbers(filled)) >= CHECK_DIGITS_HOLD:
        return "nhs_number", kept
    return kind, share


def _share_of_nhs_numbers(filled: pa.Array) -> float:
    """Share of cells of ten digits whose last is the check digit (modulus 11)."""
    ten = filled.filter(pc.match_substring_regex(filled, r"^\d{10}$"))
    kept = sum(
        -sum((10 - place) * int(digit) for place, digit in enumerate(number[:9])) % 11
        == int(number[9])
        for number in ten.to_pylist()
    )
    return kept / len(filled)


def _words(filled: pa.Array, distinct: int) -> tuple[Kind, float]:
    if distinct < MOST_DISTINCT and distinct * 3 <= len(filled):
        return "code", 1.0
    patterns: tuple[tuple[Kind, str], ...] = (
        ("reference", REFERENCE),
        ("name", NAME),
        ("address", ADDRESS),
    )
    for kind, pattern in patterns:
        share = _share(filled, pattern)
        if share >= ENOUGH:
            return kind, share
    return "text", 1.0


def date_format(filled: pa.Array, kind: Kind) -> str:
    """The format of a column of text dates, as `strptime`; empty if it cannot be told.

    `03/04/2026` is a day in March or in April; only a 13 or more tells which comes first.
    """
    if kind == "slash_date":
        return _slash_format(filled)
    if kind == "packed_date":
        first = _share(filled, r"^(19|20)\d{2}(0[1-9]|1[0-2])")
        last = _share(filled, r"(0[1-9]|1[0-2])(19|20)\d{2}$")
        return "%Y%m%d" if first > last else "%d%m%Y" if last > first else ""
    if kind == "named_month":
        separator = "-" if _share(filled, "-") > ENOUGH else " "
        month = "%B" if _share(filled, r"[A-Za-z]{4}") > ENOUGH else "%b"
        year = "%Y" if _share(filled, r"\d{4}$") > ENOUGH else "%y"
        return separator.join(("%d", month, year))
    return {"serial": "serial", "iso_date": "%Y-%m-%d"}.get(kind, "")


def _slash_format(filled: pa.Array) -> str:
    """Which number is the day: the one that is above 12 in some cell; neither or both is unsure."""
    separator = max("/-.", key=lambda mark: _share(filled, rf"^\d{{1,2}}[{mark}]"))
    year = "%Y" if _share(filled, r"[/.-]\d{4}( |$)") > ENOUGH else "%y"
    time = " %H:%M" if _share(filled, r" \d{1,2}:") > ENOUGH else ""
    time += ":%S" if _share(filled, r":\d{2}:") > ENOUGH else ""
    above_12 = r"(1[3-9]|[23]\d)"
    first = _share(filled, rf"^{above_12}[/.-]")
    second = _share(filled, rf"^\d{{1,2}}[/.-]{above_12}[/.-]")
    if first > MUCH_MORE * second:
        return separator.join(("%d", "%m", year)) + time
    if second > MUCH_MORE * first:
        return separator.join(("%m", "%d", year)) + time
    return ""
