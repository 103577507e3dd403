"""What came of holding services' events against each other: tables, and what is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.link import clusters, coincidence, judged, truth
from joinedup.link.coincidence import RINGS, STEPS, Near, Told
from joinedup.link.judged import Judged
from joinedup.link.linking import Records
from joinedup.result.blocks import Block, Caution, Column, Estimate, Estimates, Table
from joinedup.result.model import Output, OutputTable, Result
from joinedup.stats.arrays import Bools, Floats, Ints

GIVES = {
    "pairs": "one row per pair of incidents that is one event",
    "entities": "one row per incident, with its event",
    "review": "one row per doubtful pair, the most doubtful first",
}
DOUBTFUL = (0.05, 0.95)
MOST_TO_REVIEW = 5_000
FEW_MATCHES = 30
NEARLY_ALL = 0.99
HALF = 0.5
OWN_WORD = (
    "Estimates of error are the model's own: it supposes that unrelated incidents come by chance."
    " Where one incident sets off another, look at the doubtful pairs first."
)


@dataclass(frozen=True, slots=True)
class Between:
    """Two services.

    Attributes:
        left, right: of each pair, its places among all incidents, shape (pairs,).
    """

    one: str
    other: str
    near: Near
    told: Told
    left: Ints
    right: Ints


@dataclass(frozen=True, slots=True)
class Met:
    """All incidents, one service below the other, and each two services held together.

    Attributes:
        source: the service of each, a number, shape (incidents,).
        silent: of each service, the rows that do not say where and when.
        spacing: of each, the grid in metres that its points lie on; 0 if none.
    """

    tables: pa.Array
    ids: pa.Array
    source: Ints
    silent: Mapping[str, int]
    spacing: Mapping[str, float]
    between: tuple[Between, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of all services; `kept` are the likeliest such that none is in two of a service."""

    left: Ints
    right: Ints
    chance: Floats
    distance: Floats
    lag: Floats
    kept: Bools


def output(
    met: Met,
    known: pa.Table | None,
    *,
    level: float,
    method: str,
    described: Sequence[tuple[str, str, str]],
) -> Output:
    """Draw the line, bring together, and tell both.

    Args:
        met: incidents and their pairs.
        known: the truth; None if it is not known.
        level: of the intervals.
        method: its name.
        described: table, role and column.
    """
    pairs = _pairs(met)
    whole = float(pairs.chance.sum())
    kept = pairs.chance[pairs.kept]
    judgement = judged.judge(kept, float(kept.sum()) / max(whole, 1e-9), level=level)
    links = pairs.kept & (pairs.chance >= judgement.line)
    entity = clusters.entities(
        len(met.ids), pairs.left[links], pairs.right[links], pairs.chance[links],
        at_least=judgement.line * HALF, source=met.source,
    )  # fmt: skip
    scores = _scores(met, known, pairs, links, entity) if known is not None else {}
    tables = {
        "pairs": _rows(met, pairs, _likeliest(pairs, links)),
        "entities": _entities(met, entity),
        "review": _rows(met, pairs, _doubtful(pairs, judgement.line)),
    }
    events = len(np.unique(entity))
    blocks: list[Block] = [_estimates(pairs, links, judgement, level)]
    blocks += [Caution(text=text) for text in _cautions(met)]
    blocks += [_held(scores)] if scores else []
    blocks += [_windows(met), _described(described)]
    headline = (
        f"{len(met.ids):,} incidents are {events:,} events, {int(links.sum()):,} pairs of services"
        f" met at one; about {judgement.precision.value:.1%} of these are right and"
        f" {judgement.recall.value:.1%} of all are found, as the incidents themselves tell."
        if links.any()
        else f"{len(met.ids):,} incidents, and no event that two services can be shown to share."
    )
    return Output(
        result=Result(method=method, headline=headline, blocks=tuple(blocks)),
        tables={name: OutputTable(data, GIVES[name]) for name, data in tables.items()},
    )


def _pairs(met: Met) -> Pairs:
    def joined(parts: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(parts)

    some = met.between
    return Pairs(
        left=joined([one.left for one in some]),
        right=joined([one.right for one in some]),
        chance=joined([one.told.chance for one in some]),
        distance=joined([one.near.distance for one in some]),
        lag=joined([one.near.lag for one in some]),
        kept=joined([coincidence.single(o.left, o.right, o.told.chance) for o in some]),
    )


def _likeliest(pairs: Pairs, links: Bools) -> Ints:
    places = np.flatnonzero(links)
    return np.asarray(places[np.argsort(-pairs.chance[places], kind="stable")])


def _doubtful(pairs: Pairs, line: float) -> Ints:
    low, high = DOUBTFUL
    places = np.flatnonzero((pairs.chance > low) & (pairs.chance < high))
    order = np.argsort(np.abs(pairs.chance[places] - line), kind="stable")
    return np.asarray(places[order][:MOST_TO_REVIEW])


def _rows(met: Met, pairs: Pairs, places: Ints) -> pa.Table:
    left, right = pa.array(pairs.left[places]), pa.array(pairs.right[places])
    return pa.table(
        {
            "table_l": met.tables.take(left),
            "id_l": met.ids.take(left),
            "table_r": met.tables.take(right),
            "id_r": met.ids.take(right),
            "probability": pa.array(pairs.chance[places]),
            "metres": pa.array(np.round(pairs.distance[places], 1)),
            "minutes": pa.array(np.round(pairs.lag[places], 1)),
        }
    )


def _entities(met: Met, entity: Ints) -> pa.Table:
    first = pa.array(entity)
    named = pc.binary_join_element_wise(met.tables.take(first), met.ids.take(first), ":")
    return pa.table({"table": met.tables, "id": met.ids, "entity": named})


def _scores(
    met: Met, known: pa.Table, pairs: Pairs, links: Bools, entity: Ints
) -> dict[str, truth.Score]:
    count = len(met.ids)
    records = Records(
        table=pa.table({"": pa.array(np.arange(count))}), features=(), tables=met.tables,
        ids=met.ids, source=met.source, sources=tuple(met.silent),
    )  # fmt: skip
    true = truth.read(known, records).pairs
    made = np.sort(np.stack([pairs.left, pairs.right], axis=1)[links], axis=1)
    return {
        "pairs": truth.score_of(made, true, count),
        "entities": truth.score_of(truth.within(entity), true, count),
    }


def _estimates(pairs: Pairs, links: Bools, judgement: Judged, level: float) -> Estimates:
    found = round(float(pairs.chance.sum()))
    items = [
        Estimate(
            name=name, value=share.value, low=share.low, high=share.high, level=level,
            unit="share", n=n,
        )
        for name, share, n in (
            ("links that are right (precision)", judgement.precision, int(links.sum())),
            ("matches that are linked (recall)", judgement.recall, found),
        )
    ]  # fmt: skip
    return Estimates(title="How good the links are, estimated without a truth", items=tuple(items))


def _described(rows: Sequence[tuple[str, str, str]]) -> Table:
    columns = tuple(Column(name=name, kind="text") for name in ("table", "says", "column"))
    return Table(title="Which column says what", columns=columns, rows=tuple(rows), about="method")


def _cautions(met: Met) -> list[str]:
    found = [OWN_WORD]
    found += [
        f"{name}: {many:,} rows do not say where and when, and are in no pair."
        for name, many in met.silent.items()
        if many
    ]
    found += [
        f"{name}: points lie on a grid of {step:,.0f} metres, as if moved to hide the place; the"
        " distance to them is learnt with that error in it."
        for name, step in met.spacing.items()
        if step
    ]
    for between in met.between:
        both = f"{between.one} and {between.other}"
        if not between.told.shown:
            found.append(
                f"{both}: no more incidents are near each other than chance brings, so none is"
                " linked."
            )
        elif between.told.matches < FEW_MATCHES:
            found.append(
                f"{both}: about {between.told.matches:.0f} events in common were expected, too few"
                " to learn how near is near enough."
            )
        if not between.told.settled:
            found.append(f"{both}: learning did not come to rest; review before use.")
    return found


def _held(scores: Mapping[str, truth.Score]) -> Table:
    return Table(
        title="Held against the truth",
        columns=(
            Column(name="what", kind="text"),
            Column(name="true", label="true pairs", kind="count"),
            Column(name="linked", label="linked pairs", kind="count"),
            Column(name="precision", kind="share"),
            Column(name="recall", kind="share"),
            Column(name="f1", label="F1", kind="number", digits=4),
        ),
        rows=tuple(
            (name, score.true, score.linked, score.precision, score.recall, score.f1)
            for name, score in scores.items()
        ),
        about="method",
    )


def _windows(met: Met) -> Table:
    """Within which distance and time nearly all matches lie, of each two services."""
    rows = []
    for between in (one for one in met.between if one.told.shown):
        many = len(STEPS) - 1
        steps = between.told.steps[:many] + between.told.steps[many:]
        rows.append(
            (
                between.one, between.other, between.told.matches,
                _reached(between.told.rings, RINGS), _reached(steps, STEPS),
            )
        )  # fmt: skip
    return Table(
        title="How near is near enough, as learnt",
        columns=(
            Column(name="one", kind="text"),
            Column(name="other", kind="text"),
            Column(name="matches", label="events in common", kind="number", digits=0),
            Column(name="metres", label="nearly all within", unit="m", kind="number", digits=0),
            Column(name="minutes", label="and within", unit="min", kind="number", digits=0),
        ),
        rows=tuple(rows),
        about="method",
        note="99 in 100 matches are within; the nearer the likelier.",
    )


def _reached(shares: Floats, edges: Floats) -> float:
    place = int(np.searchsorted(np.cumsum(shares), NEARLY_ALL))
    return float(edges[min(place + 1, len(edges) - 1)])
