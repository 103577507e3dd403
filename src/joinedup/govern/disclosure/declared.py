"""Can a table be checked as it is declared?

A share must say what it is a share of, a mean of how many, a median of whom; a largest value is one
person's unless it is a bound that anyone could know. What cannot be checked does not leave.
"""

from collections.abc import Iterator

from joinedup.core.errors import Problem
from joinedup.govern.disclosure.profiles import Profile
from joinedup.result.blocks import Column, Table

NEEDS_BASE = ("rate", "mean", "median", "quantile", "minimum", "maximum")


def unchecked(table: Table) -> Iterator[Problem]:
    """Columns of a table about groups that cannot be checked as they are declared."""
    if table.about != "groups":
        return
    counts = {column.name for column in table.columns if column.kind == "count"}
    adds = counts | {column.name for column in table.columns if column.measure == "sum"}
    for column in table.columns:
        where = f"table '{table.title}', column {column.name}"
        if column.kind == "share" and not column.base:
            yield Problem(
                where,
                "a share that does not say what it is a share of cannot be checked.",
                "have the method name its base, a count column of the same table.",
            )
        for named in (column.base, column.part_of if column.measure != "sum" else ""):
            if named and named not in counts:
                yield Problem(
                    where,
                    f"it names {named}, which is not a count column of the table.",
                    "have the method show that count beside it, or name another.",
                )
        yield from _measure(column, where)
        if column.difference_of and not (
            len(column.difference_of) == 2 and set(column.difference_of) <= adds  # noqa: PLR2004 - one less another
        ):
            yield Problem(
                where,
                "it is not the difference of two counts or sums of the table.",
                "have the method show the two columns it is made of.",
            )
    yield from _rows(table)


def _measure(column: Column, where: str) -> Iterator[Problem]:
    if column.measure and column.kind not in ("number", "share"):
        yield Problem(
            where,
            f"a {column.measure} is a number, and the column is a {column.kind}.",
            "have the method declare it a number.",
        )
    if column.measure in NEEDS_BASE and not column.base:
        yield Problem(
            where,
            f"a {column.measure} that does not say of how many it is cannot be checked.",
            "have the method name its base, a count column of the same table.",
        )
    if column.measure == "quantile" and not 0 < column.quantile < 1:
        yield Problem(
            where,
            "it is not a quantile: that lies between 0 and 1, both left out.",
            "have the method say which it is; a smallest or largest value is not shown of groups.",
        )
    bound = {"minimum": column.least, "maximum": column.most}.get(column.measure, 0.0)
    if bound is None:
        yield Problem(
            where,
            f"a {column.measure} is one person's own value.",
            "leave it out, or declare the bound that no value can pass; only values at it show.",
        )


def _rows(table: Table) -> Iterator[Problem]:
    where = f"table '{table.title}'"
    words = [column.name for column in table.columns if column.kind in ("text", "date")]
    if table.within and (table.within not in words or len(words) < 2):  # noqa: PLR2004 - a key and what it lies in
        yield Problem(
            where,
            f"its rows are to lie within {table.within}, which is no column of words beside a key.",
            "have the method show a column that names what each row is part of.",
        )


def unfit(table: Table, profile: Profile) -> Iterator[Problem]:
    """A table of a model that follows the data too closely."""
    freedom = table.degrees_of_freedom
    if freedom is None or freedom >= profile.freedom:
        return
    saturated = freedom <= 0
    yield Problem(
        f"table '{table.title}'",
        "the model is saturated: its coefficients give the data back."
        if saturated
        else f"the model leaves fewer than {profile.freedom} degrees of freedom.",
        "fit fewer coefficients, or more cases.",
    )
