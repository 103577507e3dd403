"""How good is a delivery, field by field, and for what? Counts and grades, never a cell.

The profile is kept beside the delivery; `grades` reads it, so that a card can be drawn again
without the rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.vocabulary import Dataset, Standard
from joinedup.sources.delivery import Finding
from joinedup.sources.fitness import dating, repeats, standards
from joinedup.sources.fitness.coded import Coded, coded
from joinedup.sources.fitness.scorecard import Change, FieldProfile, Grade, Profile
from joinedup.sources.fitness.uses import grades
from joinedup.stats.counts import ratio_band
from joinedup.stats.intervals import normal_quantile

DISTINCT_CAP = 10_000
MIXED_DATES = "mixed date formats"
NOT_LISTED = "code not in the list"
OFF_GRID = "outside the grid"
WHITESPACE = "stray spaces"
CAPITALS = "other capitals"
MOJIBAKE = "mojibake"

CASED: tuple[Standard, ...] = ("address", "forename", "full_name", "surname")
GRID = {"easting": (0, 700_000), "northing": (0, 1_300_000)}  # metres, British National Grid
GLOBE = {"latitude": (-90, 90), "longitude": (-180, 180)}  # degrees

LEVEL = 0.99
ROWS_SPREAD = 0.03  # a monthly extract's true size differs by about this share of itself
SHARE_CHANGE = 0.05  # a field's share of empty cells may differ by less than this unremarked


def profile(
    table: pa.Table,
    dataset: Dataset,
    *,
    before: Mapping[str, Any] | None = None,
    today: date | None = None,
    findings: Sequence[Finding] = (),
) -> Profile:
    """What the delivery looks like, with every named defect counted.

    Args:
        table: the admitted fields under our names, typed, shape (rows, fields).
        dataset: what was promised: types, standards, code lists, key.
        before: the profile of the delivery before, as `Profile.as_json` told it.
        today: the day of the delivery; later dates are still to come. Not asked without it.
        findings: of the reading; how many dates were in another format is told there.
    """
    columns = {name: coded(table[name]) for name in table.column_names}
    found = {name: _defects(column, name, dataset, today) for name, column in columns.items()}
    _across_fields(columns, found, dataset, today)
    for finding in findings:
        if finding.code == MIXED_DATES and finding.column in found:
            told = found[finding.column]
            told[MIXED_DATES] = told.get(MIXED_DATES, 0) + finding.count
    fields = {
        name: FieldProfile(
            empty=column.empty,
            distinct=min(len(column.values), DISTINCT_CAP),
            defects={defect: count for defect, count in found[name].items() if count},
        )
        for name, column in columns.items()
    }
    now = Profile(
        rows=table.num_rows,
        fields=fields,
        defects=repeats.defects(columns, dataset) if table.num_rows else {},
    )
    if before is None:
        return now
    changes = tuple(_changes(now, Profile.from_json(before)))
    return Profile(rows=now.rows, fields=now.fields, defects=now.defects, changes=changes)


def _defects(column: Coded, name: str, dataset: Dataset, today: date | None) -> dict[str, int]:
    """Name of the defect to how many cells have it."""
    if not len(column.values):
        return {}
    masks: dict[str, standards.Mask] = {}
    field = dataset.fields[name]
    if dating.is_date(column.values.type):
        days, born = dating.days_of(column), field.standard == "birth_date"
        past = born or field.role == "date"  # the end of a licence may well lie ahead
        masks |= dating.defects(days, born=born, today=today if past else None)
    elif _is_number(column) and (field.standard in GRID or field.role in GLOBE):
        low, high = GRID.get(field.standard) or GLOBE[field.role]
        beyond = pc.or_(pc.less(column.values, low), pc.greater(column.values, high))
        masks[OFF_GRID] = standards.mask_of(beyond)
    elif not pa.types.is_binary(column.values.type):
        masks |= standards.defects(column.texts, column.rows, field.standard)
    if pa.types.is_string(column.values.type):
        masks |= _noise(column, field.standard, masks)
    if field.codes:
        listed = pc.is_in(column.texts, pa.array(field.codes, pa.string()))
        masks[NOT_LISTED] = ~standards.mask_of(listed)
    return {defect: int(column.rows[mask].sum()) for defect, mask in masks.items()}


def _is_number(column: Coded) -> bool:
    kind = column.values.type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _noise(
    column: Coded, standard: Standard, masks: Mapping[str, standards.Mask]
) -> Iterator[tuple[str, standards.Mask]]:
    """What can be tidied away: spaces, capitals, letters read in the wrong encoding."""
    texts = column.texts
    yield WHITESPACE, standards.matches(texts, standards.SPACES, needs=standards.SPACE_SIGNS)
    if MOJIBAKE not in masks:
        yield MOJIBAKE, standards.matches(texts, standards.MOJIBAKE, needs=b"")
    if standard in CASED:
        wrong = np.any([*masks.values(), np.zeros(len(texts), dtype=bool)], axis=0)
        yield CAPITALS, _other_capitals(column) & ~wrong


def _other_capitals(column: Coded) -> standards.Mask:
    """Values all in capitals or all in small letters where most of the column is otherwise."""
    texts = column.texts
    lettered = standards.matches(texts, r"\pL\PL*\pL")  # one letter alone has no style
    capital = standards.mask_of(pc.equal(texts, pc.utf8_upper(texts)))
    small = standards.mask_of(pc.equal(texts, pc.utf8_lower(texts)))
    style = np.where(capital, 1, np.where(small, 2, 0))
    weights = column.rows * lettered
    usual = np.bincount(style, weights=weights, minlength=3).argmax()
    other: standards.Mask = lettered & (style != usual)
    return other


def _across_fields(
    columns: Mapping[str, Coded],
    found: dict[str, dict[str, int]],
    dataset: Dataset,
    today: date | None,
) -> None:
    """Add what the births tell: too many on 1 January, or after something happened."""
    dates = {name: column for name, column in columns.items() if dating.is_date(column.values.type)}
    born = [name for name in dates if dataset.fields[name].standard == "birth_date"]
    events = [name for name in dates if name not in born and dataset.fields[name].role == "date"]
    real = {name: _real_days(dates[name], born=name in born, today=today) for name in dates}
    for name in born:
        column = dates[name]
        if not len(column.values):
            continue
        days = dating.days_of(column)
        excess = dating.new_year_excess(days, column.rows, real=real[name])
        found[name][dating.NEW_YEAR] = excess
        kept = {-1: real[name], **{n: real[event] for n, event in enumerate(events)}}
        after = dating.births_after(column, [dates[event] for event in events], real=kept)
        found[name][dating.BEFORE_BIRTH] = after


def _real_days(column: Coded, *, born: bool, today: date | None) -> standards.Mask:
    days = dating.days_of(column)
    masks = dating.defects(days, born=born, today=today)
    wrong: standards.Mask = np.any([*masks.values(), np.zeros(len(days), dtype=bool)], axis=0)
    return ~wrong


def _changes(now: Profile, before: Profile) -> Iterator[Change]:
    """What is not as it was, beyond what chance and a usual month give."""
    if before.rows:
        low, high = ratio_band(before.rows, spread=ROWS_SPREAD, level=LEVEL)
        if not low <= now.rows / before.rows <= high:
            yield Change(what="rows", field="", before=before.rows, now=now.rows)
    if not before.rows or not now.rows:
        return
    for name in [name for name in now.fields if name in before.fields]:
        was = before.fields[name].empty / before.rows
        is_ = now.fields[name].empty / now.rows
        both = (before.fields[name].empty + now.fields[name].empty) / (before.rows + now.rows)
        error = (both * (1 - both) * (1 / before.rows + 1 / now.rows)) ** 0.5
        if abs(is_ - was) > max(SHARE_CHANGE, normal_quantile(LEVEL) * error):
            yield Change(what="share empty", field=name, before=was, now=is_)


__all__ = ["Change", "FieldProfile", "Grade", "Profile", "grades", "profile"]
