"""Which SELECT gives the features? Built as sqlglot trees, one per source, key and place.

Days are whole numbers since 1970-01-01, so a date and a time on that day are the same day, and the
one comparison that keeps the future out is `event day < as-of day` (`asof_sql.before`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import cos, degrees, radians

from sqlglot import exp

from joinedup.target.asof_spec import NONE_IS_ZERO, Feature, Spec
from joinedup.target.asof_sql import (
    CUT_BANDWIDTHS,
    EARTH_METRES,
    LARGEST_SUMMED,
    Node,
    aggregate,
    aliased,
    before,
    cells,
    column,
    counted,
    day_of,
    equal,
    is_there,
    metres_apart,
    number,
    on_globe,
    per_event,
    squared_degrees,
    table,
    valued,
    when,
    within,
)

MARGIN = 1.01
NEAREST_POLE = 89.5


@dataclass(frozen=True, slots=True)
class Group:
    """Features that one pass over one source can give.

    Attributes:
        key: (spine column, source column) pairs.
        reach: radius in metres, or bandwidth in degrees for a density; None without a place.
        features: (name, Feature), all with the same source, date, key and place.
    """

    source: str
    kind: str
    on: str
    key: tuple[tuple[str, str], ...]
    place: tuple[str, str]
    reach: float | None
    features: tuple[tuple[str, Feature], ...]

    @property
    def window(self) -> int | None:
        """The widest window in days; None if any feature looks at all the past."""
        windows = [feature.window_days for _, feature in self.features]
        given = [window for window in windows if window is not None]
        return max(given) if len(given) == len(windows) else None


def groups(spec: Spec) -> tuple[Group, ...]:
    """The features by the pass that gives them, in order of first mention."""
    passes: dict[Group, list[tuple[str, Feature]]] = {}
    for name, feature in spec.features.items():
        passes.setdefault(_pass_of(feature), []).append((name, feature))
    return tuple(replace(shared, features=tuple(own)) for shared, own in passes.items())


def _pass_of(feature: Feature) -> Group:
    kind = feature.aggregate if feature.aggregate in {"lookup", "density"} else "events"
    return Group(
        source=feature.source,
        kind=kind,
        on=feature.on,
        key=tuple(sorted(feature.key.items())),
        place=(feature.latitude, feature.longitude),
        reach=feature.bandwidth_degrees if kind == "density" else feature.radius_metres,
        features=(),
    )


def cases_query(spec: Spec) -> exp.Select:
    """Id, as-of day and carried columns of every case, sorted."""
    day = exp.cast(column(spec.as_of), "date")
    return (
        exp.select(
            column(spec.id), exp.alias_(day, spec.as_of, quoted=True), *map(column, spec.carry)
        )
        .from_(table(spec.spine))
        .order_by(column(spec.id), exp.cast(column(spec.as_of), "date"))
    )


def widest_latitude_query(spec: Spec) -> exp.Select:
    """The largest absolute latitude among the cases: how wide a degree of longitude may be."""
    degree = exp.cast(column(spec.latitude), "double")
    place = on_globe(spec.latitude, spec.longitude)
    largest = exp.Max(this=exp.Abs(this=degree))
    return exp.select(exp.alias_(largest, "widest")).from_(table(spec.spine)).where(place)


def ambiguous_keys_query(group: Group) -> exp.Select:
    """How many keys of a looked-up source have several rows that pass a feature's filter."""
    keys = [column(source) for _, source in group.key]
    rows = [exp.Count(this=counted(feature)) for _, feature in group.features]
    several = exp.or_(*(exp.GT(this=one, expression=exp.convert(1)) for one in rows))
    inner = (
        exp.select(*(exp.alias_(key.copy(), f"_k{n}") for n, key in enumerate(keys)))
        .from_(table(group.source))
        .where(exp.and_(*(is_there(key) for key in keys)))
        .group_by(*(key.copy() for key in keys))
        .having(several)
    )
    count = exp.Count(this=exp.Star())
    return exp.select(exp.alias_(count, "ambiguous")).from_(inner.subquery("_ambiguous"))


def too_large_query(source: str, name: str) -> exp.Select:
    """How many values of a column cannot be summed exactly."""
    size = exp.Abs(this=exp.cast(column(name), "double"))
    return (
        exp.select(exp.alias_(exp.Count(this=exp.Star()), "too_large"))
        .from_(table(source))
        .where(
            exp.GTE(this=size, expression=number(LARGEST_SUMMED)),
            exp.not_(exp.IsNan(this=exp.cast(column(name), "double"))),
        )
    )


def group_query(spec: Spec, group: Group, *, texts: Iterable[str], widest: float) -> exp.Select:
    """Every case in order of id and as-of day, with `_f0`, `_f1` … and `_latest`, its newest event.

    Args:
        spec: the settings.
        group: the features wanted.
        texts: features whose column holds text.
        widest: largest absolute latitude of the cases, degrees.
    """
    match = _match_columns(group)
    steps = grid_steps(group, widest)
    found = _found(group, match, place=bool(steps))
    tree = (
        exp.select(
            *_finals(group),
            aliased(column("_day", "_spine"), "_day"),
            aliased(column("_latest", "_found"), "_latest"),
        )
        .from_("_spine")
        .join("_found", on=equal(match, "_spine", "_found"), join_type="left")
        .order_by(column("_id", "_spine"), column("_day", "_spine"))
        .with_("_spine", as_=_spine(spec, group))
        .with_("_probe", as_=_probe(match, steps))
        .with_("_event", as_=_event(group, set(texts), steps))
    )
    if group.kind == "density":
        tree = tree.with_("_total", as_=_total(group)).join(
            "_total", on=equal(["_day"], "_spine", "_total"), join_type="left"
        )
    return tree.with_("_found", as_=found)


def grid_steps(group: Group, widest: float) -> tuple[float, float] | None:
    """Height and width of grid cells, degrees, such that what is near is in a neighbouring cell."""
    if group.reach is None:
        return None
    if group.kind == "density":
        step = group.reach * CUT_BANDWIDTHS * MARGIN
        return step, step
    height = degrees(group.reach / EARTH_METRES)
    edge = widest + height
    width = 360.0 if edge > NEAREST_POLE else height / cos(radians(edge))
    return height * MARGIN, width * MARGIN


def _keys(group: Group) -> list[str]:
    return [f"_k{n}" for n, _ in enumerate(group.key)]


def _match_columns(group: Group) -> list[str]:
    place = ["_lat", "_lon"] if group.reach is not None else []
    return ["_day", *_keys(group), *place]


def _spine(spec: Spec, group: Group) -> exp.Select:
    """Id, day, keys and place of every case; no place where it is not on the globe."""
    columns = [aliased(column(spec.id), "_id"), aliased(day_of(column(spec.as_of)), "_day")]
    columns += [aliased(column(own), f"_k{n}") for n, (own, _) in enumerate(group.key)]
    if group.reach is not None:
        place = on_globe(spec.latitude, spec.longitude)
        for name, own in (("_lat", spec.latitude), ("_lon", spec.longitude)):
            columns.append(aliased(when(place.copy(), exp.cast(column(own), "double")), name))
    return exp.select(*columns).from_(table(spec.spine))


def _probe(match: Sequence[str], steps: tuple[float, float] | None) -> exp.Select:
    """What is asked of the source, once each; with the nine cells around it if it has a place."""
    asked = (
        exp.select(*(column(name) for name in match))
        .distinct()
        .from_("_spine")
        .where(*(is_there(column(name)) for name in match))
    )
    if steps is None:
        return asked
    around = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return (
        exp.select(*(column(name) for name in match), *cells(steps, offsets=("_dy", "_dx")))
        .from_(asked.subquery("_asked"))
        .join(exp.values(around, alias="_around", columns=["_dy", "_dx"]), join_type="cross")
    )


def _event(group: Group, texts: set[str], steps: tuple[float, float] | None) -> exp.Select:
    """Day, keys, place and the value for each feature (nothing where its filter fails)."""
    columns = [aliased(column(source), f"_k{n}") for n, (_, source) in enumerate(group.key)]
    needed = [is_there(column(source)) for _, source in group.key]
    if group.on:
        columns.append(aliased(day_of(column(group.on)), "_event_day"))
        needed.append(is_there(column(group.on)))
    if steps is not None:
        columns += [
            aliased(exp.cast(column(own), "double"), name)
            for name, own in zip(("_lat", "_lon"), group.place, strict=True)
        ]
        needed.append(on_globe(*group.place))
    columns += [
        aliased(valued(feature, is_text=name in texts), f"_v{n}")
        for n, (name, feature) in enumerate(group.features)
    ]
    events = exp.select(*columns).from_(table(group.source)).where(*needed)
    if steps is None:
        return events
    return exp.select(exp.Star(), *cells(steps, offsets=None)).from_(events.subquery("_placed"))


def _found(group: Group, match: Sequence[str], *, place: bool) -> exp.Select:
    """For each question the aggregate of each feature, over events strictly before its day."""
    pairs = [*_keys(group), *(["_cell0", "_cell1"] if place else [])]
    tests: list[Node] = [
        exp.EQ(this=column(n, "_probe"), expression=column(n, "_event")) for n in pairs
    ]
    if group.on:
        tests.append(before(group.window))
    if place:
        tests.append(_is_near(group))
    latest = exp.Max(this=column("_event_day", "_event")) if group.on else exp.Null()
    return (
        exp.select(
            *(column(name, "_probe") for name in match),
            *(aliased(aggregate(n, one), f"_a{n}") for n, (_, one) in enumerate(group.features)),
            aliased(exp.cast(latest, "int"), "_latest"),
        )
        .from_("_probe")
        .join("_event", on=exp.and_(*tests))
        .group_by(*(column(name, "_probe") for name in match))
    )


def _is_near(group: Group) -> Node:
    reach = group.reach or 0.0
    if group.kind == "density":
        return exp.LTE(this=squared_degrees(), expression=number((CUT_BANDWIDTHS * reach) ** 2))
    return exp.LTE(this=metres_apart(), expression=number(reach))


def _total(group: Group) -> exp.Select:
    """Events of the whole source in each feature's window, for each as-of day."""
    values = [f"_v{n}" for n, _ in enumerate(group.features)]
    daily = (
        exp.select(column("_event_day"), *(aliased(exp.Count(this=column(v)), v) for v in values))
        .from_("_event")
        .group_by(column("_event_day"))
    )
    totals = []
    for n, (_, feature) in enumerate(group.features):
        value: Node = column(f"_v{n}")
        if feature.window_days is not None:
            value = when(within(feature.window_days), value)
        totals.append(aliased(exp.cast(exp.Sum(this=value), "double"), f"_n{n}"))
    days = exp.select(column("_day")).distinct().from_("_spine")
    return (
        exp.select(column("_day"), *totals)
        .from_(days.subquery("_days"))
        .join(daily.subquery("_daily"), on=before(group.window))
        .group_by(column("_day"))
    )


def _finals(group: Group) -> list[Node]:
    """Each feature as it stands before it is finished: none found is 0 where 0 is the truth."""
    asked = [column(name, "_spine") for name in _match_columns(group)]
    could_ask = exp.and_(*(is_there(one) for one in asked))
    finals = []
    for n, (_, feature) in enumerate(group.features):
        value: Node = column(f"_a{n}", "_found")
        if feature.aggregate in NONE_IS_ZERO:
            none_is_zero = exp.Coalesce(this=value, expressions=[exp.convert(0)])
            value = exp.cast(when(could_ask.copy(), none_is_zero), "bigint")
        elif feature.aggregate == "density":
            value = when(could_ask.copy(), per_event(n, value, feature.bandwidth_degrees or 0.0))
        finals.append(aliased(value, f"_f{n}"))
    return finals
