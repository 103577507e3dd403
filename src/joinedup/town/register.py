"""What is one organisation's register: whose row, which home, since when, and what does it say?

A register is clean. It holds what is true, as row numbers of the world's people and homes; the
extracts turn them into names, addresses and errors.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.days import NEVER

Ints = npt.NDArray[np.int32]
Column: TypeAlias = npt.NDArray[Any] | pa.Array

NOBODY = -1
"""No person, home, business or premises in this row."""


class Keeps(Enum):
    """Whether an extract shows what stands on a day, or all that has happened by then."""

    STATE = "state"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Register:
    """Rows of one source, in an order that never changes.

    Attributes:
        name: of the extract, such as "council_tax".
        keeps: STATE rows are shown from `opened` until the day before `closed`; EVENTS rows from
            `opened` on.
        ref: the sender's own key, text, one per row; a state register may repeat it over time
            but never on one day.
        person: row of `world.people`, or -1; shape (rows,).
        home: row of `world.homes`, or -1; shape (rows,).
        business: row of `Businesses`, or -1; shape (rows,).
        opened: day the row begins or the event is known, days since 1970-01-01.
        closed: first day the row no longer stands, or NEVER.
        columns: everything else the file shows. Words are `pa.DictionaryArray`, days int32,
            money int64 pence, moments int64 minutes since 1970-01-01.
    """

    name: str
    keeps: Keeps
    ref: pa.Array
    person: Ints
    home: Ints
    business: Ints
    opened: Ints
    closed: Ints
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(self.opened)


def live_on(register: Register, day: int) -> npt.NDArray[np.int64]:
    """Row numbers of `register` that the extract as at the end of `day` shows, in order.

    >>> empty = np.zeros(3, np.int32)
    >>> when = np.array([1, 5, 9], np.int32)
    >>> until = np.array([4, NEVER, NEVER], np.int32)
    >>> rows = Register("x", Keeps.STATE, pa.array(["a", "b", "c"]), empty, empty, empty,
    ...                 when, until, {})
    >>> live_on(rows, 6).tolist()
    [1]
    """
    begun = register.opened <= day
    if register.keeps is Keeps.STATE:
        begun &= (register.closed == NEVER) | (register.closed > day)
    return np.flatnonzero(begun)


def build(
    name: str,
    keeps: Keeps,
    *,
    ref: pa.Array,
    opened: npt.NDArray[np.integer],
    person: npt.NDArray[np.integer] | None = None,
    home: npt.NDArray[np.integer] | None = None,
    business: npt.NDArray[np.integer] | None = None,
    closed: npt.NDArray[np.integer] | None = None,
    columns: dict[str, Column],
) -> Register:
    """A register whose rows stand by `opened`, then as given; what is left out is nobody, never.

    Raises:
        ValueError: a column has another number of rows.
    """
    rows = len(opened)
    order = np.argsort(opened, kind="stable")
    given = {"person": person, "home": home, "business": business}
    who = {
        key: (np.full(rows, NOBODY) if ids is None else ids).astype(np.int32)[order]
        for key, ids in given.items()
    }
    end = (np.full(rows, NEVER) if closed is None else closed).astype(np.int32)
    short = [key for key, column in {"ref": ref, **columns}.items() if len(column) != rows]
    if short:
        message = f"{name}: {', '.join(short)} must have {rows} rows"
        raise ValueError(message)
    return Register(
        name=name,
        keeps=keeps,
        ref=_in_order(ref, order),
        opened=opened.astype(np.int32)[order],
        closed=end[order],
        columns={key: _in_order(column, order) for key, column in columns.items()},
        **who,
    )


def words(codes: npt.NDArray[np.integer], vocabulary: tuple[str, ...]) -> pa.DictionaryArray:
    """Codes of a short vocabulary as the words they stand for."""
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32)), pa.array(vocabulary, pa.string())
    )


def numbered(prefix: str, numbers: npt.NDArray[np.integer], *, digits: int) -> pa.Array:
    """References such as "CT0000012": a prefix and a number filled with zeros.

    >>> numbered("CT", np.array([12]), digits=7).to_pylist()
    ['CT0000012']
    """
    text = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), digits, padding="0")
    return pc.binary_join_element_wise(prefix, text, "")


def _in_order(column: Column, order: npt.NDArray[np.int64]) -> Column:
    return column[order] if isinstance(column, np.ndarray) else column.take(pa.array(order))
