"""How often is an address placed though its true place is not listed? Told by taking it out.

Of addresses that were placed, the place is taken out of the gazetteer and the address is placed
again: whatever is found now is wrong. How often that happens, for each way of agreeing, and how
many addresses found no place at all, tell how many of the links of that way are wrong. No truth is
needed. (Search engines of proteomics are proven in the same way, against decoys: Elias & Gygi,
2007, doi:10.1038/nmeth1019.)

It does not tell of a slip in a number that happens to be another listed place: that is told from
how often words have slips, and how often a number beside the true one is listed.
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
    chance: dict[Way, float] = {}
    refused = 0
    for kind in (WHOLE, CUT, NONE):
        of_kind = [at for at in range(len(addresses)) if kind_of(addresses[at]) == kind]
        if not of_kind:
            continue
        again = [
            place(_as(kind, addresses[at], turn), among, without=frozenset(verdicts[at].places))
            for turn, at in enumerate(sample)
        ]
        wrong = Counter(way(verdict.pattern) for verdict in again if verdict.what == FOUND)
        links = Counter[Pattern]()
        for at in of_kind:
            if verdicts[at].what == FOUND:
                links[way(verdicts[at].pattern)] += counts[at]
        absent = sum(counts[at] for at in of_kind if verdicts[at].what in {NOTHING, PART})
        told = _chances(links, wrong, absent, len(sample), line)
        chance |= {(kind, pattern): value for pattern, value in told.items()}
        if kind == WHOLE or not refused:
            taken = sum(many for pattern, many in wrong.items() if told.get(pattern, 0) >= line)
            refused = len(sample) - taken
    return Trial(chance, len(sample), refused, _slips(sample, addresses, verdicts, among))


def way(pattern: Pattern) -> Pattern:
    """What of a pattern matters: where the postcode is the same, towns and names add little."""
    number, part, street, name, tail, postcode = pattern
    same = postcode == len(POSTCODES) - 1
    return (number, part, street, min(name, 1), 2, postcode) if same else (
        (number, part, street, min(name, 1), tail, postcode)
    )


def _as(kind: str, readings: Reading, turn: int) -> Reading:
    """As it would be with a postcode of this kind; of part of one, two kinds in turn."""
    if kind == WHOLE or not readings[0].postcode:
        return readings
    code = readings[0].postcode
    left = "" if kind == NONE else code[:-3] if turn % 2 else code[:-1]
    return tuple(replace(one, postcode="", partial=left) for one in readings)


def _chances(
    links: Mapping[Pattern, int], wrong: Mapping[Pattern, int], absent: int, tried: int, line: float
) -> dict[Pattern, float]:
    """Of each pattern, how many of its links are right: those expected to be absent, less.

    Who has no place and was given one is not among the refused, so their number is raised by the
    share that would be given one; a pattern below the line gives none.
    """
    chance = dict.fromkeys(links, 1.0)
    for _ in range(ROUNDS):
        given = sum(wrong.get(one, 0) for one, value in chance.items() if value >= line)
        below = sum(many for one, many in links.items() if chance[one] < line)
        refused = (absent + below) / max(1 - given / max(tried, 1), 1 / max(tried, 1))
        chance = {
            one: max(0.0, 1 - refused * (wrong.get(one, 0) + HALF) / (max(tried, 1) * (many + HALF)))
            for one, many in links.items()
        }
    return {one: min(value, SURE_AT_MOST) for one, value in chance.items()}


def _slips(
    sample: Sequence[int],
    addresses: Sequence[Reading],
    verdicts: Sequence[Verdict],
    among: Gazetteer,
) -> float:
    """Of all links, how many name another listed place by a slip in the number, 0 to 1."""
    slipped = letters = figures = listed = 0
    for at in sample:
        first = addresses[at][0]
        if not first.number or verdicts[at].pattern[2] == 0:
            continue
        slipped += verdicts[at].pattern[2] == STREETS.index("alike")
        letters += len("".join(first.street))
        figures += len(first.number) + sum(map(len, first.parts))
        other = tuple(replace(one, number=str(int(one.number or 0) + 1)) for one in addresses[at])
        listed += place(other, among).what == FOUND
    many = max(len(sample), 1)
    return (slipped / max(letters, 1)) * figures / many * (listed / many)
