"""Which facts of a project call for a data protection impact assessment?

A project that processes nothing about persons calls for none. The rules err towards asking: a
trigger is a reason to look, not a verdict. Each names the fact that raised it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from joinedup.core.assessment import Question
from joinedup.govern.documents.facts import (
    OFFENCES,
    UNNAMED,
    Facts,
    covered,
    personal,
    protected,
    senders,
    thousands,
)
from joinedup.govern.documents.writing import listed

SOURCES = 2
CHILDREN = re.compile(
    r"\b(child|children|pupils?|schools?|babies|infants?|toddlers?|minors?|teenagers?"
    r"|under 1[0-8]|young people|nurser(y|ies)|early years|youth)\b"
)
VULNERABLE = re.compile(
    r"\b(older people|elderly|65 or older|patients?|homeless\w*|rough sleep\w*|hostels?"
    r"|benefit claim\w*|claimants?|housing benefit|universal credit|council tax support"
    r"|disab\w+|carers?|care needs?|victims?|domestic abuse|asylum|refugees?|frail\w*"
    r"|mental health|dementia|addict\w*|poverty|in debt|arrears|vulnerable)\b"
)
REFUSES = re.compile(
    r"\b(refus\w+|den(y|ies|ied) |withdraw\w*|evict\w*|sanction\w*|turn(ed)? down|prosecut\w+"
    r"|stop (their|its|the) (benefit|claim))"
)
LEARNS = ("target.model",)
SCORES = ("target.features", "target.rules", "target.model", "target.rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A reason to assess.

    Attributes:
        id: a word for programs.
        name: as the law's practice knows it.
        because: the facts that raised it, a sentence each.
        source: where they stand.
    """

    id: str
    name: str
    because: tuple[str, ...]
    source: str


Found = Iterator[tuple[str, str]]
"""A fact in a sentence, and where it stands."""


def triggers(facts: Facts) -> tuple[Trigger, ...]:
    """Every trigger the facts raise, in the order of the rules."""
    if not personal(facts) and not any(
        one.agreement.conditions for one in facts.agreements.values()
    ):
        return ()
    found = []
    for key, (name, rule) in RULES.items():
        raised = tuple(dict.fromkeys(rule(facts)))
        if raised:
            because = tuple(dict.fromkeys(words for words, _ in raised))
            places = ", ".join(dict.fromkeys(place for _, place in raised))
            found.append(Trigger(id=key, name=name, because=because, source=places))
    return tuple(found)


def _matching(facts: Facts) -> Found:
    about = personal(facts)
    if len(about) >= SOURCES:
        sent = {facts.datasets[name].partner for name in about}
        bodies = listed(facts.name_of(partner) for partner in sorted(sent))
        many = f"{len(about)} sources about persons are brought together"
        yield f"{many}: {listed(about)}, from {bodies}.", "agreements, covers"


def _scoring(facts: Facts) -> Found:
    found = [step.id for step in facts.steps if step.method in SCORES]
    if found:
        words = f"A score or an order of cases is made or prepared by {listed(found)}."
        yield words, f"projects/{facts.project.id}/steps"


def _new_technology(facts: Facts) -> Found:
    for step in facts.steps:
        if step.method.startswith(LEARNS):
            place = f"projects/{facts.project.id}/steps/{step.id}.toml"
            yield f"The step {step.id} ({step.method}) learns its score from the past.", place


def _special(facts: Facts) -> Found:
    for category, fields in protected(facts).items():
        if category != OFFENCES:
            yield _holds(category, fields)


def _offences(facts: Facts) -> Found:
    for category, fields in protected(facts).items():
        if category in {OFFENCES, UNNAMED}:
            yield _holds(category, fields)


def _holds(category: str, fields: tuple[str, ...]) -> tuple[str, str]:
    where = f"in {listed(fields)}" if fields else "by what an agreement's conditions say"
    return f"Data on {category}: {where}.", "datasets, sensitivity; agreements, conditions"


def _children(facts: Facts) -> Found:
    for name, fields in covered(facts).items():
        if any(each.standard == "upn" for each in fields.values()):
            yield f"{name} holds numbers of pupils.", f"datasets/{name}.toml"
    yield from _spoken_of(facts, CHILDREN)


def _vulnerable(facts: Facts) -> Found:
    yield from _spoken_of(facts, VULNERABLE)


def _spoken_of(facts: Facts, words: re.Pattern[str]) -> Found:
    """Where the people, the datasets about persons or the project are described by such words."""
    for one in facts.agreements.values():
        texts = {"subjects": " ".join(one.agreement.subjects), "title": one.agreement.title}
        for key, text in {**texts, "purpose_text": one.agreement.purpose_text}.items():
            if found := words.search(text.lower()):
                yield f"The agreement speaks of “{found[0].strip()}”.", f"{one.file}, {key}"
    for name in personal(facts):
        dataset = facts.datasets[name]
        if found := words.search(f"{dataset.title} {dataset.grain}".lower()):
            yield f"{name} speaks of “{found[0].strip()}”.", f"datasets/{name}.toml"
    four = facts.project.statements
    for text in (facts.project.title, facts.project.outcome, four.problem, four.action):
        if found := words.search(text.lower()):
            yield f"The project speaks of “{found[0].strip()}”.", facts.file


def _invisible(facts: Facts) -> Found:
    if _answered(facts, "told_directly"):
        return
    about = personal(facts)
    bodies = [
        facts.name_of(partner)
        for partner, names in senders(facts).items()
        if any(name in about for name in names)
    ]
    if bodies:
        words = f"Data about persons come from {listed(bodies)}, not from the persons"
        place = f"datasets; {facts.beside('dpia.toml')}, answers.told_directly"
        yield f"{words}; nothing says that each of them is told directly.", place


def _large(facts: Facts) -> Found:
    least = facts.office.large_scale
    people = facts.dpia.people if facts.dpia else None
    if people is not None and people >= least:
        words = f"About {people:,} people; {least:,} count as large scale here."
        yield words, f"{facts.beside('dpia.toml')}, people"
    for name in personal(facts):
        rows = facts.deliveries[name].rows if name in facts.deliveries else 0
        if rows >= least:
            yield f"{name} holds {thousands(rows)} rows.", f"records: the newest delivery of {name}"


def _denial(facts: Facts) -> Found:
    yield from _said_yes(facts, "denial_of_service", "Somebody may be refused a service by it.")
    four = facts.project.statements
    if found := REFUSES.search(f"{four.action} {four.product}".lower()):
        yield f"The project speaks of “{found[0].strip()}”.", f"{facts.file}, statements.action"


def _automated(facts: Facts) -> Found:
    yield from _said_yes(facts, "solely_automated", "A decision is made without a person.")


def _tracking(facts: Facts) -> Found:
    yield from _said_yes(facts, "tracking", "Where people are or what they do is followed.")


def _harm(facts: Facts) -> Found:
    yield from _said_yes(facts, "physical_harm", "A leak could put somebody's body in danger.")


def _biometric(facts: Facts) -> Found:
    for category, fields in protected(facts).items():
        if category in {"biometric", "genetic"}:
            yield _holds(category, fields)


def _other(facts: Facts) -> Found:
    for text in facts.dpia.other_triggers if facts.dpia else ():
        yield text, f"{facts.beside('dpia.toml')}, other_triggers"


def _answered(facts: Facts, question: Question) -> bool:
    given = facts.dpia.answers.get(question) if facts.dpia else None
    return given is not None and given.answer


def _said_yes(facts: Facts, question: Question, words: str) -> Found:
    if _answered(facts, question):
        yield words, f"{facts.beside('dpia.toml')}, answers.{question}"


Rule = Callable[[Facts], Found]
RULES: dict[str, tuple[str, Rule]] = {
    "matching": ("Data matching", _matching),
    "profiling": ("Profiling or scoring", _scoring),
    "innovation": ("New technology", _new_technology),
    "special": ("Special category data", _special),
    "offences": ("Criminal offence data", _offences),
    "biometric": ("Biometric or genetic data", _biometric),
    "children": ("Children", _children),
    "vulnerable": ("People who may be vulnerable", _vulnerable),
    "invisible": ("Invisible processing", _invisible),
    "large_scale": ("Large scale", _large),
    "denial": ("Denial of a service", _denial),
    "automated": ("Decision by machine alone", _automated),
    "tracking": ("Tracking", _tracking),
    "harm": ("Risk of physical harm", _harm),
    "other": ("Something else", _other),
}
"""Trigger to its name and its rule."""

QUESTIONS: dict[Question, str] = {
    "denial_of_service": "May somebody be refused a service, benefit or contract because of it?",
    "solely_automated": "Is a decision about a person made without a person taking part in it?",
    "tracking": "Does it follow where people are, or what they do?",
    "physical_harm": "Could a leak put somebody's life or body in danger?",
    "told_directly": "Is every person told directly, and not only by a notice that they may read?",
}
"""What no software can see, as it is asked of a person."""
