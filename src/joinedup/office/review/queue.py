"""Which pair is next, and what was decided of the others?

A decision is a row that is never taken away: undoing one is another row. The same rows are what
`link.people` takes as `decided`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from joinedup.core import clock
from joinedup.core.errors import ProjectError

Word = Literal["yes", "no", "unsure"]
UNDONE = "undone"
PAIR = ("table_l", "id_l", "table_r", "id_r")
COLUMNS = (*PAIR, "same", "by", "at", "reason", "stratum", "of")
Row = Mapping[str, Any]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one.

    Attributes:
        row: of the table `review`.
        left: what one record says: field to text, empty where it says nothing.
        right: what the other says.
        because: what speaks for a match, and what against, in words.
    """

    row: Row
    left: Mapping[str, str]
    right: Mapping[str, str]
    because: tuple[str, ...]

    @property
    def probability(self) -> float:
        """That they are one, as the model has it."""
        return float(self.row["probability"])


class Kept(Protocol):
    """Where decisions are kept."""

    def rows(self) -> list[Row]:
        """Every row, oldest first."""

    def add(self, row: Row) -> None:
        """One more, on the disk before anything else is shown."""


class Queue:
    """Pairs to look at, in the order of the sample, without those that were looked at.

    1. `next` gives the next pair; None when all were looked at.
    2. `decide` says what it is, and `undo` takes back the last that was decided.
    """

    def __init__(self, review: Iterable[Row], kept: Kept, *, who: str) -> None:
        self._review = tuple(review)
        self._kept, self._who = kept, who
        self._standing = standing(kept.rows())

    @property
    def decided(self) -> int:
        """How many pairs were decided, sure or not."""
        return len(self._standing)

    @property
    def waiting(self) -> int:
        """How many pairs wait."""
        return sum(key_of(row) not in self._standing for row in self._review)

    def next(self) -> Pair | None:
        """The next pair to look at."""
        for row in self._review:
            if key_of(row) not in self._standing:
                return _pair(row)
        return None

    def decide(self, pair: Pair, same: Word, *, reason: str = "") -> None:
        """Say what a pair is."""
        self._add({name: pair.row.get(name) for name in (*PAIR, "stratum", "of")}, same, reason)

    def undo(self) -> bool:
        """Take back the last decision that stands; whether there was one of the acting person's."""
        mine = [row for row in self._standing.values() if row["by"] == self._who]
        if not mine:
            return False
        last = max(mine, key=lambda row: str(row["at"]))
        self._add({name: last.get(name) for name in (*PAIR, "stratum", "of")}, UNDONE, "")
        return True

    def _add(self, row: Row, same: str, reason: str) -> None:
        said = {"same": same, "by": self._who, "at": clock.stamp(clock.now()), "reason": reason}
        self._kept.add({name: {**row, **said}.get(name) for name in COLUMNS})
        self._standing = standing(self._kept.rows())


def key_of(row: Row) -> Key:
    """What names a pair, whichever of the two comes first."""
    one = (str(row["table_l"]), str(row["id_l"]))
    other = (str(row["table_r"]), str(row["id_r"]))
    return (*one, *other) if one <= other else (*other, *one)


def standing(rows: Iterable[Row]) -> dict[Key, Row]:
    """The decision that stands of each pair: the last, unless it was undone."""
    found: dict[Key, Row] = {}
    for row in rows:
        if row["same"] == UNDONE:
            found.pop(key_of(row), None)
        else:
            found[key_of(row)] = row
    return found


def _pair(row: Row) -> Pair:
    missing = [name for name in (*PAIR, "probability", "because", "says_l") if name not in row]
    if missing:
        raise ProjectError(
            f"the pairs to look at have no column {', '.join(missing)}.",
            fix="link again with this version of Joinedup.",
            where="review",
        )
    left, right = (_texts(str(row[side])) for side in ("says_l", "says_r"))
    return Pair(row, left, right, tuple(str(row["because"] or "").split("; ")))


def _texts(text: str) -> dict[str, str]:
    return {name: str(cell or "") for name, cell in json.loads(text).items()}
