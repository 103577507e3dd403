"""Which of the sender's columns is which of our fields? By name and by content, one to one.

A pair scores by how alike the names are in the words of the trade, and by whether the content may
be what the field should hold. The assignment has the largest total there is. What has a rival, or
little in its favour, is said to be unsure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.vocabulary import Dataset, Field
from joinedup.sources.mapping.expected import DATES, STANDARDS, WORDS, fits
from joinedup.sources.mapping.naming import (
    SAID_BESIDE,
    likeness,
    numbers,
    standard_of,
    told_by,
    words,
)
from joinedup.sources.mapping.shapes import Shape

SURE = 0.75
SAVED = 2.0  # above what any name and content can reach
WORTH_SAYING = 0.4
MARGIN = 0.1
CLEARLY = 0.8
NAMES_AGREE = 0.9
TRADE_AGREES = 0.95
BY_STANDARD = 0.8
OF_ANOTHER_TRADE = 0.3
BY_DESCRIPTION = 0.7
BY_CONTENT = 0.5
UNFIT = 0.45
FOR_CONTENT = 0.1
CODES_AGREE = 0.9
# Standards whose form alone tells them: nothing else looks like them.
TELLING = frozenset({"email", "nhs_number", "nino", "postcode", "upn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A field and the sender's column that is proposed for it.

    Attributes:
        column: empty where none is.
        confidence: 0 to 1; a score, not a probability.
        why: in words, without a cell.
        sure: nothing else comes near, and names and content agree.
        others: columns that come near.
    """

    field: str
    column: str
    confidence: float
    why: str
    sure: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pair:
    score: float
    why: str


def match(
    dataset: Dataset, cells: Mapping[str, pa.Array], shapes: Mapping[str, Shape]
) -> tuple[Match, ...]:
    """A match for every field of the dataset, in its order.

    Args:
        dataset: its fields, and the renames its layout has already.
        cells: column to its first cells; held against declared codes alone.
        shapes: column to its shape.
    """
    names, columns = list(dataset.fields), list(shapes)
    pairs = [[_pair(dataset, name, at, cells[at], shapes[at]) for at in columns] for name in names]
    scores = [[pair.score for pair in row] for row in pairs]
    chosen = assigned(scores)
    return tuple(
        _told(name, columns, pairs[row], chosen[row], _rivals(scores, row, chosen))
        for row, name in enumerate(names)
    )


def _told(
    name: str, columns: Sequence[str], row: Sequence[_Pair], place: int, rivals: Sequence[int]
) -> Match:
    if place < 0 or row[place].score < WORTH_SAYING:
        why = "no column is like it"
        return Match(field=name, column="", confidence=0.0, why=why, sure=False)
    others = tuple(columns[rival] for rival in rivals if rival >= 0)
    sure = row[place].score >= SURE and not rivals
    why = row[place].why
    if others:
        why = f"{why}; {', '.join(others)} may be it as well"
    elif rivals:
        why = f"{why}; it may be another field's"
    return Match(
        field=name,
        column=columns[place],
        confidence=round(min(1.0, row[place].score), 2),
        why=why,
        sure=sure,
        others=others,
    )


def _rivals(scores: Sequence[Sequence[float]], row: int, chosen: Sequence[int]) -> list[int]:
    """Columns that come near for the field, unless another field has the better claim to them.

    -1 stands for another field that has nearly as good a claim to the chosen column and no better
    column of its own.
    """
    place = chosen[row]
    if place < 0:
        return []
    mine = scores[row]
    owner = {column: field for field, column in enumerate(chosen) if column >= 0}
    near = [
        column
        for column, score in enumerate(mine)
        if column != place
        and score >= max(WORTH_SAYING, mine[place] - MARGIN)
        and (column not in owner or scores[owner[column]][column] < score + MARGIN)
    ]
    for other, claims in enumerate(scores):
        own = claims[chosen[other]] if chosen[other] >= 0 else 0.0
        if other != row and claims[place] >= mine[place] - MARGIN and own < claims[place]:
            near.append(-1)
    return near


def _pair(dataset: Dataset, name: str, column: str, cells: pa.Array, shape: Shape) -> _Pair:
    """How good a claim a field has to a column, and why."""
    field = dataset.fields[name]
    saved = dataset.layout.rename.get(name)
    if saved == column:
        return _Pair(SAVED, "so the saved layout says")
    score, why = _by_name(name, field, column)
    if score < BY_CONTENT and dataset.key == (name,) and _numbers_rows(column, cells, shape):
        score, why = BY_CONTENT, "it gives each row a number of its own"
    if shape.kind == "empty":
        return _Pair(score, f"{why}; the column is empty")
    if field.codes:
        return _by_codes(score, why, field, cells)
    if not fits(field, shape) and shape.share_kind >= CLEARLY:
        return _Pair(score * UNFIT, f"{why}, but it holds {WORDS[shape.kind]}")
    standard = field.standard or standard_of(name)
    expected = STANDARDS.get(standard, frozenset())
    if standard and shape.kind in expected and (shape.kind == standard or shape.kind in DATES):
        telling = BY_CONTENT if standard in TELLING or shape.kind == "uprn" else 0.0
        return _Pair(max(score + FOR_CONTENT, telling), f"{why}, and it holds {WORDS[shape.kind]}")
    is_date = field.type in ("date", "datetime") and shape.kind in DATES
    return _Pair(
        score + FOR_CONTENT * is_date,
        f"{why}, and it holds {WORDS[shape.kind]}" if is_date else why,
    )


def _numbers_rows(column: str, cells: pa.Array, shape: Shape) -> bool:
    """Whether no two rows have the same, and the name is one of a reference or a number."""
    alone = shape.share_filled == 1.0 and len(pc.unique(cells)) == len(cells)
    return alone and bool(SAID_BESIDE & set(words(column)))


def _by_name(name: str, field: Field, column: str) -> tuple[float, str]:
    alike = likeness(name, column)
    ours, theirs = field.standard or standard_of(name), standard_of(column)
    if alike >= NAMES_AGREE:
        return alike, "the names agree"
    if ours and ours == theirs:
        if numbers(words(name)) and numbers(words(column)):
            return min(alike, OF_ANOTHER_TRADE), "the names have other numbers"
        told = TRADE_AGREES if standard_of(name) == theirs else BY_STANDARD
        return max(alike, told), f"it is a usual name for a {ours.replace('_', ' ')}"
    if ours and theirs:
        return min(alike, OF_ANOTHER_TRADE), f"its name is one for a {theirs.replace('_', ' ')}"
    told = BY_DESCRIPTION * told_by(column, field.description)
    if told > alike:
        return told, "the description says so"
    return alike, "the names are alike" if alike >= BY_CONTENT else "the names say little"


def _by_codes(score: float, why: str, field: Field, cells: pa.Array) -> _Pair:
    """Whether the column holds the declared codes is the strongest sign there is."""
    text = pc.drop_null(pc.utf8_trim_whitespace(cells.cast(pa.string())))
    filled = text.filter(pc.greater(pc.utf8_length(text), 0))
    met = pc.mean(pc.is_in(filled, pa.array(field.codes))).as_py() or 0.0
    if met >= CODES_AGREE:
        return _Pair(max(score + 2 * FOR_CONTENT, BY_CONTENT), f"{why}, and the codes fit")
    if met < 1 - CODES_AGREE:
        return _Pair(score * UNFIT, f"{why}, but its codes are not those declared")
    return _Pair(score, why)


def assigned(scores: Sequence[Sequence[float]]) -> list[int]:
    """The column of each row, -1 for none, so that the total of the scores is largest.

    Args:
        scores: what row r gets from column c, >= 0, shape (rows, columns).

    Source: Kuhn (1955), doi:10.1002/nav.3800020109, in the shortest-path form of Jonker and
    Volgenant (1987), doi:10.1007/BF02278710.
    """
    rows, columns = len(scores), len(scores[0]) if scores else 0
    wide = columns + rows  # a column of its own for each row, worth nothing
    cost = [[-score for score in row] + [0.0] * rows for row in scores]
    row_price, column_price = [0.0] * (rows + 1), [0.0] * (wide + 1)
    holder = [0] * (wide + 1)
    for row in range(1, rows + 1):
        holder[0] = row
        way = _shortest_way(cost, row_price, column_price, holder)
        place = way.pop()
        for before in reversed(way):
            holder[place] = holder[before]
            place = before
    found = [-1] * rows
    for place in range(1, columns + 1):
        if holder[place] and scores[holder[place] - 1][place - 1] > 0:
            found[holder[place] - 1] = place - 1
    return found


def _shortest_way(
    cost: Sequence[Sequence[float]],
    row_price: list[float],
    column_price: list[float],
    holder: Sequence[int],
) -> list[int]:
    """The columns from the new row's (0) to a free one, each handed to the row of the one before.

    Prices are moved so that every pair on the way costs nothing more.
    """
    wide = len(column_price)
    least, came, seen = [float("inf")] * wide, [0] * wide, [False] * wide
    place = 0
    while True:
        seen[place] = True
        row, step, nearest = holder[place], float("inf"), 0
        for other in range(1, wide):
            if seen[other]:
                continue
            here = cost[row - 1][other - 1] - row_price[row] - column_price[other]
            if here < least[other]:
                least[other], came[other] = here, place
            if least[other] < step:
                step, nearest = least[other], other
        for other in range(wide):
            if seen[other]:
                row_price[holder[other]] += step
                column_price[other] -= step
            else:
                least[other] -= step
        place = nearest
        if not holder[place]:
            break
    way = [place]
    while way[0]:
        way.insert(0, came[way[0]])
    return way
