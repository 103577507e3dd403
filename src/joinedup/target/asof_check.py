"""Can these tables carry these features? Every mistake at once, before anything is calculated.

Names tables, columns and counts; never a cell.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as arrow
from sqlglot import exp

from joinedup.core.errors import MethodError, Problem
from joinedup.core.method import Reads
from joinedup.store.access import Access
from joinedup.target.asof_spec import Feature, Spec
from joinedup.target.asof_sql import LARGEST_SUMMED, column, table
from joinedup.target.asof_tree import ambiguous_keys_query, groups, too_large_query

Kinds = dict[str, dict[str, str]]
"""Table to column to kind: number, boolean, text, date, time, or another type's own name."""

DATED = frozenset({"date", "time"})
NUMERIC = frozenset({"number", "boolean"})


def column_kinds(access: Access, reads: Reads) -> Kinds:
    """What kind of value each column holds."""
    kinds = {}
    for name, columns in reads.items():
        none = exp.select(*map(column, columns)).from_(table(name)).limit(0)
        kinds[name] = {field.name: kind_of(field.type) for field in access.query(none).schema}
    return kinds


def kind_of(type_: pa.DataType) -> str:
    """A type as the features see it."""
    if arrow.is_dictionary(type_):
        return kind_of(type_.value_type)
    if arrow.is_timestamp(type_):
        return "time with a zone" if type_.tz else "time"
    tests = {
        "boolean": arrow.is_boolean,
        "number": lambda one: (
            arrow.is_integer(one) or arrow.is_floating(one) or arrow.is_decimal(one)
        ),
        "text": lambda one: (
            arrow.is_string(one) or arrow.is_large_string(one) or arrow.is_string_view(one)
        ),
        "date": arrow.is_date,
    }
    return next((kind for kind, test in tests.items() if test(type_)), str(type_))


def check_kinds(spec: Spec, kinds: Kinds) -> None:
    """Dates are dates, numbers are numbers, and keys can be equal.

    Raises:
        MethodError: some column is of the wrong kind; all of them are named.
    """
    problems = [*_spine_problems(spec, kinds[spec.spine])]
    for name, feature in spec.features.items():
        problems += [
            Problem(f"features.{name}", what, fix)
            for what, fix in _feature_problems(spec, feature, kinds)
        ]
    if problems:
        raise MethodError.of(problems)


def _spine_problems(spec: Spec, kinds: dict[str, str]) -> Iterator[Problem]:
    if kinds[spec.as_of] not in DATED:
        yield Problem(spec.spine, *_not("a date", spec.as_of, kinds[spec.as_of]))
    if any(feature.is_located for feature in spec.features.values()):
        for name in (spec.latitude, spec.longitude):
            if kinds[name] != "number":
                yield Problem(spec.spine, *_not("a number", name, kinds[name]))


def _feature_problems(spec: Spec, feature: Feature, kinds: Kinds) -> Iterator[tuple[str, str]]:
    spine, source = kinds[spec.spine], kinds[feature.source]
    if feature.on and source[feature.on] not in DATED:
        yield _not("a date", feature.on, source[feature.on])
    for own, other in feature.key.items():
        if spine[own] != source[other]:
            yield (
                f"the key joins {own} ({spine[own]}) to {other} ({source[other]}).",
                "bring both to the same type where the table is defined.",
            )
    for name in (feature.latitude, feature.longitude):
        if name and source[name] != "number":
            yield _not("a number", name, source[name])
    yield from _filter_problems(feature, source)
    yield from _value_problems(feature, source)


def _filter_problems(feature: Feature, source: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, wanted in feature.where.items():
        given = {_kind_of_value(one) for one in (wanted if isinstance(wanted, tuple) else [wanted])}
        if given != {source[name]}:
            yield (
                f"where compares {name} ({source[name]}) with {' and '.join(sorted(given))}.",
                f"write {source[name]} under where, or define the column as what it is.",
            )


def _value_problems(feature: Feature, source: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not feature.column:
        return
    kind = source[feature.column]
    is_text = kind == "text"
    if kind not in {*NUMERIC, "text"}:
        yield (
            f"{feature.aggregate} is of {feature.column}, which holds {kind}.",
            "use days_since_last or days_since_first for a date, or turn it into a number.",
        )
    elif is_text and feature.aggregate in {"sum", "mean"}:
        yield _not("a number", feature.column, kind)
    finish = (feature.divide_by, feature.missing, feature.cap, feature.above)
    if is_text and any(number is not None for number in finish):
        yield (
            f"{feature.column} holds text, which cannot be divided, filled, capped or compared.",
            "drop divide_by, missing, cap and above.",
        )


def _kind_of_value(value: Any) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "text", date: "date"}
    return kinds[type(value)]


def _not(wanted: str, name: str, kind: str) -> tuple[str, str]:
    return (
        f"{name} must be {wanted}, and holds {kind}.",
        f"define the column as {wanted}; see the dataset's layout.",
    )


def check_cases(spec: Spec, cases: pa.Table) -> None:
    """Each case has an id and an as-of date, and no two rows share both.

    Raises:
        MethodError: the table is empty, or some rows do not.
    """
    problems = []
    if not cases.num_rows:
        fix = "check the definition that gives the cases, and its dates."
        problems.append(Problem(spec.spine, "there is not one case.", fix))
    for name in (spec.id, spec.as_of):
        if empty := cases[name].null_count:
            fix = "leave out the rows without it, or have it filled."
            problems.append(Problem(spec.spine, f"{name} is empty in {empty:,} rows.", fix))
    pairs = cases.select([spec.id, spec.as_of]).group_by([spec.id, spec.as_of])
    counts = pairs.aggregate([([], "count_all")])["count_all"]
    if several := pc.sum(pc.greater(counts, 1)).as_py():
        fix = "keep one row for each; add another column to the id if they are different cases."
        what = f"{several:,} pairs of {spec.id} and {spec.as_of} stand in several rows."
        problems.append(Problem(spec.spine, what, fix))
    if problems:
        raise MethodError.of(problems)


def check_sources(spec: Spec, access: Access, kinds: Kinds) -> None:
    """A key that is looked up has one row; what is summed is small enough to be summed exactly.

    Raises:
        MethodError: some source does not allow it; all of them are named.
    """
    problems = [
        *_ambiguous(spec, access),
        *_too_large(spec, access, kinds),
    ]
    if problems:
        raise MethodError.of(problems)


def _ambiguous(spec: Spec, access: Access) -> Iterator[Problem]:
    for group in groups(spec):
        if group.kind == "lookup":
            keys = _first(access, ambiguous_keys_query(group))
            if keys:
                names = ", ".join(name for name, _ in group.features)
                yield Problem(
                    group.source,
                    f"{keys:,} keys have several rows, so {names} cannot be looked up.",
                    "look up in a table with one row per key, narrow it with where, or use last.",
                )


def _too_large(spec: Spec, access: Access, kinds: Kinds) -> Iterator[Problem]:
    summed = {
        (feature.source, feature.column)
        for feature in spec.features.values()
        if feature.aggregate in {"sum", "mean"}
        and kinds[feature.source][feature.column] == "number"
    }
    for source, name in sorted(summed):
        rows = _first(access, too_large_query(source, name))
        if rows:
            yield Problem(
                source,
                f"{name} is {LARGEST_SUMMED:.0e} or more in {rows:,} rows, too large to be summed.",
                "mend those rows where the table is defined, or count in a larger unit.",
            )


def _first(access: Access, query: exp.Query) -> int:
    return int(access.query(query).column(0)[0].as_py())
