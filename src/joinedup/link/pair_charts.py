"""How do the weights of a pair add up to its chance? A chart for the likeliest and the doubtful.

What is told of a pair is which of its fields agree and how well, never what they say, nor whose
they are.
"""

import numpy as np

from joinedup.link import explain, linking, telling
from joinedup.link.linking import Linked
from joinedup.result import charts
from joinedup.result.blocks import Column, Figure, Table
from joinedup.stats.arrays import Ints

EACH = 2
"""Pairs of either sort."""
PLACES = ("", "second ")
SUM = "together"
COLUMNS = (
    Column(name="says", kind="text"),
    Column(name="weight", label="weight, log2", kind="number", digits=1),
    Column(name="start", label="sum before", kind="number", digits=1),
    Column(name="end", label="sum after", kind="number", digits=1),
)


def figures(linked: Linked) -> list[Figure]:
    """The two likeliest links, then the two pairs nearest the line, of those nobody decided.

    The second is the next that agrees otherwise than the first.
    """
    code = linking.codes(linked.found, linked.records.count)
    undecided = np.flatnonzero(linked.told < 0)
    likely = undecided[linked.links[undecided]]
    likely = _unlike(linked, likely[np.lexsort((code[likely], -linked.weighed.odds[likely]))])
    doubtful = telling.doubtful(linked.chance, linked.judged.line, code)
    doubtful = doubtful[(linked.told[doubtful] < 0) & ~np.isin(doubtful, likely)]
    return [
        *_figures(linked, likely, "Why the {}likeliest pair is a link"),
        *_figures(linked, _unlike(linked, doubtful), "Why the {}most doubtful pair is doubtful"),
    ]


def _unlike(linked: Linked, pairs: Ints) -> Ints:
    """The first of the pairs, and the next that agrees otherwise."""
    _, first = np.unique(linked.found.levels[pairs], axis=0, return_index=True)
    return pairs[np.sort(first)][:EACH]


def _figures(linked: Linked, pairs: Ints, title: str) -> list[Figure]:
    return [
        _figure(title.format(place), parts, float(linked.chance[pair]))
        for place, pair, parts in zip(PLACES, pairs, explain.explained(linked, pairs), strict=False)
    ]


def _figure(title: str, parts: tuple[explain.Weight, ...], chance: float) -> Figure:
    said = explain.short(parts)
    ends = np.cumsum([one.value for one in said])
    starts = np.concatenate([[0.0], ends[:-1]])
    whole = float(ends[-1])
    rows = [
        (one.words, one.value, float(start), float(end))
        for one, start, end in zip(said, starts, ends, strict=True)
    ]
    table = Table(
        title=f"{title}, in numbers",
        columns=COLUMNS,
        rows=(*rows, (SUM, whole, 0.0, whole)),
        about="records",
        note=f"2 to the sum is the odds: a chance of {shown(chance)} that the two are one.",
    )
    alt = f"{'; '.join(map(str, said))}: {SUM} {whole:+.1f}, a chance of {shown(chance)}."
    return charts.steps(
        title, table, label="says", change="weight", start="start", end="end", alt=alt
    )


def shown(chance: float) -> str:
    """A chance in words that never says certain.

    >>> shown(0.99999), shown(0.5)
    ('more than 99.9 %', '50.0 %')
    """
    if chance > MOST:
        return f"more than {MOST:.1%}".replace("%", " %")
    return f"{chance:.1%}".replace("%", " %")


MOST = 0.999
