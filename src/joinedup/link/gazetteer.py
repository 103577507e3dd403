"""Which places does a gazetteer hold, and which of them could an address mean?

A list whose ids are UPRNs has a place in every row. In any other list, rows with the same address
are one place, which goes by the id of the first.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from joinedup.link.postal import Address

COMMONEST_WORD = 60
"""A word that more places have is no way to find one of them."""
Reading = tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a gazetteer.

    Attributes:
        row: the first row that is about it.
        readings: what its address says, in every way in which it is written.
        parent: the place it is part of; -1 if none is told.
        shell: whether other places are part of it.
    """

    row: int
    readings: Reading
    parent: int = -1
    shell: bool = False


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places, and the ways to find them.

    Attributes:
        place_of: of each row, its place, shape (rows,).
    """

    places: tuple[Place, ...]
    place_of: tuple[int, ...] = field(repr=False)
    in_postcode: dict[str, list[int]] = field(repr=False)
    numbered: dict[tuple[str, str], list[int]] = field(repr=False)
    unnumbered: dict[str, list[int]] = field(repr=False)
    on_street: dict[tuple[str, str], list[int]] = field(repr=False)
    with_word: dict[str, list[int]] = field(repr=False)
    weights: dict[str, float] = field(repr=False)
    streets: frozenset[str] = field(repr=False)
    rarest: float

    def weight(self, word: str) -> float:
        """How much it says that two addresses share a word, as a logarithm."""
        return self.weights.get(word, self.rarest)

    def together(self, words: Iterable[str]) -> float:
        """The weight of several words, the same in any order."""
        return math.fsum(map(self.weight, words))

    def near(self, address: Address) -> list[int]:
        """Places of the same postcode that could be meant."""
        if not address.postcode:
            return []
        if not address.number:
            return self.in_postcode.get(address.postcode, [])
        found = self.numbered.get((address.postcode, address.number), [])
        return [*found, *self.unnumbered.get(address.postcode, [])]

    def anywhere(self, address: Address) -> list[int]:
        """Places of any postcode that could be meant: the same number and street, or a rare word.

        The name of a building is found by its rarest word.
        """
        if address.number:
            return self.on_street.get((address.number, street_key(address)), [])
        known = [word for word in address.names if word in self.with_word]
        if not known:
            return []
        return self.with_word[max(known, key=self.weight)]


def street_key(address: Address) -> str:
    """A street in one word, so that a space is no difference."""
    return "".join(address.street)


def gazetteer(
    readings: Sequence[Reading], *, keys: Sequence[str] = (), parents: Sequence[str] = ()
) -> Gazetteer:
    """The places of a list.

    Args:
        readings: of each row.
        keys: of each row, the UPRN; empty if the list has none, and rows with one address are one.
        parents: of each row, the UPRN of the building it is part of, empty if none is told.
    """
    place_of = _numbered(keys or [identity(one[0]) or row for row, one in enumerate(readings)])
    return _indexed(_places(readings, place_of, keys=keys, parents=parents), place_of)


def merged(found: Gazetteer, same: Iterable[tuple[int, int]]) -> Gazetteer:
    """With these pairs of places made one, under the first of them."""
    leader = list(range(len(found.places)))

    def of(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for one, other in same:
        first, last = sorted((of(one), of(other)))
        leader[last] = first
    place_of = _numbered([of(number) for number in found.place_of])
    readings: dict[int, dict[Address, None]] = defaultdict(dict)
    rows: dict[int, int] = {}
    for place in found.places:
        now = place_of[place.row]
        readings[now] |= dict.fromkeys(place.readings)
        rows.setdefault(now, place.row)
        rows[now] = min(rows[now], place.row)
    places = [Place(rows[now], tuple(readings[now])) for now in range(len(rows))]
    return _indexed(places, place_of)


def _numbered(keys: Sequence[object]) -> tuple[int, ...]:
    known: dict[object, int] = {}
    return tuple(known.setdefault(key, len(known)) for key in keys)


def _places(
    readings: Sequence[Reading],
    place_of: Sequence[int],
    *,
    keys: Sequence[str],
    parents: Sequence[str],
) -> list[Place]:
    known = dict(zip(keys, place_of, strict=True)) if keys else {}
    above = [known.get(parent, -1) for parent in parents] or [-1] * len(readings)
    shells = {number for number in above if number >= 0}
    rows: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(place_of):
        rows[number].append(row)
    return [
        Place(
            row=mine[0],
            readings=tuple(dict.fromkeys(one for row in mine for one in readings[row])),
            parent=above[mine[0]],
            shell=number in shells,
        )
        for number, mine in rows.items()
    ]


def _indexed(places: Sequence[Place], place_of: Sequence[int]) -> Gazetteer:
    count: Counter[str] = Counter()
    for place in places:
        count.update(set(place.readings[0].words))
    many = len(places) + 1
    made = Gazetteer(
        places=tuple(places),
        place_of=tuple(place_of),
        in_postcode=defaultdict(list),
        numbered=defaultdict(list),
        unnumbered=defaultdict(list),
        on_street=defaultdict(list),
        with_word=defaultdict(list),
        weights={word: math.log(many / (seen + 1)) for word, seen in count.items()},
        streets=frozenset(
            street_key(one) for place in places for one in place.readings if len(one.street) > 1
        ),
        rarest=math.log(many),
    )
    for number, place in enumerate(places):
        for reading in place.readings:
            _index(made, number, reading)
    for word in [word for word, seen in made.with_word.items() if len(seen) > COMMONEST_WORD]:
        del made.with_word[word]
    return made


def identity(address: Address) -> tuple[object, ...]:
    """What two rows have in common if they are about one place; empty if too little is said."""
    if address.number:
        said = (address.number, address.until, address.parts, street_key(address))
        return (address.postcode or address.tail, *said)
    names = "".join(address.names)
    return (address.postcode, address.parts, names) if names else ()


def _index(made: Gazetteer, number: int, reading: Address) -> None:
    if reading.postcode:
        made.in_postcode[reading.postcode].append(number)
    if not reading.number:
        made.unnumbered[reading.postcode].append(number)
    for one in _numbers(reading):
        made.numbered[reading.postcode, one].append(number)
        made.on_street[one, street_key(reading)].append(number)
    for word in set(reading.names):
        made.with_word[word].append(number)


def _numbers(reading: Address) -> Iterable[str]:
    """Every number that a range holds; odd ones alone where both its ends are odd."""
    if not reading.number:
        return []
    if not reading.until:
        return [reading.number]
    first, last = int(reading.number), int(reading.until)
    step = 2 if (last - first) % 2 == 0 else 1
    if last - first > LONGEST_RANGE:
        return [reading.number, reading.until]
    return [str(one) for one in range(first, last + 1, step)]


LONGEST_RANGE = 60
