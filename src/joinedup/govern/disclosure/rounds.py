"""What stands in a table whose counts are rounded?

Each count is rounded by the key of its cell: made of the people in it where they are told, else of
the words that say which cell it is. The same cell is the same number in every table. Shares and
rates are worked out anew from rounded counts, so that they do not give the true ones back.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from joinedup.govern.disclosure.behind import Behind, Place
from joinedup.govern.disclosure.cells import System
from joinedup.govern.disclosure.profiles import Profile
from joinedup.govern.disclosure.rounding import Keyed, checked_secret, rounded
from joinedup.govern.disclosure.sheets import Sheet, near, words_of
from joinedup.result.blocks import Cell, Column, Hidden, Table

PURPOSE = b"joinedup cell key 2"


def numbers_shown(
    made: System, tables: Sequence[int], profile: Profile, behind: Behind, *, secret: bytes
) -> Mapping[int, int]:
    """Cell (by its root) to its rounded count; nothing where the profile does not round.

    Raises:
        ValueError: the secret is too short.
    """
    if profile.round_to == 1:
        return {}
    checked_secret(secret)
    keys: dict[int, bytes] = {}
    for place, cell in made.number.items():
        root = made.root(cell)
        if made.kind[root] == "count" and made.shown[root] and place[1] >= 0:
            key = _key(made.sheets[place[0]], tables[place[0]], place, behind)
            keys[root] = min(keys.get(root, key), key)
    drawn = [
        Keyed(max(0, round(made.value[root])), _chance(key, round(made.value[root]), secret))
        for root, key in keys.items()
    ]
    return dict(zip(keys, rounded(drawn, base=profile.round_to).tolist(), strict=True))


def _key(one: Sheet, table: int, place: Place, behind: Behind) -> bytes:
    """Of whom a cell is made, if told; else which cell it is, in whatever order it is said.

    A key of people sorts before any of words, so that it is taken where a cell has both.
    """
    _, row, name = place
    told = behind.get((table, row, name))
    if told is not None and told.key:
        return b"0" + told.key
    words = [column.name for column in one.table.columns if column.kind in ("text", "date")]
    said = sorted(f"{word}" for word in words_of(one.table, row, words))
    return b"1" + "\x1f".join([name, *said]).encode()


def _chance(key: bytes, persons: int, secret: bytes) -> float:
    text = PURPOSE + persons.to_bytes(8, "big", signed=True) + key
    return int.from_bytes(hmac.new(secret, text, "sha256").digest()[:6], "big") / 2**48


def rounded_table(
    table: Table, number: int, one: Sheet, at: Mapping[Place, int | None], base: int
) -> Table:
    """The table with every shown count rounded, and what is made of counts worked out anew."""
    if base == 1:
        return table
    rows = tuple(
        tuple(
            _anew(cell, column, (number, row), one, at)
            for cell, column in zip(cells, table.columns, strict=True)
        )
        for row, cells in enumerate(table.rows)
    )
    note = f"Counts are rounded to {base}, each for itself: they need not add up to their totals."
    return replace(table, rows=rows, note=f"{table.note} {note}".strip())


def _anew(
    cell: Cell | Hidden,
    column: Column,
    place: tuple[int, int],
    one: Sheet,
    at: Mapping[Place, int | None],
) -> Cell | Hidden:
    if isinstance(cell, Hidden | bool) or not isinstance(cell, int | float):
        return cell
    if column.kind == "count":
        return _or(at.get((*place, column.name)), cell)
    if column.name in one.less:
        first, second = (at.get((*place, name)) for name in one.less[column.name])
        return cell if first is None or second is None else first - second
    given = one.gives.get(column.name, "")
    whole = at.get((*place, column.base))
    if not given or column.measure == "mean":
        return _mean(cell, column, place, one, whole) if given else cell
    part = at.get((*place, given))
    return (
        _share(cell, column, one, given, (place[1], part, whole))
        if column.base
        else _or(part, cell)
    )


def _or(number: int | None, cell: float) -> float:
    return cell if number is None else number


def _share(
    cell: float, column: Column, one: Sheet, given: str, counts: tuple[int, int | None, int | None]
) -> Cell:
    """A share or rate by its rounded counts; none where nobody is left to be a share of."""
    row, part, whole = counts
    true_part, true_whole = _true(one, given, row), _true(one, column.base, row)
    if part is None or not whole or not true_part or not true_whole:
        return cell if part is None or whole else None
    per = float(cell) * true_whole / true_part
    return min(part / whole, 1.0) * per if column.kind == "share" else part / whole * per


def _mean(
    cell: float, column: Column, place: tuple[int, int], one: Sheet, whole: int | None
) -> Cell:
    """A mean beside its sum and its rounded base: the sum over the rounded base."""
    given = one.gives[column.name]
    if given in one.implied or not whole:
        return cell
    total = _true(one, given, place[1])
    return cell if total is None or near(total, 0.0) else total / whole


def _true(one: Sheet, name: str, row: int) -> float | None:
    numbers = one.counts.get(name)
    value = None if numbers is None else numbers[row]
    return value if value is not None and np.isfinite(value) else None
