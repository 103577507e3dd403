"""Five Safes on one page: project, people, settings, data and outputs, each with what shows it.

Pure: each Safe is `yes`, `partly` or `no`, with the evidence and what is wanting. Whether the
evidence is enough, a person judges.
"""

from collections.abc import Callable, Iterator

from joinedup.govern.documents.facts import Facts, covered, personal
from joinedup.govern.documents.topics import DPIA, EVERYTHING, GATE, topics
from joinedup.govern.documents.triggers import triggers
from joinedup.govern.documents.writing import (
    changes,
    document,
    judged,
    moment,
    section,
    signature,
)
from joinedup.result.document import Document, Mark, Marks, State

Evidence = Iterator[tuple[bool, str]]
"""Whether something holds, and the sentence that says so or says what is wanting."""

WORDS: dict[State, str] = {
    "yes": "shown",
    "partly": "shown in part",
    "no": "not shown",
    "not needed": "not needed",
}


def five_safes(facts: Facts) -> Document:
    """The page of one project."""
    marks = safes(facts)
    shown = sum(mark.state == "yes" for mark in marks)
    return document(
        facts,
        kind="five-safes",
        name=f"{facts.project.id}-five-safes",
        title="Five Safes",
        about=facts.project.title,
        lead=f"{shown} of {len(marks)} are shown in full: "
        + ", ".join(f"{mark.name.lower()} {WORDS[mark.state]}" for mark in marks)
        + ".",
        topics=topics(facts, *EVERYTHING),
        sections=(
            section(
                "The five",
                Marks(items=marks),
                judged(
                    "Whether the project is a good use of people's data, and would seem so to "
                    "them.",
                    "Whether each person named has been trained for what they see.",
                ),
            ),
        ),
    )


def safes(facts: Facts) -> tuple[Mark, ...]:
    """The five, in their usual order."""
    return tuple(_mark(name, tuple(show(facts))) for name, show in SHOWN.items())


def _mark(name: str, evidence: tuple[tuple[bool, str], ...]) -> Mark:
    held = sum(holds for holds, _ in evidence)
    state: State = "yes" if held == len(evidence) else "partly" if held else "no"
    words = [f"{'Yes' if holds else 'No'}: {text}" for holds, text in evidence]
    return Mark(name=name, state=state, why=tuple(words))


def _project(facts: Facts) -> Evidence:
    gate = facts.newest("gate")
    passed = gate is not None and not any(changes(gate.topics, topics(facts, *GATE)))
    if gate is not None and passed:
        yield True, f"the gate was passed by {gate.by} on {moment(gate.at)}."
    else:
        yield False, f"the gate is not passed: joinedup project gate --project {facts.project.id}."
    for name, one in facts.agreements.items():
        reasons = "; ".join(one.reasons) or one.stage
        words = "is in force" if one.in_force else f"is not in force: {reasons}"
        yield one.in_force, f"agreement {name} {words}."
    if triggers(facts):
        signed, standing = signature(facts, "dpia", topics(facts, *DPIA))
        yield bool(signed), f"impact assessment: {standing}"


def _people(facts: Facts) -> Evidence:
    roles = facts.house.roles
    named = f"{len(roles)} people hold a role by a lease that ends (policy.toml)."
    yield (
        bool(roles),
        named
        if roles
        else ("no policy names who may see what: whoever uses the office's account may act."),
    )
    for name, one in facts.agreements.items():
        training = one.agreement.security.training
        yield bool(training), training or f"write security.training in {one.file} ({name})."


def _settings(facts: Facts) -> Evidence:
    house = facts.house
    yield (
        house.private,
        (
            "only the office's account may enter the home."
            if house.private
            else "others on the machine may look into the home: chmod 700."
        ),
    )
    yield house.events > 0, f"the ledger holds {house.events:,} events: joinedup audit verify."
    if house.anchored:
        yield True, f"the end of the ledger was kept elsewhere on {moment(house.anchored)}."
    else:
        words = "nothing on record says that the end of the ledger is kept elsewhere"
        yield False, f"{words}: joinedup audit anchor."


def _data(facts: Facts) -> Evidence:
    whole = sum(len(facts.datasets[name].fields) for name in covered(facts))
    taken = sum(len(fields) for fields in covered(facts).values())
    yield taken < whole, f"{taken} of {whole} fields that the sources have are taken."
    about = personal(facts)
    if not about:
        yield True, "nothing about persons is taken."
        return
    for name, one in facts.agreements.items():
        tokens = one.agreement.identity == "tokens"
        needed = bool(one.agreement.necessity)
        words = "people come as keyed tokens." if tokens else "identifiers come as they are."
        why = one.agreement.necessity if needed else f"Nothing says why: necessity in {one.file}."
        yield tokens or needed, f"agreement {name}: {words}{'' if tokens else f' {why}'}"


def _outputs(facts: Facts) -> Evidence:
    least = facts.office.threshold
    yield True, f"no count under {least} leaves, nor one that gives another away (office.toml)."
    yield True, "nothing leaves that somebody other than its author has not approved."
    for one in facts.left:
        approved = f"{one.step} left on {moment(one.at)} under {one.rule}, approved by"
        yield one.approved_by > 0, f"{approved} {one.approved_by} other than its author."


SHOWN: dict[str, Callable[[Facts], Evidence]] = {
    "Safe projects": _project,
    "Safe people": _people,
    "Safe settings": _settings,
    "Safe data": _data,
    "Safe outputs": _outputs,
}
"""Safe to what shows it."""
