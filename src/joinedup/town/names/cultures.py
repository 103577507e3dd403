"""Which naming cultures live in the town, and who draws which name from them?"""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from joinedup.town.names import british, elsewhere

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CULTURES = (
    "british",
    "south_asian",
    "polish",
    "hispanic",
    "lusophone",
    "dutch",
    "arabic",
    "patronymic",
    "family_first",
    "one_name",
)
BRITISH, SOUTH_ASIAN, POLISH, HISPANIC, LUSOPHONE = range(5)
DUTCH, ARABIC, PATRONYMIC, FAMILY_FIRST, ONE_NAME = range(5, 10)
STRUCTURES = (
    "simple",  # and some hyphenated
    "simple",
    "gendered",  # -ski, -ska
    "compound",  # father's and mother's
    "particle",  # da Silva
    "particle",  # van der Berg
    "particle",  # al-Hassan
    "patronymic",
    "family first",
    "one name",
)
"""How a name is built, by culture."""

SHARES = (0.760, 0.072, 0.040, 0.024, 0.020, 0.010, 0.022, 0.024, 0.018, 0.010)
"""Share of the families founded by a person of each culture."""

LANGUAGES = (
    *("eng", "pan", "urd", "ben", "pol", "spa", "por", "nld", "ara", "som", "tir", "zho", "vie"),
    *("tam", "prs", "ind"),
)
SPEAK: tuple[dict[str, float], ...] = (
    {"eng": 1.0},
    {"eng": 0.55, "pan": 0.15, "urd": 0.17, "ben": 0.13},
    {"eng": 0.25, "pol": 0.75},
    {"eng": 0.4, "spa": 0.6},
    {"eng": 0.35, "por": 0.65},
    {"eng": 0.7, "nld": 0.3},
    {"eng": 0.4, "ara": 0.6},
    {"eng": 0.3, "som": 0.45, "tir": 0.25},
    {"eng": 0.45, "zho": 0.4, "vie": 0.15},
    {"eng": 0.3, "tam": 0.35, "prs": 0.25, "ind": 0.1},
)
"""The language of the home, by culture."""

FIRST_DECADE, DECADES = 1900, 13
SURNAME_TAIL = 6_400
SURNAME_FALL, SURNAME_SHIFT = 0.75, 2.0
"""Zipf-Mandelbrot: the surname of rank r is borne in proportion to (r + shift) ** -fall."""

PARTICLES = tuple(
    sorted(
        ("van den", "van der", "van de", "van 't", "van", "de", "ter", "da", "dos", "do", "ben"),
        key=len,
        reverse=True,
    )
)
SEXED = {
    "Singh": ("Kaur", "Singh"),
    "Kaur": ("Kaur", "Singh"),
    "Begum": ("Begum", "Miah"),
    "Khatun": ("Khatun", "Uddin"),
    "Sultana": ("Sultana", "Islam"),
}
"""South Asian names that only women, or only men, bear: (hers, his)."""

_FORENAMES: tuple[tuple[list[str], list[str]], ...] = (
    ([], []),
    (elsewhere.SOUTH_ASIAN_FEMALE, elsewhere.SOUTH_ASIAN_MALE),
    (elsewhere.POLISH_FEMALE, elsewhere.POLISH_MALE),
    (elsewhere.HISPANIC_FEMALE, elsewhere.HISPANIC_MALE),
    (elsewhere.LUSOPHONE_FEMALE, elsewhere.LUSOPHONE_MALE),
    (elsewhere.DUTCH_FEMALE, elsewhere.DUTCH_MALE),
    (elsewhere.ARABIC_FEMALE, elsewhere.ARABIC_MALE),
    (elsewhere.PATRONYMIC_FEMALE, elsewhere.PATRONYMIC_MALE),
    (elsewhere.FAMILY_FIRST_FEMALE, elsewhere.FAMILY_FIRST_MALE),
    (elsewhere.ONE_NAME_FEMALE, elsewhere.ONE_NAME_MALE),
)
_SURNAMES: tuple[list[str], ...] = (
    [],
    elsewhere.SOUTH_ASIAN_SURNAMES,
    elsewhere.POLISH_SURNAMES_MALE,
    elsewhere.HISPANIC_SURNAMES,
    elsewhere.LUSOPHONE_SURNAMES,
    elsewhere.DUTCH_SURNAMES,
    elsewhere.ARABIC_SURNAMES,
    elsewhere.PATRONYMIC_MALE,
    elsewhere.FAMILY_FIRST_SURNAMES,
    [],
)


@dataclass(frozen=True, slots=True)
class Lot:
    """Codes to draw from: `rising[g]` are the cumulative shares of the codes in group g.

    Attributes:
        codes: int32, shape (names,).
        rising: float64, shape (groups, names), each row rising to 1.
    """

    codes: Int32s
    rising: Floats

    def draw(self, rng: np.random.Generator, group: Int64s) -> Int32s:
        """One code for each entry of `group`."""
        steps = (self.rising + np.arange(len(self.rising))[:, None]).ravel()
        found = np.searchsorted(steps, rng.random(len(group)) + group, side="right")
        within = np.minimum(found - group * len(self.codes), len(self.codes) - 1)
        return self.codes[within]


@dataclass(frozen=True, slots=True)
class NameTables:
    """Every name of one word group, and who draws it.

    Attributes:
        forenames, surnames: the texts; a code is a place in them.
        forename_lots: by culture, then sex (0 female, 1 male); grouped by decade of birth.
        surname_lots: by culture; one group.
        forms: surname as borne by (female, male), int32, shape (2, surnames).
        bare: surname without its particle, int32; -1 where there is none.
        of_father: forename code -> the surname a patronymic child has from it, int32; -1.
    """

    forenames: tuple[str, ...]
    surnames: tuple[str, ...]
    forename_lots: tuple[tuple[Lot, Lot], ...]
    surname_lots: tuple[Lot, ...]
    forms: Int32s
    bare: Int32s
    of_father: Int32s


@cache
def name_tables() -> NameTables:
    """All names; the same in every town."""
    forenames = _codes(*(names for pair in (_british_forenames(), *_FORENAMES) for names in pair))
    by_culture = [_british_surnames(), *(_spaced(names) for names in _SURNAMES[1:])]
    sexed = [form for pair in SEXED.values() for form in pair]
    women = [_hers(name) for name in by_culture[POLISH]]
    bare = [without_particle(name) for names in by_culture for name in names]
    surnames = _codes(*by_culture, sexed, women, [name for name in bare if name])
    fathers = np.array([surnames.get(name, -1) for name in forenames], np.int32)
    return NameTables(
        forenames=tuple(forenames),
        surnames=tuple(surnames),
        forename_lots=tuple(
            (_forename_lot(culture, 0, forenames), _forename_lot(culture, 1, forenames))
            for culture in range(len(CULTURES))
        ),
        surname_lots=tuple(_surname_lot(names, surnames) for names in by_culture),
        forms=_forms(surnames, set(by_culture[POLISH])),
        bare=np.array([surnames.get(without_particle(name), -1) for name in surnames], np.int32),
        of_father=fathers,
    )


def without_particle(surname: str) -> str:
    """ "Berg" from "van der Berg", "Hassan" from "al-Hassan"; empty where there is none."""
    for particle in PARTICLES:
        if surname.startswith(particle + " "):
            return surname.removeprefix(particle + " ")
    for article in ("al-", "el-"):
        if surname.startswith(article):
            return surname.removeprefix(article)
    return ""


def _codes(*lists: list[str]) -> dict[str, int]:
    """Each distinct text and its code, in the order first met."""
    return {
        text: code for code, text in enumerate(dict.fromkeys(t for many in lists for t in many))
    }


def _spaced(names: list[str]) -> list[str]:
    return [name.replace("_", " ") for name in names]


def _hers(name: str) -> str:
    return f"{name[:-1]}a" if name.endswith(("ski", "cki", "dzki")) else name


def _forms(surnames: dict[str, int], polish: set[str]) -> Int32s:
    forms = np.tile(np.arange(len(surnames), dtype=np.int32), (2, 1))
    for name in polish:
        forms[0, surnames[name]] = surnames[_hers(name)]
    for name, (hers, his) in SEXED.items():
        forms[:, surnames[name]] = surnames[hers], surnames[his]
    return forms


def _british_surnames() -> list[str]:
    """The common ones in order, then a tail made from parts of place names."""
    made = [
        begin + end
        for begin, end in product(british.PLACE_BEGINNINGS, british.PLACE_ENDINGS)
        if begin[-1] != end[0]
    ]
    order = np.random.default_rng(1911).permutation(len(made))
    tail = [made[place] for place in order[:SURNAME_TAIL]]
    return list(dict.fromkeys([*british.SURNAMES, *tail]))


def _british_forenames() -> tuple[list[str], list[str]]:
    female = [name for names in british.FEMALE.values() for name in names.split()]
    male = [name for names in british.MALE.values() for name in names.split()]
    return [*female, *british.RARE_FEMALE], [*male, *british.RARE_MALE]


def _forename_lot(culture: int, sex: int, codes: dict[str, int]) -> Lot:
    if culture == BRITISH:
        weights = _british_weights(sex)
    else:
        names = list(dict.fromkeys(_FORENAMES[culture][sex]))
        rank, decade = np.arange(len(names))[:, None], np.arange(DECADES)[None, :]
        fashion = 1 + 0.6 * np.sin(2.4 * rank + 0.7 * decade)
        weights = dict(zip(names, (rank + 1.5) ** -0.7 * fashion, strict=True))
    rising = np.cumsum(np.array(list(weights.values())).T, axis=1)
    held = np.array([codes[name] for name in weights], np.int32)
    return Lot(held, rising / rising[:, -1:])


def _british_weights(sex: int) -> dict[str, Floats]:
    """Weight of each name in each decade: its rank in a fashion, and how far off the fashion is."""
    fashions = (british.FEMALE, british.MALE)[sex]
    rare = (british.RARE_FEMALE, british.RARE_MALE)[sex]
    middle = FIRST_DECADE + 10 * np.arange(DECADES) + 5.0
    weights: dict[str, Floats] = {}
    for year, names in fashions.items():
        nearness = np.exp(-0.5 * ((middle - year) / 9.0) ** 2) + 1e-3
        for rank, name in enumerate(names.split()):
            before = weights.get(name, np.zeros(DECADES))
            weights[name] = before + (rank + 2.0) ** -0.8 * nearness
    for name in rare:
        weights[name] = weights.get(name, np.zeros(DECADES)) + 0.008
    return weights


def _surname_lot(names: list[str], codes: dict[str, int]) -> Lot:
    distinct = list(dict.fromkeys(names))
    weight = (np.arange(len(distinct)) + 1 + SURNAME_SHIFT) ** -SURNAME_FALL
    rising = np.cumsum(weight)
    held = np.array([codes[name] for name in distinct], np.int32)
    return Lot(held, (rising / rising[-1])[None, :] if len(held) else np.empty((1, 0)))
