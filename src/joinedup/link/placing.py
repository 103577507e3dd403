"""Is this the place that an address means, one of several that it could mean, or none?

Numbers decide: another number, another flat or another street is another place, however much else
agrees. Words and postcodes only choose between places that numbers leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from joinedup.link.gazetteer import Gazetteer, Reading, street_key
from joinedup.link.postal import Address
from joinedup.link.postal_words import STREET

FOUND, SEVERAL, BUILDING, PART, NOTHING, DISAGREES = (
    "found", "several", "building", "part", "nothing", "disagrees",
)  # fmt: skip
WHY = {
    SEVERAL: "it could mean several places, and nothing tells them apart",
    BUILDING: "it names a building, not which part of it",
    PART: "the building is listed, this part of it is not",
    NOTHING: "no place is listed with this number or name in this street",
    DISAGREES: "its address means another place than its UPRN",
}
NUMBERS = ("another", "neither has one", "on one side", "within a range", "the same")
PARTS = ("another", "only a part is listed", "only the building is listed", "as a letter",
         "the same")  # fmt: skip
STREETS = ("another", "", "alike", "the same")
NAMES = ("another", "in part", "on one side", "the same")
TAILS = ("another", "not told", "shared")
POSTCODES = ("another", "not told", "the same district", "alike", "the same")
SCORES = (
    (0, 10, 20, 30, 40), (0, 0, 0, 5, 9), (0, 0, 6, 9), (0, 4, 3, 6), (0, 1, 2), (0, 6, 8, 16, 20),
)  # fmt: skip
CLEAR = 2
"""Another place is no rival if it scores this much less."""
MOSTLY, PARTLY, SHORT, LONG = 0.85, 0.5, 4, 9
READ_ALIKE = str.maketrans("01", "oi")
Pattern = tuple[int, int, int, int, int, int]
"""Levels of number, part, street, name, tail and postcode."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one address.

    Attributes:
        what: `found`, or one of `WHY`.
        places: the one that is meant; all that could be, the likeliest first.
        pattern: how the first of them agrees.
    """

    what: str
    places: tuple[int, ...] = ()
    pattern: Pattern = (0, 0, 0, 0, 0, 0)


def place(
    readings: Reading, among: Gazetteer, *, said: int = -1, without: frozenset[int] = frozenset()
) -> Verdict:
    """Which place an address means.

    Args:
        readings: what it says.
        among: the places there are.
        said: the place whose UPRN stands beside the address, -1 if there is none.
        without: places to leave out, as if they were not listed.
    """
    near = {number for one in readings for number in among.near(one)} - without
    seen = _seen(readings, among, near)
    if not any(fits(pattern) for pattern in seen.values()):
        wide = {number for one in readings for number in among.anywhere(one)} - without - near
        seen |= _seen(readings, among, wide)
    if said >= 0 and said not in seen and said not in without:
        seen |= _seen(readings, among, [said])
    able = {number: score(pattern) for number, pattern in seen.items() if fits(pattern)}
    if not able:
        vouched = said in seen and seen[said][-1] >= POSTCODES.index("alike")
        return Verdict(FOUND, (said,), seen[said]) if vouched else _none(seen)
    best = max(able.values())
    rivals = [number for number, worth in able.items() if worth > best - CLEAR]
    rivals = _without_shells(sorted(rivals, key=lambda one: (-able[one], one)), among)
    if said in able and said in rivals:
        rivals = [said]
    pattern = seen[rivals[0]]
    if said >= 0 and said not in without and rivals != [said]:
        return Verdict(DISAGREES, (said, *rivals), pattern)
    if len(rivals) > 1:
        return Verdict(SEVERAL, tuple(rivals), pattern)
    if among.places[rivals[0]].shell:
        return Verdict(BUILDING, tuple(rivals), pattern)
    return Verdict(FOUND, tuple(rivals), pattern)


def _without_shells(rivals: list[int], among: Gazetteer) -> list[int]:
    """A building of the same address as a part of it is no rival to that part."""
    parents = {among.places[number].parent for number in rivals}
    kept = [number for number in rivals if number not in parents]
    return kept or rivals


def _none(seen: dict[int, Pattern]) -> Verdict:
    """Why nothing was found, with the building if that is there."""
    for level, what in ((2, PART), (1, BUILDING)):
        there = [
            number
            for number, pattern in seen.items()
            if pattern[1] == level and fits((pattern[0], len(PARTS) - 1, *pattern[2:]))
        ]
        if there:
            order = sorted(there, key=lambda one: (-score(seen[one]), one))
            return Verdict(what, tuple(order), seen[order[0]])
    return Verdict(NOTHING)


def score(pattern: Pattern) -> int:
    """How much agrees; only to choose among places that fit."""
    return sum(points[level] for points, level in zip(SCORES, pattern, strict=True))


def fits(pattern: Pattern) -> bool:
    """Whether nothing that decides is against it."""
    number, part, street, name, tail, postcode = pattern
    if part < PARTS.index("as a letter"):
        return False
    if number >= NUMBERS.index("within a range"):
        if street == STREETS.index("alike"):
            return postcode >= POSTCODES.index("alike")
        return street > 0
    if number == NUMBERS.index("on one side"):
        return street > 0 and name == len(NAMES) - 1 and postcode >= POSTCODES.index("alike")
    return number > 0 and name == len(NAMES) - 1 and (postcode > 1 or tail > 1)


def doubles(among: Gazetteer) -> list[tuple[int, int]]:
    """Pairs of places of one postcode that are one place, written in two ways."""
    found = []
    for numbers in among.in_postcode.values():
        groups: dict[object, list[int]] = {}
        for number in dict.fromkeys(numbers):
            first = among.places[number].readings[0]
            groups.setdefault((first.number, first.until, first.parts), []).append(number)
        for group in groups.values():
            for at, one in enumerate(group):
                for other in group[at + 1 :]:
                    mine, theirs = (among.places[each].readings[0] for each in (one, other))
                    if fits(compared(mine, theirs, among)):
                        found.append((one, other))
    return found


def _seen(
    readings: Reading, among: Gazetteer, numbers: Sequence[int] | set[int]
) -> dict[int, Pattern]:
    """How each of these places agrees, in the reading in which it agrees best."""
    found = {}
    for number in numbers:
        listed = among.places[number]
        patterns = [compared(one, other, among) for one in readings for other in listed.readings]
        found[number] = max(patterns, key=lambda pattern: (fits(pattern), score(pattern)))
    return found


def compared(one: Address, other: Address, among: Gazetteer) -> Pattern:
    """How an address agrees with a listed one."""
    number = _number(one, other)
    part = _part(one, other) if _digits(one) == _digits(other) else 0
    postcode = _postcode(one, other)
    tail = _tail(one, other, among)
    if number >= NUMBERS.index("within a range"):
        return number, part, _street(one, other), _names(one, other), tail, postcode
    if number == 0:
        return 0, part, 0, 0, tail, postcode
    share = _shared(one.words, other.words, among)
    if number == 1:
        name = 3 if share >= MOSTLY and not _street_alone(one, among) else 0
        return 1, part, 0, name, tail, postcode
    with_number, without = (one, other) if one.number else (other, one)
    said = set(without.words)
    street = 3 if with_number.street and set(with_number.street) <= said else 0
    named = with_number.names and set(with_number.names) <= said
    left = said - set(with_number.words)
    alone = among.together(left) <= among.together(with_number.names)
    return 2, part, street, 3 if named and alone else 0, tail, postcode


def _street_alone(address: Address, among: Gazetteer) -> bool:
    """Whether it names a street and nothing in it."""
    for place, word in enumerate(address.names):
        if word in STREET:
            known = "".join(address.names[: place + 1]) in among.streets
            return known or place <= 1
    return not address.names


def _digits(address: Address) -> set[str]:
    """Words before the number that hold a digit: they name a part, in a way that was not read."""
    return {word for word in address.names if not word.isalpha()}


def _number(one: Address, other: Address) -> int:
    if not one.number and not other.number:
        return 1
    if not one.number or not other.number:
        return 2
    if (one.number, one.until) == (other.number, other.until):
        return 4
    low, high = (int(one.number), int(one.until or one.number))
    least, most = (int(other.number), int(other.until or other.number))
    if (one.until or other.until) and low <= most and least <= high:
        return 3 if (low - least) % 2 == 0 or (high - low) % 2 or (most - least) % 2 else 0
    return 0


def _part(one: Address, other: Address) -> int:
    mine, theirs = one.parts, other.parts
    if mine == theirs:
        return 4
    if not theirs:
        return 2
    if not mine:
        return 1
    return 3 if len(mine) == 1 and len(theirs) == 1 and _lettered(mine) == _lettered(theirs) else 0


def _lettered(parts: frozenset[str]) -> str:
    """The part as a number: `b` is the second."""
    (part,) = parts
    return str(ord(part) - ord("a") + 1) if len(part) == 1 and part.isalpha() else part


def _street(one: Address, other: Address) -> int:
    mine, theirs = one.street, other.street
    if not mine or not theirs:
        return 0
    if mine == theirs or street_key(one) == street_key(other):
        return 3
    return 2 if _alike(mine, theirs) else 0


def _alike(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether two streets may be one with a slip in it: the kind of street is never a slip."""
    kinds = {words[-1] for words in (mine, theirs) if len(words) > 1 and words[-1] in STREET}
    if len(kinds) > 1:
        return False
    stems = ["".join(words[:-1] if words[-1] in kinds else words) for words in (mine, theirs)]
    return stems[0] == stems[1] or slip(*stems)


def _names(one: Address, other: Address) -> int:
    mine, theirs = set(one.names), set(other.names)
    if mine == theirs:
        return 3
    if not mine or not theirs:
        return 2
    if "".join(one.names) == "".join(other.names) or mine <= theirs or theirs <= mine:
        return 3
    return 1 if mine & theirs else 0


def _tail(one: Address, other: Address, among: Gazetteer) -> int:
    if not one.number or not other.number:
        return 2 if one.words and other.words and one.words[-1] in other.words else 1
    if not one.tail or not other.tail:
        return 1
    mine, theirs = set(one.tail), set(other.tail)
    both, left = among.together(mine & theirs), among.together(mine ^ theirs)
    return 2 if both and both >= PARTLY * left else 0


def _postcode(one: Address, other: Address) -> int:
    mine, theirs = one.postcode, other.postcode
    if mine and mine == theirs:
        return 4
    if not theirs or not (mine or one.partial):
        return 1
    if not mine:
        if theirs.startswith(one.partial) or slip(theirs, one.partial):
            return 3 if len(one.partial) > len(theirs) - 3 else 2
        return 0
    if slip(mine, theirs) or mine.translate(READ_ALIKE) == theirs.translate(READ_ALIKE):
        return 3
    return 2 if mine[:-3] == theirs[:-3] else 0


def _shared(mine: tuple[str, ...], theirs: tuple[str, ...], among: Gazetteer) -> float:
    """Of the weight of the words of both, how much is in words that both have, 0 to 1."""
    one, other = set(mine), set(theirs)
    if "".join(mine) == "".join(theirs):
        return 1.0
    lone, rest = one - other, other - one
    both = among.together(one & other)
    for word in sorted(lone):
        twin = next((near for near in sorted(rest) if slip(word, near)), None)
        if twin is not None:
            rest.discard(twin)
            lone = lone - {word}
            both += min(among.weight(word), among.weight(twin))
    left = max(among.together(lone), among.together(rest))
    return both / (both + left) if both else 0.0


@lru_cache(maxsize=1 << 16)
def slip(one: str, other: str) -> bool:
    """Whether one slip of the fingers, two in a long word, makes one of the other; no digit may be.

    >>> slip("high", "hihg"), slip("mill", "hall"), slip("1st", "2nd")
    (True, False, False)
    """
    longest = max(len(one), len(other))
    if longest < SHORT or abs(len(one) - len(other)) > 1 + (longest >= LONG):
        return False
    digits = ["".join(sign for sign in word if sign.isdigit()) for word in (one, other)]
    if digits[0] != digits[1]:
        return False
    return edits(one, other) <= 1 + (longest >= LONG)


def edits(one: str, other: str) -> int:
    """How many letters were left out, put in, replaced or swapped with the next.

    Source: Damerau (1964), doi:10.1145/363958.363994; each stretch is edited once.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, sign in enumerate(other, start=1):
            least = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != sign))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == sign:
                least = min(least, before[column - 2] + 1)
            now.append(least)
        before, last = last, now
    return last[-1]
