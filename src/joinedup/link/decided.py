"""What has a person decided about pairs of records: one, two, or not to be told?

A row for each decision, in the order in which they were made. `same` is yes, no, unsure, or undone:
that takes back all that was decided about the pair before, and the row stays. A list of pairs that
are not to be linked is the same table with no in every row.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError, Problem
from joinedup.link.named import places
from joinedup.stats.arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    from joinedup.link.linking import Records

COLUMNS = ("table_l", "id_l", "table_r", "id_r", "same")
DRAWN = ("stratum", "of")
YES, NO, UNSURE, UNDONE = "yes", "no", "unsure", "undone"
WORDS = {
    "yes": YES, "y": YES, "true": YES, "1": YES, "same": YES,
    "no": NO, "n": NO, "false": NO, "0": NO, "different": NO,
    "unsure": UNSURE, "?": UNSURE, "undone": UNDONE,
}  # fmt: skip
NOT_DRAWN = -1


def _ints() -> Ints:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands, each pair once.

    Attributes:
        left: place of the earlier record of each pair, shape (pairs,).
        right: of the later one.
        same: whether they were said to be one.
        stratum: of the sample that the pair was drawn in; -1 if a person chose it.
        of: how many pairs that stratum had, from which it was drawn.
        unsure: pairs that a person could not tell, shape (pairs, 2).
        strangers: decisions about records that are not here.
    """

    left: Ints = field(default_factory=_ints)
    right: Ints = field(default_factory=_ints)
    same: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))
    stratum: Ints = field(default_factory=_ints)
    of: Floats = field(default_factory=lambda: np.empty(0))
    unsure: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    strangers: int = 0

    @property
    def apart(self) -> list[tuple[int, int]]:
        """Pairs that are two."""
        return self._pairs(~self.same)

    @property
    def together(self) -> list[tuple[int, int]]:
        """Pairs that are one."""
        return self._pairs(self.same)

    def _pairs(self, some: Bools) -> list[tuple[int, int]]:
        return list(zip(self.left[some].tolist(), self.right[some].tolist(), strict=True))


def read(table: pa.Table, records: "Records", *, where: str) -> Decided:
    """The decisions of a table.

    Args:
        table: with `table_l`, `id_l`, `table_r`, `id_r`, `same`; and `stratum` and `of` where a
            pair was drawn for a sample.
        records: that are linked.
        where: what the table is called.

    Raises:
        MethodError: columns are missing, words are not understood, or decisions contradict each
            other; all at once.
    """
    table = table.sort_by("at") if "at" in table.column_names else table
    words = _words(table, where)
    one = places(records, table["table_l"], table["id_l"])
    other = places(records, table["table_r"], table["id_r"])
    known = (one >= 0) & (other >= 0)
    stands: dict[tuple[int, int], list[int]] = {}
    for row in np.flatnonzero(known & (one != other)).tolist():
        pair = min(one[row], other[row]), max(one[row], other[row])
        if words[row] == UNDONE:
            stands.pop(pair, None)
        else:
            stands.setdefault(pair, []).append(row)
    said = {pair: {words[row] for row in rows} - {UNSURE} for pair, rows in stands.items()}
    itself = (one == other) & known & (np.array(words) == NO)
    _require_no_contradiction(said, int(itself.sum()), where)
    sure = sorted(pair for pair, told in said.items() if told)
    pairs = np.array(sure, dtype=np.int64).reshape(-1, 2)
    last = [stands[pair][-1] for pair in sure]
    stratum, of = _drawn(table, np.array(last, dtype=np.int64))
    unsure = sorted(pair for pair, told in said.items() if not told)
    return Decided(
        left=pairs[:, 0],
        right=pairs[:, 1],
        same=np.array([YES in said[pair] for pair in sure], dtype=bool),
        stratum=stratum,
        of=of,
        unsure=np.array(unsure, dtype=np.int64).reshape(-1, 2),
        strangers=int((~known).sum()),
    )


def _words(table: pa.Table, where: str) -> list[str]:
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise MethodError(
            f"decisions have no column {', '.join(missing)}.",
            fix=f"give the columns {', '.join(COLUMNS)}.",
            where=where,
        )
    told = [str(cell).strip().lower() for cell in table["same"].to_pylist()]
    strange = sum(word not in WORDS for word in told)
    if strange:
        raise MethodError(
            f"{strange:,} decisions say neither {YES} nor {NO} in the column same.",
            fix=f"write {YES}, {NO}, {UNSURE} or {UNDONE}.",
            where=where,
        )
    return [WORDS[word] for word in told]


def _drawn(table: pa.Table, rows: Ints) -> tuple[Ints, Floats]:
    if not set(DRAWN) <= set(table.column_names):
        return np.full(len(rows), NOT_DRAWN), np.zeros(len(rows))
    made = []
    for name in DRAWN:
        cells = table[name].take(pa.array(rows)).cast(pa.float64())
        made.append(np.asarray(cells.fill_null(NOT_DRAWN), dtype=float))
    return made[0].astype(np.int64), np.maximum(made[1], 0.0)


def _require_no_contradiction(
    said: dict[tuple[int, int], set[str]], itself: int, where: str
) -> None:
    both = sum(len(told) > 1 for told in said.values())
    group = groups([pair for pair, told in said.items() if YES in told])
    bridged = sum(
        told == {NO} and group.get(one, one) == group.get(other, other)
        for (one, other), told in said.items()
    )
    problems = [
        (both, "pairs are said to be one and to be two"),
        (bridged, "pairs are said to be two, and to be one by way of other records"),
        (itself, "records are said not to be themselves"),
    ]
    if any(count for count, _ in problems):
        raise MethodError.of(
            Problem(where, f"{count:,} {what}.", "take one back: a row with undone in same.")
            for count, what in problems
            if count
        )


def groups(pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Of each record in a pair, the first record that it hangs together with."""
    found: dict[int, int] = {}

    def first(place: int) -> int:
        while found.setdefault(place, place) != place:
            found[place] = found[found[place]]
            place = found[place]
        return place

    for one, other in pairs:
        low, high = sorted((first(one), first(other)))
        found[high] = low
    return {place: first(place) for place in list(found)}
