"""In which records could which error be made? Only where it would change what the file says."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.town import days, spoil
from joinedup.town.businesses import Trading
from joinedup.town.entities import Pool, World
from joinedup.town.errors import kinds_of
from joinedup.town.persons import Who, name_day, old_name, steady_name
from joinedup.town.register import Register

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.integer]


def possible(
    source: str,
    *,
    world: World,
    trading: Trading,
    register: Register,
    who: Who,
    before: npt.NDArray[np.int32],
) -> dict[tuple[str, str], Bools]:
    """By field and kind of a source, the records where it would change something.

    A name that changes while the months run is left alone, so that an error is the same in each.
    """
    everywhere = np.ones(len(register), np.bool_)
    there, placed = who.at >= 0, _placed(register)
    named = steady_name(who)
    forename = np.where(there, who.forename[who.at], -1)
    surname = np.where(there, _surname(register, who), -1)

    def surname_can(kind: str) -> Bools:
        if kind == "surname_old":
            return old_name(register, who)
        return named & _can(kind, surname, world.names.surname)

    asks: dict[str, Callable[[str], Bools]] = {
        "name": lambda _: named & (forename >= 0) & (surname >= 0),
        "home": lambda _: before >= 0,
        "forename": lambda kind: there & _can(kind, forename, world.names.forename),
        "surname": surname_can,
        "birth_date": lambda kind: there & _day_can(kind, who.born[who.at]),
        **dict.fromkeys(
            ("visited_on", "happened_on"), lambda kind: _day_can(kind, register.opened)
        ),
        "business": lambda kind: _business_can(kind, register, trading),
        "company_number": lambda _: _company(register, trading),
        "nino": lambda _: there & (world.people.nino[register.person] >= 0),
        **dict.fromkeys(("address", "postcode", "uprn"), lambda _: placed),
    }
    return {
        (name, kind): asks[name](kind) if name in asks else everywhere
        for name, kinds in kinds_of(source).items()
        for kind in kinds
    }  # fmt: skip


def _surname(register: Register, who: Who) -> Ints:
    """Codes of the surnames in the first month, or on the day of the event."""
    every = np.arange(len(register))
    return who.surname_on(every, name_day(register, every, days.MONTH_ENDS[0]))


def _placed(register: Register) -> Bools:
    premises = register.columns.get("premises")
    return register.home >= 0 if premises is None else np.asarray(premises) >= 0


def _can(kind: str, codes: Ints, pool: Pool) -> Bools:
    """Where the text of each code could go wrong so; asked once for each code."""
    used, place = np.unique(codes, return_inverse=True)
    return spoil.can(kind, pool.take(used))[place]


def _day_can(kind: str, numbers: Ints) -> Bools:
    shown = numbers.astype(np.int32)
    if kind == "date_transposed":
        return spoil.can_transpose(shown)
    if kind == "date_default":
        return spoil.can_default(shown)
    return np.ones(len(shown), np.bool_)


def _business_can(kind: str, register: Register, trading: Trading) -> Bools:
    names = trading.businesses.trading_name
    used, place = np.unique(register.business, return_inverse=True)
    return spoil.can(kind, names.take(pa.array(np.maximum(used, 0))))[place] & (
        register.business >= 0
    )


def _company(register: Register, trading: Trading) -> Bools:
    numbered = trading.businesses.company_no[register.business] >= 0
    found: Bools = (register.business >= 0) & numbered
    return found
