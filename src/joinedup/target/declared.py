"""What may not be a feature by what it is declared or called, whatever its numbers say?

Three kinds are refused by default: who enforces, what was known only afterwards, and protected
characteristics (Equality Act 2010, section 4). Reads names and roles, never a row. A person may
override in writing; `joinedup.target.screening` also looks at the data.
"""

import re
from collections.abc import Mapping, Sequence

MINIMUM_REASON = 20
"""Characters of a written reason for an override: a sentence, not a tick."""

ENFORCER = "it says who enforces, not what the place is like: labels follow the inspector"
AFTERWARDS = "it is known only after the outcome, so it cannot be known when a case is chosen"
PROTECTED = "it is a protected characteristic (Equality Act 2010, section 4)"
NAMES_A_CASE = "it names one case, so it says nothing about any other"

BY_ROLE = {
    "staff": ENFORCER,
    "outcome": AFTERWARDS,
    "protected": PROTECTED,
    "identifier": NAMES_A_CASE,
}


def _any_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


STAFF_WORDS = _any_of(
    "inspector officer sanitarian assessor caseworker enforcer surveyor investigator examiner"
    " auditor caseholder handler assigned assignee staff"
)
OUTCOME_WORDS = _any_of(
    "result outcome closed closure disposition verdict resolution resolved completed completion"
    " finding found upheld substantiated fail failed passed"
)
OUTCOME_NAMES = frozenset({("pass", "flag")})
EARLIER_WORDS = _any_of("past previous prior last earlier before since history historic")
PROTECTED_WORDS = _any_of(
    "sex gender transgender ethnicity ethnic race racial nationality religion religious belief"
    " disability disabled marital pregnancy pregnant maternity"
)
PROTECTED_NAMES = frozenset(
    {
        ("sexual", "orientation"),
        ("civil", "partnership"),
        ("date", "of", "birth"),
        ("birth", "date"),
        ("birthdate",),
        ("year", "of", "birth"),
        ("birth", "year"),
        ("dob",),
        ("age",),
        ("age", "years"),
        ("age", "in", "years"),
        ("age", "band"),
        ("age", "group"),
    }
)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def refusals(
    features: Sequence[str], roles: Mapping[str, str], overrides: Mapping[str, str]
) -> dict[str, str]:
    """The features refused by their declared role or by their name, each with the reason.

    Args:
        features: columns that a model would learn from.
        roles: column to declared role; `staff`, `outcome`, `protected` and `identifier` are
            refused. `attribute` does not clear a telling name: only an override does.
        overrides: feature to the written reason, 20 characters or more, why it may be used.

    Returns:
        Feature to a reason in plain words, in the order of `features`; empty if none is refused.

    >>> refusals(["inspector_group", "days_waiting"], {}, {})
    {'inspector_group': 'it says who enforces, not what the place is like: labels follow the inspector'}
    """  # noqa: E501 - the answer of the example is one line
    refused = {}
    for feature in features:
        reason = declared_reason(feature, roles)
        if reason and not is_overridden(feature, overrides):
            refused[feature] = reason
    return refused


def declared_reason(feature: str, roles: Mapping[str, str]) -> str:
    """Why a role or a name speaks against a feature; empty if neither does."""
    return BY_ROLE.get(roles.get(feature, "attribute"), "") or reason_by_name(feature)


def reason_by_name(feature: str) -> str:
    """Why a name alone speaks against a feature; empty if it does not.

    Whole words only, in `snake_case` or `camelCase`: `ageAtInspection` is a business's age.
    """
    words = words_of(feature)
    if STAFF_WORDS & set(words) or (len(words) > 1 and words[-1] == "by"):
        return ENFORCER
    if PROTECTED_WORDS & set(words) or any(_within(name, words) for name in PROTECTED_NAMES):
        return PROTECTED
    after = OUTCOME_WORDS & set(words) or any(_within(name, words) for name in OUTCOME_NAMES)
    if after and not EARLIER_WORDS & set(words):
        return AFTERWARDS
    return ""


def is_overridden(feature: str, overrides: Mapping[str, str]) -> bool:
    """Whether a person has written why this feature may be used all the same."""
    return len(overrides.get(feature, "").strip()) >= MINIMUM_REASON


def words_of(name: str) -> tuple[str, ...]:
    """The words of a column's name, in small letters and without a plural s.

    >>> words_of("Inspector_Assigned"), words_of("ageAtInspection"), words_of("Results")
    (('inspector', 'assigned'), ('age', 'at', 'inspection'), ('result',))
    """
    return tuple(_singular(word.lower()) for word in WORD.findall(name))


def _singular(word: str) -> str:
    plain = {*STAFF_WORDS, *OUTCOME_WORDS, *PROTECTED_WORDS, "age"}
    return word[:-1] if word.endswith("s") and word[:-1] in plain else word


def _within(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """A name of one word must be the whole; one of several may stand anywhere."""
    if name[0] == "age" or len(name) == 1:
        return words == name
    return any(words[start : start + len(name)] == name for start in range(len(words)))
