"""How is each thing that two records say compared, and by what are pairs found to compare?

A feature has levels, from the same to something alike; what is none of them does not agree. Levels
and keys are SQL over the columns of `standard`, which Splink writes for the engine in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass

NAME, HOME, OWN, REACH, OTHER = "name", "home", "own", "reach", "other"


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that records say.

    Attributes:
        group: `name` (shared by namesakes), `home` (shared by who lives or trades at one place),
            `own` (a person keeps it for life), `reach` (phone, e-mail), `other`.
        alike: levels below the same, the closest first: conditions with `{l}` and `{r}` for cells.
        keys: by which pairs are found: expressions with `{c}` for the cell.
        rare: whether agreeing in a rare value says more than in a common one.
        least: the smallest chance that two records of one entity agree in it at all, 0 to 1.
        words: what each level of `alike` is called, in its order; told by its place if empty.
    """

    group: str
    alike: tuple[str, ...] = ()
    keys: tuple[str, ...] = ("{c}",)
    rare: bool = True
    least: float = 0.0
    words: tuple[str, ...] = ()

    def level_words(self, level: int) -> str:
        """How well the feature agrees at a level, in words; -1 where one of the two is empty."""
        if level < 0:
            return "not told"
        if level == 0:
            return "different"
        place = len(self.alike) - level
        if place < 0:
            return "the same"
        if self.words:
            return self.words[place]
        return "alike" if place == 0 else "a little alike"


WINKLER = "jaro_winkler_similarity({l}, {r}) >= "
EDITS = "damerau_levenshtein({l}, {r}) <= "
SWAPPED = "jaro_winkler_similarity({one}, {other}_r) >= 0.92"
"""The forename of one is the surname of the other."""
OTHER_NAME = "{l} = business_name_other_r or business_name_other_l = {r}"
INITIAL = "(substr({l}, 1, 1) = substr({r}, 1, 1) and least(length({l}), length({r})) = 1)"
NUMBER = Feature(OWN, (EDITS + "1",), least=0.5, words=("one digit off",))

FEATURES: Mapping[str, Feature] = {
    "nhs_number": NUMBER,
    "nino": NUMBER,
    "upn": NUMBER,
    "person_number": NUMBER,
    "company_number": NUMBER,
    "uprn": Feature(HOME),
    "forename": Feature(
        NAME,
        (
            SWAPPED.format(one="{l}", other="surname"),
            "{root_l} = {root_r} or " + WINKLER + "0.92",
            f"{WINKLER}0.8 or {INITIAL}",
        ),
        keys=("{c}", "substr({c}, 1, 3)"),
        least=0.5,
        words=("the other's surname", "alike or short for it", "a little alike"),
    ),
    "surname": Feature(
        NAME,
        (SWAPPED.format(one="{l}", other="forename"), WINKLER + "0.92", WINKLER + "0.8"),
        keys=("{c}", "substr({c}, 1, 4)"),
        words=("the other's forename", "alike", "a little alike"),
    ),
    "business_name": Feature(
        NAME,
        (f"{WINKLER}0.94 or {OTHER_NAME}", WINKLER + "0.87", WINKLER + "0.78"),
        keys=("{c}", "substr({c}, 1, 5)"),
        least=0.8,
        words=("alike, or the other's second name", "a little alike", "hardly alike"),
    ),
    "birth_date": Feature(
        OWN,
        (
            EDITS + "1 or (substr({l}, 1, 4) = substr({r}, 1, 4)"
            " and substr({l}, 5, 2) = substr({r}, 7, 2) and substr({l}, 7, 2) = substr({r}, 5, 2))",
            "substr({l}, 1, 6) = substr({r}, 1, 6)",
            "substr({l}, 5, 4) = substr({r}, 5, 4) and substr({l}, 5, 4) <> '0101'",
            "substr({l}, 1, 4) = substr({r}, 1, 4)",
        ),
        keys=("{c}", "substr({c}, 1, 4)", "substr({c}, 5, 4)"),
        rare=False,
        least=0.5,
        words=(
            "one digit off, or day and month turned",
            "of one month",
            "of one day of the year",
            "of one year",
        ),
    ),
    "postcode": Feature(
        HOME,
        (EDITS + "1", "substr({l}, 1, length({l}) - 3) = substr({r}, 1, length({r}) - 3)"),
        keys=("{c}", "substr({c}, 1, length({c}) - 3)"),
        words=("one sign off", "of one district"),
    ),
    "house_number": Feature(HOME, keys=("{c}",)),
    "street": Feature(HOME, (WINKLER + "0.9", WINKLER + "0.8"), keys=("{c}", "substr({c}, 1, 5)")),
    "line": Feature(HOME, (WINKLER + "0.88",)),
    "place": Feature(HOME, (WINKLER + "0.88",)),
    "region": Feature(HOME, keys=()),
    "phone": Feature(
        REACH,
        (EDITS + "1", "right({l}, 7) = right({r}, 7)"),
        keys=("{c}", "right({c}, 7)"),
        words=("one digit off", "of the same last seven digits"),
    ),
    "email": Feature(
        REACH,
        ("split_part({l}, '@', 1) = split_part({r}, '@', 1)", WINKLER + "0.92"),
        keys=("{c}", "split_part({c}, '@', 1)"),
        words=("the same before the @", "alike"),
    ),
    "sex": Feature(OTHER, keys=(), rare=False),
    "category": Feature(OTHER),
}


def feature_of(name: str) -> Feature:
    """The feature of a column of `standard`: `line_2` is compared as every `line` is."""
    return FEATURES[name if name in FEATURES else name.rpartition("_")[0]]
