"""Which expressions do the features share? Small pieces of a SELECT, as sqlglot trees.

Only functions that DuckDB and Spark share; identifiers always quoted, values always literals. Sums
are of decimals, so that the order in which an engine adds cannot show in the last digits.
"""

from collections.abc import Callable, Sequence
from math import pi
from typing import Any

from sqlglot import exp

from joinedup.store.engine import split_name
from joinedup.target.asof_spec import Feature

Node = Any
"""A sqlglot tree: its base class has another name in each major version."""

EARTH_METRES = 6_371_008.8
CUT_BANDWIDTHS = 6.0
"""Beyond it one event adds less than 2e-8 of what it adds at no distance."""
KERNEL_STEPS = 1e12
LARGEST_SUMMED = 1e15
SUMMED = "decimal(38, 15)"


def column(name: str, table: str = "") -> exp.Column:
    """A quoted column."""
    return exp.column(name, table=table or None, quoted=True)


def table(name: str) -> exp.Table:
    """A quoted table of the grant."""
    schema, short = split_name(name)
    return exp.table_(short, db=None if schema == "main" else schema, quoted=True)


def number(value: float) -> Node:
    """A literal of double precision."""
    return exp.cast(exp.convert(float(value)), "double")


def day_of(date: Node) -> Node:
    """Whole days from 1970-01-01 to the day of a date or time."""
    epoch = exp.cast(exp.Literal.string("1970-01-01"), "date")
    return exp.DateDiff(this=exp.cast(date, "date"), expression=epoch, unit=exp.var("DAY"))


def when(condition: Node, value: Node) -> Node:
    """The value where the condition holds, else nothing."""
    return exp.Case().when(condition, value)


def on_globe(latitude: str, longitude: str) -> Node:
    """Whether both coordinates are there and on the globe (a NaN is not)."""
    return exp.and_(
        exp.cast(column(latitude), "double").between(number(-90), number(90)),
        exp.cast(column(longitude), "double").between(number(-180), number(180)),
    )


def aliased(expression: Node, name: str) -> Node:
    """The expression under a quoted name."""
    return exp.alias_(expression, name, quoted=True)


def is_there(expression: Node) -> Node:
    """Whether it is not null."""
    return exp.not_(exp.Is(this=expression.copy(), expression=exp.Null()))


def equal(names: Sequence[str], left: str, right: str) -> Node:
    """Whether two tables agree in all these columns."""
    return exp.and_(
        *(exp.EQ(this=column(name, left), expression=column(name, right)) for name in names)
    )


def cells(steps: tuple[float, float], offsets: tuple[str, str] | None) -> list[Node]:
    """The grid cell of a place, moved by the columns named in `offsets`."""
    parts: list[Node] = []
    for n, (step, degree) in enumerate(zip(steps, ("_lat", "_lon"), strict=True)):
        ratio = exp.Div(this=column(degree), expression=number(step))
        cell: Node = exp.cast(exp.Floor(this=ratio), "bigint")
        if offsets:
            cell = exp.Add(this=cell, expression=column(offsets[n]))
        parts.append(aliased(cell, f"_cell{n}"))
    return parts


def counted(feature: Feature) -> Node:
    """1 for a row that passes the feature's filter, else nothing."""
    tests = [
        column(name).isin(*(exp.convert(one) for one in wanted))
        if isinstance(wanted, tuple)
        else exp.EQ(this=column(name), expression=exp.convert(wanted))
        for name, wanted in feature.where.items()
    ]
    return when(exp.and_(*tests), exp.convert(1)) if tests else exp.convert(1)


def valued(feature: Feature, *, is_text: bool) -> Node:
    """What a row counts for: its value, or 1; nothing if it fails the filter or is not a number."""
    if not feature.column:
        return counted(feature)
    value: Node = column(feature.column)
    tests: list[Node] = [exp.EQ(this=counted(feature), expression=exp.convert(1))]
    if not is_text:
        value = exp.cast(value, "double")
        tests.append(exp.not_(exp.IsNan(this=value.copy())))
    return when(exp.and_(*tests), value)


def before(window: int | None) -> Node:
    """Strictly before the as-of day, and not before the window opens."""
    past = exp.LT(this=column("_event_day"), expression=column("_day"))
    return past if window is None else exp.and_(past, within(window))


def within(window: int) -> Node:
    """Not before the window opens, `window` days before the as-of day."""
    opens = exp.Sub(this=column("_day"), expression=exp.convert(window))
    return exp.GTE(this=column("_event_day"), expression=opens)


def _apart(name: str) -> Node:
    return exp.paren(exp.Sub(this=column(name, "_event"), expression=column(name, "_probe")))


def _squared(expression: Node) -> Node:
    return exp.Mul(this=expression, expression=expression.copy())


def squared_degrees() -> Node:
    """Squared distance in degrees, as the published kernel takes it."""
    return exp.paren(exp.Add(this=_squared(_apart("_lat")), expression=_squared(_apart("_lon"))))


def metres_apart() -> Node:
    """Great-circle distance by the haversine formula, metres."""

    def half_sine(name: str) -> Node:
        half = exp.Div(this=exp.Radians(this=_apart(name)), expression=number(2))
        return exp.Sin(this=half)

    level = exp.Mul(
        this=exp.Cos(this=exp.Radians(this=column("_lat", "_probe"))),
        expression=exp.Cos(this=exp.Radians(this=column("_lat", "_event"))),
    )
    across = exp.Mul(this=level, expression=_squared(half_sine("_lon")))
    chord = exp.paren(exp.Add(this=_squared(half_sine("_lat")), expression=across))
    root = exp.Sqrt(this=exp.Least(this=number(1), expressions=[chord]))
    return exp.Mul(this=number(2 * EARTH_METRES), expression=exp.Asin(this=root))


def _exact_sum(this: Node) -> Node:
    return exp.cast(exp.Sum(this=exp.cast(this, SUMMED)), "double")


def _exact_mean(this: Node) -> Node:
    rows = exp.cast(exp.Count(this=this.copy()), "double")
    return exp.Div(this=_exact_sum(this), expression=rows)


def _last(this: Node) -> Node:
    """The value of the newest event; of several on one day, the largest."""
    pair = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=part)
            for name, part in (("day", column("_event_day")), ("value", this))
        ]
    )
    return exp.Dot(
        this=exp.Max(this=when(is_there(this), pair)),
        expression=exp.to_identifier("value", quoted=True),
    )


def _kernel_sum(value: Node, bandwidth: float) -> Node:
    """Sum of the kernel over events, in whole steps of 1e-12, so that their order cannot show."""
    share = exp.Div(this=exp.Neg(this=squared_degrees()), expression=number(2 * bandwidth**2))
    steps = exp.Mul(this=exp.Exp(this=share), expression=number(KERNEL_STEPS))
    whole = exp.cast(exp.Round(this=steps), "decimal(18, 0)")
    summed = exp.Sum(this=when(is_there(value), whole))
    return exp.Div(this=exp.cast(summed, "double"), expression=number(KERNEL_STEPS))


DIRECT: dict[str, Callable[..., Node]] = {
    "count": exp.Count,
    "ever": exp.Max,
    "min": exp.Min,
    "max": exp.Max,
    "lookup": exp.Max,
    "sum": _exact_sum,
    "mean": _exact_mean,
    "last": _last,
}


def aggregate(n: int, feature: Feature) -> Node:
    """What the n-th feature of a pass makes of the events that met the question."""
    value: Node = column(f"_v{n}")
    if feature.window_days is not None:
        value = when(within(feature.window_days), value)
    if feature.aggregate in DIRECT:
        return DIRECT[feature.aggregate](this=value)
    if feature.aggregate == "density":
        return _kernel_sum(value, feature.bandwidth_degrees or 0.0)
    newest = exp.Max if feature.aggregate == "days_since_last" else exp.Min
    day = when(is_there(value), column("_event_day"))
    return exp.Sub(this=column("_day"), expression=newest(this=day))


def per_event(n: int, kernels: Node, bandwidth: float) -> Node:
    """The kernels' sum over 2 pi h squared n; nothing where the whole source has no event."""
    total = column(f"_n{n}", "_total")
    summed = exp.Coalesce(this=kernels, expressions=[number(0)])
    share = exp.Div(this=summed, expression=total)
    density = exp.Div(this=share, expression=number(2 * pi * bandwidth**2))
    return when(exp.GT(this=total.copy(), expression=number(0)), density)
