"""Two lists of people that two bodies might hold, with a known truth and errors of known strength.

Names are as common as the town's are by Zipf's law, people live in homes with others of their name,
some at twins' distance; part of the people are in both lists. `febrl4`'s people live alone.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.town.names.cultures import CULTURES
from joinedup.town.names.lists import sections

Texts = np.ndarray
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))


@dataclass(frozen=True)
class Harm:
    """What happens to a cell or a record of the second list, each a share 0 to 1.

    Attributes:
        typed: of cells, with a wrong, missing or added sign, or two turned round.
        twice: of those, with a second such error.
        empty: of cells, in both lists.
        swapped: of records, forename and surname turned round.
        moved: of people, at another home in the second list.
        renamed: of people, with another surname in the second list.
    """

    typed: float
    twice: float
    empty: float
    swapped: float
    moved: float
    renamed: float


ROUGH = Harm(typed=0.15, twice=0.2, empty=0.05, swapped=0.05, moved=0.05, renamed=0.02)
HARSH = Harm(typed=0.25, twice=0.3, empty=0.1, swapped=0.05, moved=0.1, renamed=0.03)
HARSHER = Harm(typed=0.3, twice=0.3, empty=0.2, swapped=0.1, moved=0.15, renamed=0.05)


def lists(people: int, harm: Harm, *, seed: int, both: float = 0.6) -> tuple[pa.Table, pa.Table]:
    """Two lists; the true partner of a row has the same number in its `id`.

    Args:
        people: in all.
        harm: what happens to them.
        seed: of every draw.
        both: the share of people in both lists; the others are in one of them.
    """
    rng = np.random.default_rng(seed)
    world = _people(people, rng)
    where = rng.choice(3, people, p=[both, (1 - both) / 2, (1 - both) / 2])
    changed = _changed(world, harm, rng)
    one = _list(world, np.flatnonzero(where != 2), "a", harm, rng)
    return one, _list(changed, np.flatnonzero(where != 1), "b", harm, rng)


def _people(count: int, rng: np.random.Generator) -> dict[str, Texts]:
    forenames, surnames = _names()
    home = np.sort(rng.integers(0, max(count * 2 // 5, 1), count))
    first = np.r_[True, np.diff(home) > 0]
    own = _zipf(surnames, count, rng)
    family = own[np.maximum.accumulate(np.where(first, np.arange(count), 0))]
    surname = np.where(rng.random(count) < 0.85, family, own)
    days = rng.integers(0, 30_000, count)
    twin = ~first & (rng.random(count) < 0.02)
    days[1:] = np.where(twin[1:], days[:-1], days[1:])
    stems, ends = sections("places")["street stems"], sections("places")["street endings"]
    streets = np.array([f"{stem} {end}" for stem in stems for end in ends])
    street_of = rng.integers(0, len(streets), home.max() + 1)
    letters = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
    outward, inward = street_of % 19 + 1, (street_of * 7) % 10
    unit = np.array(["".join(rng.choice(letters, 2)) for _ in streets])
    postcodes = np.array(
        [f"TW{a} {b}{unit[c]}" for a, b, c in zip(outward, inward, street_of, strict=True)]
    )
    wards = np.array(sections("places")["wards"])
    return {
        "forename": _zipf(forenames, count, rng),
        "surname": surname,
        "date_of_birth": np.datetime_as_string(np.datetime64("1930-01-01") + days),
        "house_number": (rng.integers(1, 150, home.max() + 1)[home]).astype(str),
        "street": streets[street_of][home],
        "locality": wards[street_of % len(wards)][home],
        "postcode": postcodes[home],
    }


def _names() -> tuple[Texts, Texts]:
    fore, sur = [], []
    for culture in CULTURES:
        for title, names in sections(culture).items():
            (sur if title == "surnames" else fore).extend(names)
    return np.array(list(dict.fromkeys(fore))), np.array(list(dict.fromkeys(sur)))


def _zipf(names: Texts, count: int, rng: np.random.Generator) -> Texts:
    chances = 1 / (np.arange(len(names)) + 3.0)
    return names[rng.choice(len(names), count, p=chances / chances.sum())]


def _changed(world: dict[str, Texts], harm: Harm, rng: np.random.Generator) -> dict[str, Texts]:
    count = len(world["surname"])
    made = {name: cells.copy() for name, cells in world.items()}
    moved, other = rng.random(count) < harm.moved, rng.integers(0, count, count)
    for name in ("house_number", "street", "locality", "postcode"):
        made[name] = np.where(moved, world[name][other], world[name])
    renamed, other = rng.random(count) < harm.renamed, rng.integers(0, count, count)
    made["surname"] = np.where(renamed, world["surname"][other], world["surname"])
    for name in list(made):
        for chance in (harm.typed, harm.typed * harm.twice):
            told = made[name].astype(object)
            for place in np.flatnonzero(rng.random(count) < chance):
                told[place] = _mistyped(told[place], rng)
            made[name] = told.astype(str)
    turned = rng.random(count) < harm.swapped
    fore, sur = made["forename"], made["surname"]
    made["forename"], made["surname"] = np.where(turned, sur, fore), np.where(turned, fore, sur)
    return made


def _mistyped(text: str, rng: np.random.Generator) -> str:
    """One sign wrong, left out, added, or two turned round; a digit stays a digit."""
    places = [at for at, sign in enumerate(text) if sign.isalnum()]
    if not places:
        return text
    at = int(rng.choice(places))
    sign = str(rng.integers(0, 10)) if text[at].isdigit() else str(rng.choice(LETTERS))
    how = int(rng.integers(0, 4)) if not text[at].isdigit() else 3 * int(rng.integers(0, 2))
    if how == 0:
        return text[:at] + sign + text[at + 1 :]
    if how == 1:
        return text[:at] + text[at + 1 :] if len(text) > 2 else text
    if how == 2:
        return text[:at] + sign + text[at:]
    after = at + 1
    turn = after < len(text) and text[after].isalnum()
    return text[:at] + text[after] + text[at] + text[after + 1 :] if turn else text


def _list(
    world: dict[str, Texts], places: np.ndarray, mark: str, harm: Harm, rng: np.random.Generator
) -> pa.Table:
    order = rng.permutation(places)
    made = {"id": pa.array([f"{mark}{place}" for place in order])}
    for name, cells in world.items():
        gone = rng.random(len(order)) < harm.empty
        made[name] = pa.array(np.where(gone, None, cells[order].astype(object)), pa.string())
    return pa.table(made)
