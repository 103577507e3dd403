"""What was known about each case the day before? Features that cannot look ahead.

An event counts only if its date is strictly before the case's as-of date. Not a model, and not a
judgement of which features may be used: see `target.screen` and `target.model`.
"""

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.method import Method, Reads
from joinedup.result.blocks import Block, Caution, Cell, Check, Checks, Column, Table
from joinedup.result.model import Output, OutputTable, Result
from joinedup.store.access import Access
from joinedup.store.bench import bench
from joinedup.target.asof_check import check_cases, check_kinds, check_sources, column_kinds
from joinedup.target.asof_spec import Feature, Spec, described, window_words
from joinedup.target.asof_tree import (
    cases_query,
    group_query,
    groups,
    widest_latitude_query,
)

__all__ = ["METHOD", "Feature", "Spec", "reads", "run"]

MANY_MISSING = 0.2


def reads(spec: Spec) -> Reads:
    """The columns of the spine and of every source that the features name."""
    wanted: dict[str, list[str]] = {spec.spine: [spec.id, spec.as_of, *spec.carry]}
    if any(feature.is_located for feature in spec.features.values()):
        wanted[spec.spine] += [spec.latitude, spec.longitude]
    for feature in spec.features.values():
        wanted[spec.spine] += feature.key
        one = [feature.on, feature.column, feature.latitude, feature.longitude]
        own = wanted.setdefault(feature.source, [])
        own += [name for name in (*one, *feature.key.values(), *feature.where) if name]
    return {name: tuple(dict.fromkeys(columns)) for name, columns in wanted.items()}


def run(spec: Spec, access: Access) -> Output:
    """One row per case, sorted by id and as-of date: id, as-of date, carried columns, features.

    Raises:
        MethodError: a column is of the wrong kind, a case has no id or date or stands twice, a
            lookup's key has several rows, or numbers are too large to be summed exactly.
    """
    kinds = column_kinds(access, reads(spec))
    check_kinds(spec, kinds)
    cases = access.query(cases_query(spec))
    check_cases(spec, cases)
    check_sources(spec, access, kinds)
    texts = {
        name
        for name, feature in spec.features.items()
        if kinds[feature.source].get(feature.column) == "text"
    }
    raw, nearest = _calculate(spec, access, texts)
    table = cases
    for name, feature in spec.features.items():
        table = table.append_column(name, finished(feature, raw[name]))
    result = tell(spec, table, raw, nearest)
    return Output(result=result, tables={"features": OutputTable(table, METHOD.gives["features"])})


def _calculate(
    spec: Spec, access: Access, texts: set[str]
) -> tuple[dict[str, pa.ChunkedArray], list[int]]:
    """Each feature before it is finished; and how near an event came, days, for each pass."""
    widest = _widest_latitude(spec, access)
    raw: dict[str, pa.ChunkedArray] = {}
    nearest = []
    for group in groups(spec):
        answer = access.query(group_query(spec, group, texts=texts, widest=widest))
        for n, (name, _) in enumerate(group.features):
            raw[name] = answer[f"_f{n}"]
        if group.on:
            nearest.append(_nearest(answer))
    return raw, [days for days in nearest if days is not None]


def _nearest(answer: pa.Table) -> int | None:
    """Days between an as-of date and the newest event used for it, the fewest over all cases."""
    days: int | None = pc.min(pc.subtract(answer["_day"], answer["_latest"])).as_py()
    return days


def _widest_latitude(spec: Spec, access: Access) -> float:
    if not any(feature.is_located for feature in spec.features.values()):
        return 0.0
    widest = access.query(widest_latitude_query(spec))["widest"][0].as_py()
    return float(widest or 0.0)


def finished(feature: Feature, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The feature as a model takes it: divided, filled, capped, compared, in this order.

    Counts stay whole numbers unless they are divided, filled or capped; text stays text.
    """
    if feature.divide_by is not None:
        values = pc.divide(pc.cast(values, pa.float64()), feature.divide_by)
    if feature.missing is not None:
        values = pc.fill_null(pc.cast(values, pa.float64()), feature.missing)
    if feature.cap is not None:
        values = pc.cast(values, pa.float64())
        values = pc.if_else(pc.greater(values, feature.cap), feature.cap, values)
    if feature.above is not None:
        values = pc.cast(pc.greater(pc.cast(values, pa.float64()), feature.above), pa.int64())
    return values


def tell(
    spec: Spec, table: pa.Table, raw: dict[str, pa.ChunkedArray], nearest: list[int]
) -> Result:
    """How many features of how many cases, where each comes from, and what is missing."""
    made = len(spec.features)
    headline = (
        f"{made:,} {'feature' if made == 1 else 'features'} of {table.num_rows:,} {spec.cases},"
        " each from what was known the day before."
    )
    shares = {name: values.null_count / len(values) for name, values in raw.items()}
    blocks: list[Block] = [_table(spec, table, shares), Checks(items=_checks(spec, nearest))]
    sparse = [name for name, share in shares.items() if share > MANY_MISSING]
    if sparse:
        blocks.append(Caution(text=_sparse_words(spec, sparse)))
    return Result(method=METHOD.name, headline=headline, blocks=tuple(blocks))


def _sparse_words(spec: Spec, sparse: list[str]) -> str:
    filled = [name for name in sparse if spec.features[name].missing is not None]
    words = (
        f"More than {MANY_MISSING:.0%} of the {spec.cases} have no value for"
        f" {', '.join(sparse)}: nothing was recorded for them, which is not the same as nothing"
        " happening."
    )
    if filled:
        words += f" A stand-in was put in for {', '.join(filled)}."
    return words


def _table(spec: Spec, table: pa.Table, shares: dict[str, float]) -> Table:
    """The features, one a row. No smallest or largest value: each would be one case's own."""
    rows = tuple(
        (
            name,
            feature.source,
            window_words(feature),
            described(feature),
            shares[name],
            _mean(table[name]),
        )
        for name, feature in spec.features.items()
    )
    return Table(
        title="Features",
        about="method",
        columns=(
            Column(name="feature", kind="text"),
            Column(name="source", kind="text"),
            Column(name="window", kind="text", label="looks back over"),
            Column(name="made", kind="text", label="what it is"),
            Column(name="share_missing", kind="share", label="without a value", digits=3),
            Column(name="mean", kind="number", label="mean after finishing", digits=3),
        ),
        rows=rows,
        note="An event counts only if its date is before the as-of date; that day itself does not.",
    )


def _mean(values: pa.ChunkedArray) -> Cell:
    if pa.types.is_string(values.type):
        return None
    mean: float | None = pc.mean(values).as_py()
    return mean


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _checks(spec: Spec, nearest: list[int]) -> tuple[Check, ...]:
    gap = min(nearest, default=1)
    dated = Check(
        name="no event on or after the as-of date entered",
        answer="passed" if gap >= 1 else "failed",
        detail=(
            f"The newest event used lies {_days(gap)} before its as-of date."
            if nearest
            else "No dated event was used."
        ),
    )
    undated = [name for name, one in spec.features.items() if one.aggregate == "lookup"]
    if not undated:
        return (dated,)
    detail = (
        f"{', '.join(undated)}: looked up in a table without a date, so whether it was known before"
        " the as-of date is for whoever defined the table to say."
    )
    return (dated, Check(name="what was looked up was known", answer="cannot tell", detail=detail))


METHOD = Method(
    name="target.features",
    summary="What was known about each case the day before, from the departments' own tables?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    assumptions=(
        "The date of an event is the date it was known, not only the date it happened.",
        "A source has not been rewritten since: its past rows say what they said then.",
        "Nothing recorded means nothing known, and the sources cover all cases alike.",
        "Places are within one region that does not cross the 180th meridian.",
    ),
    reference="doi:10.1145/2382577.2382579",
    trust="vetted",
    where="engine",
    version="1",
    gives={"features": "one row per case and as-of date"},
)
