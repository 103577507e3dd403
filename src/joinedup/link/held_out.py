"""How often is an address placed wrongly? Told by taking its place out, and by slips of its number.

Of addresses that were placed, the place is taken out of the gazetteer and the address is placed
again: whatever is found now is wrong. How often that happens, for each way of agreeing, and how
many addresses found no place at all, tell how many of the links of that way are wrong. No truth is
needed. (Search engines of proteomics are proven in the same way, against decoys: Elias & Gygi,
2007, doi:10.1038/nmeth1019.)

A slip in a number can make it another listed one. How often numbers have slips is told from how
often the letters of streets have them; what comes of it, by making slips and placing again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from joinedup.link.gazetteer import Gazetteer, Reading
from joinedup.link.placing import FOUND, NOTHING, PART, POSTCODES, STREETS, Pattern, Verdict, place

TRIED = 3_000
HALF = 0.5
ROUNDS = 4
WHOLE, CUT, NONE = "whole postcode", "part of a postcode", "no postcode"
Way = tuple[str, Pattern]
"""Whether there is a postcode, and what agrees, as far as it matters."""
SURE_AT_MOST = 0.9999


@dataclass(frozen=True, slots=True)
class Trial:
    """What taking places out showed.

    Attributes:
        chance: of each way of agreeing, how likely such a link is right, 0 to 1.
        tried: how many addresses had their place taken out.
        refused: of these, how many found no other, at the line.
        slips: of all links, how many are expected to be wrong by a slip in a number.
    """

    chance: Mapping[Way, float]
    tried: int
    refused: int
    slips: float


def kind_of(readings: Reading) -> str:
    """Whether a whole postcode is said, part of one, or none."""
    first = readings[0]
    return WHOLE if first.postcode else CUT if first.partial else NONE


def trial(
    addresses: Sequence[Reading],
    verdicts: Sequence[Verdict],
    counts: Sequence[int],
    among: Gazetteer,
    *,
    line: float,
    seed: int,
) -> Trial:
    """Take out places, and judge each way of agreeing by what is found then.

    Args:
        addresses: each different one.
        verdicts: on each.
        counts: how many records have it.
        among: the places there are.
        line: how likely a link must be to be made.
        seed: of the sample.
    """
    placed = [at for at, verdict in enumerate(verdicts) if verdict.what == FOUND]
    rng = np.random.default_rng(seed)
    drawn = sorted(rng.permutation(len(placed))[:TRIED].tolist())
    sample = [placed[at] for at in drawn]
    slips = _slips(sample, addresses, verdicts, among, rng)
    rate = _slip_rate(sample, addresses, verdicts) / max(len(sample), 1)
    chance: dict[Way, float] = {}
    refused = tried = 0
    by_slip = 0.0
    for kind in (WHOLE, CUT, NONE):
        of_kind = [at for at in range(len(addresses)) if kind_of(addresses[at]) == kind]
        if not of_kind:
            continue
        wrong = _taken_out(kind, sample, addresses, verdicts, among)
        links, absent = _met(of_kind, verdicts, counts)
        every = rate * sum(counts[at] for at in of_kind)
        slipped = {pattern: every * many for pattern, many in slips.items()}
        told = _chances(
            links=links, wrong=wrong, slipped=slipped, absent=absent, tried=len(sample), line=line
        )
        chance |= {(kind, pattern): value for pattern, value in told.items()}
        able = {pattern for pattern, value in told.items() if value >= line}
        by_slip += sum(slipped.get(pattern, 0.0) for pattern in able)
        if not tried:
            tried = len(sample)
            refused = tried - sum(wrong[pattern] for pattern in able)
    linked = sum(counts[at] for at in placed)
    return Trial(chance, tried, refused, by_slip / max(linked, 1))


def _taken_out(
    kind: str,
    sample: Sequence[int],
    addresses: Sequence[Reading],
    verdicts: Sequence[Verdict],
    among: Gazetteer,
) -> Counter[Pattern]:
    """The ways in which they are placed all the same, written with this kind of postcode."""
    again = [
        place(_as(kind, addresses[at], turn), among, without=frozenset(verdicts[at].places))
        for turn, at in enumerate(sample)
    ]
    return Counter(way(verdict.pattern) for verdict in again if verdict.what == FOUND)


def _met(
    some: Sequence[int], verdicts: Sequence[Verdict], counts: Sequence[int]
) -> tuple[Counter[Pattern], int]:
    """How many records were placed in each way, and how many found no place."""
    links: Counter[Pattern] = Counter()
    for at in some:
        if verdicts[at].what == FOUND:
            links[way(verdicts[at].pattern)] += counts[at]
    return links, sum(counts[at] for at in some if verdicts[at].what in {NOTHING, PART})


def way(pattern: Pattern) -> Pattern:
    """What of a pattern matters: where the postcode is the same, towns and names add little."""
    number, part, street, name, tail, postcode = pattern
    same = postcode == len(POSTCODES) - 1
    return (
        (number, part, street, min(name, 1), 2, postcode)
        if same
        else ((number, part, street, min(name, 1), tail, postcode))
    )


def _as(kind: str, readings: Reading, turn: int) -> Reading:
    """As it would be with a postcode of this kind; of part of one, two kinds in turn."""
    if kind == WHOLE or not readings[0].postcode:
        return readings
    code = readings[0].postcode
    left = "" if kind == NONE else code[:-3] if turn % 2 else code[:-1]
    return tuple(replace(one, postcode="", partial=left) for one in readings)


def _chances(
    *,
    links: Mapping[Pattern, int],
    wrong: Mapping[Pattern, int],
    slipped: Mapping[Pattern, float],
    absent: int,
    tried: int,
    line: float,
) -> dict[Pattern, float]:
    """Of each pattern, how many of its links are right: not of absent places, nor by a slip.

    Who has no place and was given one is not among the refused, so their number is raised by the
    share that would be given one; a pattern below the line gives none.
    """
    chance = dict.fromkeys(links, 1.0)
    tried = max(tried, 1)
    for _ in range(ROUNDS):
        given = sum(wrong.get(one, 0) for one, value in chance.items() if value >= line)
        below = sum(many for one, many in links.items() if chance[one] < line)
        refused = (absent + below) / max(1 - given / tried, 1 / tried)
        for one, many in links.items():
            false = refused * (wrong.get(one, 0) + HALF) / tried + slipped.get(one, 0.0)
            chance[one] = max(0.0, 1 - false / (many + HALF))
    return {one: min(value, SURE_AT_MOST) for one, value in chance.items()}


def _slip_rate(
    sample: Sequence[int], addresses: Sequence[Reading], verdicts: Sequence[Verdict]
) -> float:
    """How often an address has a slip in a number: as often, for its length, as in its street."""
    slipped = letters = figures = 0
    for at in sample:
        first, level = addresses[at][0], verdicts[at].pattern[2]
        slipped += level == STREETS.index("alike")
        letters += len("".join(first.street))
        figures += len(first.number) + sum(map(len, first.parts))
    return (slipped + HALF) / (letters + 1) * figures / max(len(sample), 1)


def _slips(
    sample: Sequence[int],
    addresses: Sequence[Reading],
    verdicts: Sequence[Verdict],
    among: Gazetteer,
    rng: np.random.Generator,
) -> Counter[Pattern]:
    """The way in which each is placed wrongly once its number, or its part's, has a slip."""
    found: Counter[Pattern] = Counter()
    for at in sample:
        first = addresses[at][0]
        parts = sorted(part for part in first.parts if part.isdigit())
        if parts and (not first.number or rng.random() < HALF):
            made = replace(first, parts=first.parts - {parts[0]} | {slipped(parts[0], rng)})
        elif first.number:
            made = replace(first, number=slipped(first.number, rng), until="")
        else:
            continue
        verdict = place((made,), among)
        if verdict.what == FOUND and verdict.places != verdicts[at].places:
            found[way(verdict.pattern)] += 1
    return found


def slipped(number: str, rng: np.random.Generator) -> str:
    """A number with one slip: a figure left out, doubled, swapped with the next, or another's."""
    at = int(rng.integers(len(number)))
    digit = int(number[at])
    beside = str(digit + 1 if digit == 0 or (digit < LAST and rng.random() < HALF) else digit - 1)
    kinds = [
        number[:at] + number[at + 1 :],
        number[:at] + number[at] + number[at:],
        number[:at] + number[at + 1 : at + 2] + number[at] + number[at + 2 :],
        number[:at] + beside + number[at + 1 :],
    ]
    made = kinds[int(rng.integers(len(kinds)))].lstrip("0")
    return made if made and made != number else str(int(number) + 1)


LAST = 9
