"""Has the sender changed the file since it was agreed, or since last month?

Held against the saved layout and, where there was one, the last delivery's shapes. A column that
was renamed is told once, as renamed, not as one that went and one that came. What chance may do
between two months is not told at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from joinedup.core.vocabulary import Dataset, Field
from joinedup.sources.mapping.expected import WORDS, accepts, family
from joinedup.sources.mapping.naming import likeness, standard_of
from joinedup.sources.mapping.shapes import Shape

AlertKind = Literal["renamed", "missing", "new", "retyped", "codes", "moved"]

ALIKE = 0.7
SAME_CONTENT = 0.1
CLEARLY = 0.8
FEWEST_CELLS = 5
MOVED_COLUMNS = 2
NAMED_COLUMNS = 40
# Kinds that say what a column is; text may be anything.
TELLING = frozenset({"email", "nhs_number", "nino", "phone", "postcode", "uprn", "upn", "token"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One change in what the sender sends.

    Attributes:
        column: the sender's column; the old one where it was renamed.
        message: a whole sentence; no cell in it.
        fix: the way out.
    """

    kind: AlertKind
    column: str
    message: str
    fix: str


def alerts(
    header: Sequence[str],
    shapes: Mapping[str, Shape],
    dataset: Dataset,
    asked: Sequence[str],
    before: Mapping[str, Any] | None = None,
) -> tuple[Alert, ...]:
    """Every change of the file from its layout and from the last delivery.

    Args:
        header: the sender's columns as they stand in the file.
        shapes: sender's column to its shape, of those that may be looked at.
        dataset: what was promised, and its layout.
        asked: the fields that are taken.
        before: the last delivery's profile: `shapes`, field (or sender's column) to Shape as a
            mapping, and `columns`, its header.
    """
    earlier = _earlier(dataset, before)
    gone = [name for name in asked if dataset.sender_column(name) not in header]
    known = known_columns(dataset)
    fresh = [name for name in dict.fromkeys(header) if name not in known]
    renamed = _renamed(gone, fresh, shapes, dataset, earlier)
    there = {
        name: shapes[column]
        for name in asked
        if (column := dataset.sender_column(name)) in shapes and column in header
    }
    return (
        *(_say_renamed(dataset, name, column) for name, column in renamed.items()),
        *_missing([name for name in gone if name not in renamed], fresh, renamed, dataset),
        *_new([name for name in fresh if name not in renamed.values()]),
        *_in_the_cells(there, dataset, earlier),
    )


def known_columns(dataset: Dataset) -> dict[str, str]:
    """The sender's columns that may be there, to our field names (nothing, if ignored)."""
    fields = {dataset.sender_column(name): name for name in dataset.fields}
    return dict.fromkeys(dataset.layout.ignored, "") | fields


def _earlier(dataset: Dataset, before: Mapping[str, Any] | None) -> dict[str, Shape]:
    """Field to its shape in the last delivery."""
    kept = (before or {}).get("shapes", {})
    found = {}
    for name in dataset.fields:
        shape = kept.get(name, kept.get(dataset.sender_column(name)))
        if shape is not None:
            found[name] = shape if isinstance(shape, Shape) else Shape.of(shape)
    return found


def _renamed(
    gone: Sequence[str],
    fresh: Sequence[str],
    shapes: Mapping[str, Shape],
    dataset: Dataset,
    earlier: Mapping[str, Shape],
) -> dict[str, str]:
    """Field to the new column that is the old one; each once, the most alike first."""
    scored = sorted(
        (
            (
                -_same_column(name, column, shapes.get(column), dataset, earlier.get(name)),
                name,
                column,
            )
            for name, column in product(gone, fresh)
        ),
    )
    renamed: dict[str, str] = {}
    for score, name, column in scored:
        if -score >= ALIKE and name not in renamed and column not in renamed.values():
            renamed[name] = column
    return renamed


def _same_column(
    name: str, column: str, shape: Shape | None, dataset: Dataset, earlier: Shape | None
) -> float:
    """How far a new column is the one that is gone, 0 to 1.1: by name, by content, or both."""
    old, field = dataset.sender_column(name), dataset.fields[name]
    trade = field.standard or standard_of(old) or standard_of(name)
    alike = max(likeness(old, column), likeness(name, column))
    if trade and trade == standard_of(column):
        alike = max(alike, 0.95)
    if shape is None or shape.kind == "empty":
        return alike
    if earlier is None or earlier.kind == "empty":
        return alike + SAME_CONTENT if accepts(field, shape, dataset.layout) else alike / 2
    if family(earlier.kind) != family(shape.kind):
        return alike / 2
    if earlier.kind == shape.kind and shape.kind in TELLING:
        return max(alike, ALIKE)
    return alike + SAME_CONTENT


def _say_renamed(dataset: Dataset, name: str, column: str) -> Alert:
    old = dataset.sender_column(name)
    return Alert(
        kind="renamed",
        column=old,
        message=f"the column {old} is gone; {column} looks the same: renamed.",
        fix=f'write {name} = "{column}" under [layout.rename], or ask the sender for {old} again.',
    )


def _missing(
    names: Sequence[str], fresh: Sequence[str], renamed: Mapping[str, str], dataset: Dataset
) -> Iterator[Alert]:
    free = [column for column in fresh if column and column not in renamed.values()]
    there = f"it does have {listed(free)}; " if free else ""
    for name in names:
        yield Alert(
            kind="missing",
            column=dataset.sender_column(name),
            message=f"the file has no column {dataset.sender_column(name)}.",
            fix=f'{there}rename one under [layout.rename] ({name} = "its name"), or ask the sender'
            " for a new file.",
        )


def listed(names: Sequence[str]) -> str:
    """The names, as many as can be read."""
    more = len(names) - NAMED_COLUMNS
    return ", ".join(names[:NAMED_COLUMNS]) + (f" and {more} more" if more > 0 else "")


def _new(names: Sequence[str]) -> Iterator[Alert]:
    for name in names:
        yield Alert(
            kind="new",
            column=name,
            message=f"the file has a column {name or 'without a name'} that was not agreed.",
            fix="name it under layout.ignored so that it is never read, or add it to the dataset's"
            " fields and have an agreement cover it.",
        )


def _in_the_cells(
    there: Mapping[str, Shape], dataset: Dataset, earlier: Mapping[str, Shape]
) -> tuple[Alert, ...]:
    """In a fixed-width file, columns that change together have moved, and nothing else is told."""
    changed = [
        alert
        for name, shape in there.items()
        if (alert := _retyped(name, shape, dataset, earlier.get(name))) is not None
    ]
    if dataset.layout.format == "fixed" and len(changed) >= MOVED_COLUMNS:
        return (_moved([alert.column for alert in changed], dataset),)
    return (*changed, *_codes(there, dataset, earlier))


def _moved(columns: Sequence[str], dataset: Dataset) -> Alert:
    first = min(dataset.layout.widths[column][0] for column in columns)
    return Alert(
        kind="moved",
        column=columns[0],
        message=f"{len(columns)} columns do not hold what they should ({', '.join(columns)}): the"
        f" positions no longer fit, from position {first} or before it.",
        fix="ask the sender for the new record layout and mend [layout.widths].",
    )


def _retyped(name: str, shape: Shape, dataset: Dataset, earlier: Shape | None) -> Alert | None:
    """The column is written in another way than was agreed, or than last time."""
    column, field = dataset.sender_column(name), dataset.fields[name]
    if shape.kind == "empty" or shape.share_kind < CLEARLY:
        return None
    agreed = accepts(field, shape, dataset.layout)
    known = earlier is not None and earlier.kind != "empty" and earlier.share_kind >= CLEARLY
    if earlier is None or not known or min(_cells(earlier), _cells(shape)) < FEWEST_CELLS:
        return None if agreed else _say_retyped(column, field, shape, "")
    unchanged = agreed if field.type in ("date", "datetime") else _same_way(earlier, shape)
    return None if unchanged else _say_retyped(column, field, shape, _told(earlier))


def _cells(shape: Shape) -> float:
    return shape.share_filled * shape.rows


def _same_way(earlier: Shape, shape: Shape) -> bool:
    if family(earlier.kind) != family(shape.kind):
        return False
    told = {earlier.date_format, shape.date_format}
    if "" not in told and len(told) > 1:
        return False
    # Twelve digits that became ten or fewer: the zeros in front were lost.
    lost = earlier.kind == "uprn" and shape.length_high < earlier.length_low
    return not lost


def _told(shape: Shape) -> str:
    words = WORDS[shape.kind]
    if shape.kind in ("slash_date", "packed_date", "named_month") and shape.date_format:
        return f"{words} ({shape.date_format})"
    return f"{words} of {shape.length_high} characters" if shape.kind == "uprn" else words


def _say_retyped(column: str, field: Field, shape: Shape, was: str) -> Alert:
    now = _told(shape)
    if was:
        message = f"the column {column} held {was}; now it holds {now}."
    else:
        message = f"the column {column} should hold {_wanted(field)}; it holds {now}."
    if field.type in ("date", "datetime"):
        told = f' ("{shape.date_format}")' if shape.date_format else ""
        fix = f"mend layout.date_format{told}, or ask the sender for dates as before."
    else:
        fix = "ask the sender for the column as before, or mend the field in the dataset."
    return Alert(kind="retyped", column=column, message=message, fix=fix)


def _wanted(field: Field) -> str:
    if field.standard:
        return f"a {field.standard.replace('_', ' ')}"
    return {"integer": "whole numbers", "number": "numbers", "date": "dates as agreed"}.get(
        field.type, f"{field.type} as agreed"
    )


def _codes(
    there: Mapping[str, Shape], dataset: Dataset, earlier: Mapping[str, Shape]
) -> Iterator[Alert]:
    """Codes outside the list, where there were fewer; declared codes that are met no more."""
    for name, shape in there.items():
        declared = dataset.fields[name].codes
        if not declared or shape.kind == "empty":
            continue
        column, past = dataset.sender_column(name), earlier.get(name)
        parts = (*_outside(shape, past), *_vanished(shape, past, declared))
        if parts:
            yield Alert(
                kind="codes",
                column=column,
                message=f"the code list of {column} has changed: {'; '.join(parts)}.",
                fix=f"ask the sender what changed, then mend codes under [fields.{name}].",
            )


def _outside(shape: Shape, past: Shape | None) -> Iterator[str]:
    """Rows outside the list, where there are more than last time's share and chance allow."""
    expected = shape.rows * past.rows_outside / past.rows if past and past.rows else 0.0
    if shape.rows_outside > expected + 4 * expected**0.5:
        codes = f"{shape.codes_outside} code{'s' if shape.codes_outside > 1 else ''}"
        rows = f"{shape.rows_outside:,} row{'s' if shape.rows_outside > 1 else ''}"
        yield f"{rows} hold {codes} outside the list"


def _vanished(shape: Shape, past: Shape | None, declared: Sequence[str]) -> Iterator[str]:
    often = past.codes_often if past else ()
    lost = [code for code in declared if code in often and code not in shape.codes_met]
    if lost:
        yield f"no row holds {', '.join(lost)} any more"
