"""What came of holding services' events against each other: tables, and what is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.link import clusters, coincidence, judged, telling, truth
from joinedup.link.coincidence import RINGS, STEPS, Near, Told
from joinedup.link.linking import Records
from joinedup.result.blocks import Block, Caution, Column, Table
from joinedup.result.model import Output, OutputTable, Result
from joinedup.stats.arrays import Bools, Floats, Ints

GIVES = {
    "pairs": "one row per pair of incidents that is one event",
    "entities": "one row per incident, with its event",
    "review": "one row per doubtful pair, the most doubtful first",
}
NEARLY_ALL = 0.99
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
        at_least=judgement.line, source=met.source,
    )  # fmt: skip
    codes = pairs.left * len(met.ids) + pairs.right
    scores = _scores(met, known, pairs, links, entity) if known is not None else {}
    tables = {
        "pairs": _rows(met, pairs, _likeliest(pairs, links)),
        "entities": _entities(met, entity),
        "review": _rows(met, pairs, telling.doubtful(pairs.chance, judgement.line, codes)),
    }
    blocks: list[Block] = []
    if links.any():
        blocks.append(telling.by_the_model(judgement, int(links.sum()), whole, level=level))
    blocks += [Caution(text=text) for text in _cautions(met)]
    blocks += [telling.scores("Held against the truth", "what", scores)] if scores else []
    blocks += [_windows(met), telling.columns(described, "table", "says", "column")]
    headline = _headline(len(met.ids), len(np.unique(entity)), int(links.sum()), judgement)
    return Output(
        result=Result(method=method, headline=headline, blocks=tuple(blocks)),
        tables={name: OutputTable(data, GIVES[name]) for name, data in tables.items()},
    )


def _headline(incidents: int, events: int, links: int, judgement: judged.Judged) -> str:
    if not links:
        return f"{incidents:,} incidents, and no event that two services can be shown to share."
    return (
        f"{incidents:,} incidents are {events:,} events, {links:,} pairs of services"
        f" met at one; about {judgement.precision.value:.1%} of these are right and"
        f" {judgement.recall.value:.1%} of all are found, as the incidents themselves tell."
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


def _rows(met: Met, pairs: Pairs, places: Ints) -> pa.Table:
    left, right = pairs.left[places], pairs.right[places]
    table = telling.pairs(met.tables, met.ids, left, right, pairs.chance[places])
    for name, cells in (("metres", pairs.distance), ("minutes", pairs.lag)):
        table = table.append_column(name, pa.array(np.round(cells[places], 1)))
    return table


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
        elif between.told.matches < telling.FEW_MATCHES:
            found.append(
                f"{both}: about {between.told.matches:.0f} events in common were expected, too few"
                " to learn how near is near enough."
            )
        if not between.told.settled:
            found.append(f"{both}: learning did not come to rest; review before use.")
    return found


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
