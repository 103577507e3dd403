"""What does one block of an extract say, field by field, errors and all?

A `Source` is a register with its people, its errors and its clerks' habits. A `View` is some of its
records as they stand in one month's file; its verbs give the columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town import spoil
from joinedup.town.addresses import Addresses, Mix
from joinedup.town.businesses import Trading
from joinedup.town.entities import World
from joinedup.town.errors import CODE, KINDS, Planted, Wrong
from joinedup.town.persons import Who, name_day
from joinedup.town.register import Register
from joinedup.town.tokens import Tokens
from joinedup.town.wording import SPOKEN, days, join, plain

Rows = npt.NDArray[np.integer]
BLOCK = 100_000

_ON_DAYS = {"date_transposed", "date_default", "future_date"}
_ON_CODES = {"surname_old", "stale_address", "name_order", "duplicate_row", "date_other_format"}
TEXT_KINDS = tuple(CODE[kind] for kind in KINDS[1:] if kind not in _ON_DAYS | _ON_CODES)


@dataclass(frozen=True, slots=True)
class Town:
    """What every extract looks things up in.

    Attributes:
        tokens: keyed tokens in place of numbers, if the health bodies send those.
    """

    world: World
    trading: Trading
    addresses: Addresses
    tokens: Tokens | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A register, whose people, where they lived before, what is wrong, and who writes how."""

    town: Town
    register: Register
    who: Who
    before: npt.NDArray[np.int32]
    planted: Planted
    mix: Mix
    style: npt.NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, slots=True)
class View:
    """Records of one source in one month's file.

    Attributes:
        source: where they come from.
        rows: numbers of the records, in the file's order; one may be there twice.
        month_end: the day the file was made.
    """

    source: Source
    rows: npt.NDArray[np.int64]
    month_end: int

    def ref(self) -> pa.Array:
        """The sender's key."""
        return self.source.register.ref.take(pa.array(self.rows))

    def words(self, column: str) -> pa.Array:
        """A column of words, as it is."""
        words: pa.Array = self.source.register.columns[column]
        return plain(words.take(pa.array(self.rows)))

    def numbers(self, column: str) -> npt.NDArray[Any]:
        """A column of numbers or days, as it is."""
        found: npt.NDArray[Any] = np.asarray(self.source.register.columns[column])
        return found[self.rows]

    def people(self) -> Rows:
        """Rows of people, -1 where nobody."""
        return self.source.who.at[self.rows]

    def forename(self) -> pa.Array:
        """Forenames; the surname where the two were exchanged."""
        return self._exchanged("forename", self._forename(), self._surname())

    def surname(self) -> pa.Array:
        """Surnames of the day; the forename where the two were exchanged."""
        return self._exchanged("surname", self._surname(), self._forename())

    def initials(self) -> pa.Array:
        """First letters of forename and surname, as they truly are."""
        names = (self._forename(), self._surname())
        return join(*(pc.utf8_slice_codeunits(name, 0, 1) for name in names))

    def sexes(self) -> Rows:
        """0 female, 1 male."""
        sex: Rows = self.source.who.sex[self.people()]
        return sex

    def birth_date(self, pattern: str) -> pa.Array:
        """Birth dates as text."""
        return self.day("birth_date", self.source.who.born[self.people()], pattern)

    def homes(self) -> Rows:
        """Rows of the homes shown: the one before where the address is stale."""
        homes = self.source.register.home[self.rows].copy()
        place, wrong = self._wrong("home")
        homes[place] = self.source.before[wrong.rows]
        return homes

    def address(self) -> pa.Array:
        """Addresses as one line, in the styles of the source."""
        source = self.source
        text = source.town.addresses.mixed(self.homes(), source.style[self.rows], source.mix)
        return self.text("address", text)

    def postcode(self) -> pa.Array:
        """Postcodes."""
        return self.text("postcode", self.source.town.addresses.postcode(self.homes()))

    def uprn(self) -> pa.Array:
        """Unique property reference numbers as text."""
        return self.text("uprn", self.source.town.addresses.uprn(self.homes()))

    def business(self) -> Rows:
        """Rows of businesses, -1 where none."""
        return self.source.register.business[self.rows]

    def text(self, name: str, texts: pa.Array) -> pa.Array:
        """A field's clean text with the errors planted in it."""
        place, wrong = self._wrong(name)
        places, spoiled = [], []
        for code in TEXT_KINDS:
            here = np.flatnonzero(wrong.kind == code)
            if len(here):
                at = place[here]
                places.append(at)
                clean = texts.take(pa.array(at))
                spoiled.append(spoil.text(KINDS[code], clean, wrong.salt[here]))
        return _put(texts, places, spoiled)

    def day(self, name: str, numbers: npt.NDArray[np.integer], pattern: str) -> pa.Array:
        """A field's days as text, with the errors planted in them; "" where there is none."""
        place, wrong = self._wrong(name)
        shown = numbers.astype(np.int32)
        for kind in _ON_DAYS:
            here = np.flatnonzero(wrong.kind == CODE[kind])
            shown[place[here]] = _wrong_day(kind, shown[place[here]], wrong.salt[here])
        texts = plain(days(shown, pattern))
        other = place[wrong.kind == CODE["date_other_format"]]
        if len(other):
            texts = _put(texts, [other], [plain(days(shown[other], SPOKEN))])
        return self.text(name, texts)

    def _wrong(self, name: str) -> tuple[npt.NDArray[np.int64], Wrong]:
        nothing = np.zeros(0, np.int64)
        none = Wrong(nothing, nothing.astype(np.uint8), nothing.astype(np.uint32))
        return self.source.planted.wrong.get(name, none).among(self.rows)

    def _exchanged(self, name: str, texts: pa.Array, other: pa.Array) -> pa.Array:
        place, _ = self._wrong("name")
        if len(place):
            texts = _put(texts, [place], [other.take(pa.array(place))])
        return self.text(name, texts)

    def _forename(self) -> pa.Array:
        people = self.people()
        codes = np.where(people < 0, -1, self.source.who.forename[people])
        return self.source.town.world.names.forename.take(codes)

    def _surname(self) -> pa.Array:
        who = self.source.who
        day = name_day(self.source.register, self.rows, self.month_end)
        codes = who.surname_on(self.rows, day)
        place, wrong = self._wrong("surname")
        old = place[wrong.kind == CODE["surname_old"]]
        codes[old] = who.birth_surname[who.at[self.rows[old]]]
        codes = np.where(self.people() < 0, -1, codes)
        return self.source.town.world.names.surname.take(codes)


def full_name(forename: pa.Array, surname: pa.Array, *, comma: bool = False) -> pa.Array:
    """Both names as one text; one alone where the other is empty."""
    both = join(surname, ", ", forename) if comma else join(forename, " ", surname)
    return pc.utf8_trim(both, ", ")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One month's file of a source: its rows in order, block by block."""

    source: Source
    rows: npt.NDArray[np.int64]
    month_end: int

    def views(self, rows: npt.NDArray[np.int64] | None = None) -> Iterator[View]:
        """The file's records, or these of them, in blocks; at least one block."""
        shown = self.rows if rows is None else rows
        for first in range(0, max(len(shown), 1), BLOCK):
            yield View(self.source, shown[first : first + BLOCK], self.month_end)


def _wrong_day(
    kind: str, numbers: npt.NDArray[np.int32], salt: npt.NDArray[np.uint32]
) -> npt.NDArray[np.int32]:
    if kind == "date_transposed":
        return spoil.transposed(numbers)
    return (
        spoil.defaulted(numbers, salt) if kind == "date_default" else spoil.in_future(numbers, salt)
    )


def _put(texts: pa.Array, places: list[npt.NDArray[np.int64]], new: list[pa.Array]) -> pa.Array:
    """Texts with new ones at some places."""
    if not sum(len(place) for place in places):
        return texts
    place = np.concatenate(places)
    order = np.argsort(place)
    mask = np.zeros(len(texts), np.bool_)
    mask[place] = True
    ordered = pa.concat_arrays(new).take(pa.array(order))
    return pc.replace_with_mask(texts, pa.array(mask), ordered)
