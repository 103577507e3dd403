"""What a linkage found, in words, with its doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from joinedup.link import explain, pair_charts, reviewing, telling
from joinedup.link.asked import Spec, described
from joinedup.link.decided import Decided
from joinedup.link.features import feature_of
from joinedup.link.linking import Linked
from joinedup.link.refresh import Former
from joinedup.link.truth import Score
from joinedup.result.blocks import Block, Caution, Column, Table
from joinedup.result.model import Result

WORDS = {"person": ("person", "people"), "business": ("business", "businesses")}
OWN_WORD = (
    "Estimates of error are the model's own. Look at a sample of the doubtful pairs before anybody"
    " acts on a link."
)
MOST_RULES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is to be told.

    Attributes:
        scores: against the truth, of pairs and of entities; empty if no truth is known.
        groups: what is told of the error by group; empty if none was asked for.
        decided: what a person said of pairs.
        former: the entities of the last run, with what became of them in `changes`.
    """

    linked: Linked
    kind: str
    method: str
    scores: Mapping[str, Score] = field(default_factory=dict)
    groups: Sequence[Block] = ()
    decided: Decided | None = None
    former: Former | None = None
    changes: pa.Table | None = None


def tell(spec: Spec, told: Told) -> Result:
    """The result: how many entities, how sure, why, and what was compared."""
    linked = told.linked
    links, matches = int(linked.links.sum()), float(linked.chance.sum())
    blocks: list[Block] = []
    if links:
        blocks.append(telling.by_the_model(linked.judged, links, matches, level=spec.level))
    if linked.reviewed is not None:
        blocks.append(reviewing.estimates(linked.reviewed, level=spec.level))
    more = [*reviewing.of_decisions(told.decided), *reviewing.of_before(told.former)]
    blocks += [Caution(text=text) for text in (*_cautions(told), *more)]
    if told.changes is not None and told.changes.num_rows:
        blocks.append(reviewing.changed(told.changes))
    if told.scores:
        blocks.append(telling.scores("Held against the truth", "what", told.scores))
    blocks += told.groups
    blocks.append(telling.columns(described(spec), "table", "says", "column"))
    blocks += [_weights(linked), *pair_charts.figures(linked), _rules(linked)]
    return Result(method=told.method, headline=_headline(told), blocks=tuple(blocks))


def _headline(told: Told) -> str:
    linked, judged = told.linked, told.linked.judged
    entities = len(np.unique(linked.entity))
    one, many = WORDS[told.kind]
    if not linked.links.any():
        return f"{linked.records.count:,} records, and no two of them are shown to be one {one}."
    seen = linked.reviewed
    by = f"{seen.decided:,} pairs that were looked at" if seen else "the records themselves"
    precision, recall = (seen or judged).precision, (seen or judged).recall
    return (
        f"{linked.records.count:,} records are about {entities:,} {many if entities != 1 else one};"
        f" about {precision.value:.1%} of the links are right and {recall.value:.1%}"
        f" of the matches are linked, as {by} tell."
    )


def _cautions(told: Told) -> list[str]:
    linked = told.linked
    model = linked.model
    found = [] if linked.reviewed else [OWN_WORD]
    if not model.learnt.settled:
        found.append(
            "Learning did not settle: the records may say too little to tell matches apart. Name"
            " more columns, or review before use."
        )
    if float(linked.chance.sum()) < telling.FEW_MATCHES:
        found.append(
            f"About {linked.chance.sum():.0f} matches were expected: too few to learn from, so that"
            " what agreement weighs is mostly what was assumed beforehand."
        )
    blind = [
        name.replace("_", " ")
        for name, match, other in zip(model.features, model.match, model.unrelated, strict=True)
        if match[-1] <= other[-1]
    ]
    if blind:
        found.append(
            f"Matches agree no more often than others in {', '.join(blind)}: leave it out with"
            f" --set columns.{blind[0].replace(' ', '_')}= or check the column."
        )
    return found


def _weights(linked: Linked) -> Table:
    """What each level of each feature weighs."""
    model = linked.model
    rows = [
        (
            name.replace("_", " "),
            feature_of(name).level_words(level),
            float(match[level]),
            float(other[level]),
            float(weights[level]),
        )
        for name, weights, match, other in zip(
            model.features, explain.weights(model), model.match, model.unrelated, strict=True
        )
        for level in reversed(range(len(weights)))
    ]
    columns = (
        Column(name="feature", kind="text"),
        Column(name="agrees", kind="text"),
        Column(name="matches", label="among matches", kind="number", digits=4),
        Column(name="others", label="among unrelated records", kind="number", digits=6),
        Column(name="weight", label="weight, log2", kind="number", digits=1),
    )
    return Table(
        title="What agreement weighs",
        columns=columns,
        rows=tuple(rows),
        about="method",
        note="A rare value weighs more than a common one, on top of this.",
    )


def _rules(linked: Linked) -> Table:
    rows = tuple(
        (" and ".join(key.words for key in rule.keys), round(rule.pairs))
        for rule in linked.rules[:MOST_RULES]
    )
    columns = (
        Column(name="rule", label="pairs that agree in", kind="text"),
        Column(name="pairs", label="pairs, estimated", kind="number", digits=0),
    )
    return Table(
        title="Which pairs were compared",
        columns=columns,
        rows=rows,
        about="method",
        note=f"{len(linked.found.left):,} pairs were near enough to be judged;"
        f" about {linked.judged.covered:.1%} of all matches are among those compared.",
    )
