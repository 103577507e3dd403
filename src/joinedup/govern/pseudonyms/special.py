"""Does a field hold what the law protects most, and was it declared so?

Special categories of personal data (UK GDPR, article 9) and offence data (article 10), found by
what a field is called, how it is described, and which codes it lists; and by what is in it, which
the caller looks at and passes: the shape of whole cells, and what sentences tell (`free_text`).
A finding names the field and why; never a cell.

It errs towards asking: a field that only sounds special is declared at sensitivity 3, or told in
other words.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Dataset, Field
from joinedup.govern.pseudonyms.free_text import told_in

Category = Literal[
    "health",
    "ethnicity",
    "religion",
    "sexual orientation",
    "biometric",
    "genetic",
    "trade union",
    "politics",
    "offences",
]
MOST = 3
AREAL = re.compile(r"\bdensity\b")  # a measure of a place, whatever it counts
SHARE_OF_CODES = 0.5
SHARE_OF_VALUES = 0.25  # cells are written by many hands: fewer of them look as they should
LOOKED_AT = 200  # characters of a value
FEWEST = 2

# Words as they stand in a name or description, in the singular or plural; `*` for any ending.
WORDS: Mapping[Category, tuple[str, ...]] = {
    "health": (
        *("diagnos*", "disabilit*", "disabled", "medication*", "prescription*", "illness*"),
        *("disease*", "icd", "icd10", "snomed", "symptom*", "hospital*", "clinical*", "patient*"),
        *("mental health", "health condition*", "health need*", "health status", "pregnan*"),
        *(
            "long term condition*",
            "treatment*",
            "allerg*",
            "attendance reason",
            "reason for atten*",
        ),
        *("care need*", "substance misuse", "drug use", "alcohol use", "dementia", "frail*", "sen"),
        *("special educational need*", "vaccin*", "immunis*", "blood pressure", "hiv", "bmi"),
    ),
    "ethnicity": ("ethnic*", "race", "racial*", "nationality at birth", "gypsy", "traveller*"),
    "religion": ("religio*", "faith*", "belief*", "church*", "mosque*", "denomination*"),
    "sexual orientation": (
        *("sexual orientation", "sexuality", "sex life", "lgbt*", "gay", "lesbian", "bisexual*"),
    ),
    "biometric": ("biometric*", "fingerprint*", "face template*", "iris", "voiceprint*", "palm"),
    "genetic": ("genetic*", "genom*", "genotype*", "dna", "allele*"),
    "trade union": ("trade union*", "union member*", "union subscription*"),
    "politics": ("politic*", "party member*", "voting intention*", "votes for"),
    "offences": (
        *("offence*", "offend*", "convict*", "crim*", "arrest*", "caution* by police", "suspect*"),
        *("charged with", "sentence*", "probation*", "prison*", "burglar*"),
        *("police case", "police incident*", "victim*", "gang*", "perpetrator*"),
    ),
}
# What cells of the kind look like: whole cells, in small letters.
SHAPES: Mapping[Category, str] = {
    "health": r"[a-tv-z][0-9][0-9ab]\.[0-9a-z]{1,4}|[0-9]{6,18} ?\|.+|asthma|diabet.*"
    r"|depression|dementia|epilepsy|cancer|copd|stroke|anxiety|schizophreni.*|autis.*",
    "ethnicity": r"(white|mixed|asian|black|other) ?[-:/,(].*|.*\b(british|english|irish|caribbean"
    r"|african|pakistani|bangladeshi|chinese|indian|roma)\b.*|[wmab](brt|irt|irh|oth|rom|bcr|baf|was)",
    "religion": r"christian|muslim|islam|hindu|hinduism|sikh|sikhism|jewish|judaism|buddhist"
    r"|buddhism|catholic|roman catholic|church of england|no religion|jain",
    "sexual orientation": r"gay|lesbian|gay or lesbian|bisexual|bi|heterosexual|straight"
    r"|homosexual",
    "genetic": r"[acgt]{12,}|rs[0-9]{3,}",
    "trade union": r"unison|unite|gmb|usdaw|rmt|nasuwt|aslef",
    "politics": r"labour|conservative|liberal democrats?|lib dem|green party|reform uk|plaid cymru"
    r"|snp|dup|sinn f[eé]in",
    "offences": r"theft|burglary|robbery|assault|murder|rape|arson|violen(ce|t).*|criminal damage"
    r"|drugs?( offences?)?|fraud|shoplifting|public order|anti-social behaviour|vehicle crime",
}


@dataclass(frozen=True, slots=True)
class Special:
    """A field that seems to hold protected data.

    Attributes:
        why: which words say so, or how many of its values have the shape; no value itself.
    """

    field: str
    category: Category
    why: str


def find_special(
    dataset: Dataset, contents: Mapping[str, Collection[str]] | None = None
) -> tuple[Special, ...]:
    """The fields that seem to hold special-category or offence data, each category once.

    Args:
        dataset: as declared.
        contents: field to some of its distinct values, where the caller has them.
    """
    seen = contents or {}
    return tuple(
        found
        for name, field in dataset.fields.items()
        for found in _of_field(name, field, seen.get(name, ()))
    )


def undeclared(
    dataset: Dataset, contents: Mapping[str, Collection[str]] | None = None
) -> Mapping[str, Problem]:
    """Field to what `joinedup check` says, for protected ones declared below sensitivity 3."""
    by_field: dict[str, list[Special]] = {}
    for found in find_special(dataset, contents):
        by_field.setdefault(found.field, []).append(found)
    return {
        name: Problem(
            f"dataset {dataset.id}",
            f"the field {name} seems to hold data on"
            f" {', '.join(one.category for one in found)} ({found[0].why}), and its sensitivity"
            f" is {dataset.fields[name].sensitivity}.",
            f'write sensitivity = {MOST}, or not_special = "why it holds none".',
        )
        for name, found in by_field.items()
        if dataset.fields[name].sensitivity < MOST and not dataset.fields[name].not_special.strip()
    }


def categories(dataset: Dataset, field: str) -> tuple[Category, ...]:
    """What a field is told to hold, by its name, its description and its codes."""
    return tuple(found.category for found in _of_field(field, dataset.fields[field], ()))


def _of_field(name: str, field: Field, values: Collection[str]) -> Iterator[Special]:
    areal = AREAL.search(_words(name)) and field.type in {"integer", "number"}
    for category in WORDS:
        why = "" if areal else _said(category, name, field.description)
        why = why or _shaped(category, field.codes, "codes", SHARE_OF_CODES)
        why = why or _shaped(category, values, "values", SHARE_OF_VALUES)
        why = why or told_in(category, values)
        if why:
            yield Special(name, category, why)


def _said(category: Category, name: str, description: str) -> str:
    """Which words of the name or description speak of it."""
    for place, text in (("name", _words(name)), ("description", _words(description))):
        for word in WORDS[category]:
            if _pattern(word).search(text):
                return f"its {place} says '{word.rstrip('*')}'"
    return ""


def _words(text: str) -> str:
    """`EthnicOrigin_code` as `ethnic origin code`."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return " ".join(re.findall(r"[^\W_]+", parted.lower()))


def _pattern(word: str) -> re.Pattern[str]:
    inside = re.escape(word).replace(r"\*", r"\w*")
    return re.compile(rf"\b{inside}\b")


def _shaped(
    category: Category, values: Collection[str] | Sequence[str], what: str, share: float
) -> str:
    """How many of the values look like it, if two do and such a share of all."""
    shape = SHAPES.get(category)
    if shape is None or not values:
        return ""
    like = sum(
        re.fullmatch(shape, value.strip()[:LOOKED_AT].lower()) is not None for value in values
    )
    if like < FEWEST or like < share * len(values):
        return ""
    return f"{like} of {len(values)} {what} look like it"
