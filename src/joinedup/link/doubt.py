"""What must a later count know of this linkage, to carry its doubt?

The pairs that could be drawn otherwise, and how many matches no pair tells of. Given to a later
method as `linkage`, its entities are drawn anew from it (`store.redraw`).
"""

import numpy as np
import pyarrow as pa

from joinedup.link import linking, telling
from joinedup.link.judged import Judged, Share
from joinedup.link.linking import Linked
from joinedup.link.sample import Reviewed
from joinedup.stats import redrawn
from joinedup.stats.intervals import normal_quantile

BEYOND = ("missed", "missed_off", "wrong", "wrong_off")
COLUMNS = (*telling.PAIRS, *BEYOND)


def rows_of(linked: Linked, *, level: float) -> pa.Table:
    """The pairs whose entities could be others, and what no pair tells: the same in each row.

    The likeliest pair at least, so that the latter is told where no pair is in doubt.

    Args:
        linked: what was linked.
        level: of its intervals.
    """
    found, chance = linked.found, linked.chance
    doubtful = redrawn.in_doubt(linked.records.count, found.left, found.right, chance)
    places = np.flatnonzero(doubtful) if doubtful.any() else np.argsort(-chance)[:1]
    records = linked.records
    code = linking.codes(found, records.count)[places]
    places = places[np.lexsort((code, -chance[places]))]
    table = telling.pairs(
        records.tables, records.ids, found.left[places], found.right[places], chance[places]
    )
    for name, value in zip(BEYOND, _beyond(linked, level), strict=True):
        table = table.append_column(name, pa.array(np.full(len(places), value)))
    return table


def _beyond(linked: Linked, level: float) -> tuple[float, float, float, float]:
    """Matches that are missed and links that are wrong, more than pairs tell; each with its error.

    As many as the best word on precision and recall has it: a person's decisions, else the model's.
    """
    said: Judged | Reviewed = linked.reviewed or linked.judged
    links, likely = int(linked.links.sum()), float(linked.chance.sum())
    if not links or said.recall.value <= 0:
        return 0.0, 0.0, 0.0, 0.0
    right = said.precision.value * links
    matches = right / said.recall.value
    told = float(linked.chance[linked.links].sum())
    return (
        max(0.0, matches - likely),
        matches * _error(said.recall, level),
        max(0.0, told - right),
        links * _error(said.precision, level),
    )


def _error(share: Share, level: float) -> float:
    return (share.high - share.low) / 2 / normal_quantile(level)
