"""May this project go on: through its gate, live, to a release? And how does it stand?

Pure: facts in, problems out; none means yes. A project whose facts raise a trigger for an impact
assessment releases nothing before it is live; one about no persons needs its gate and agreements.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

from joinedup.core.assessment import Dpia
from joinedup.core.errors import Problem
from joinedup.govern.documents.facts import AgreementFacts, Facts
from joinedup.govern.documents.impact import KIND as IMPACT
from joinedup.govern.documents.impact import impact_assessment, residual_high
from joinedup.govern.documents.phase import PHASES, Phase, gate_passed, phase
from joinedup.govern.documents.safes import safes
from joinedup.govern.documents.topics import DPIA, topics
from joinedup.govern.documents.triggers import triggers
from joinedup.govern.documents.writing import changes, listed
from joinedup.result.document import Mark

__all__ = [
    "COLOURS",
    "PHASES",
    "Colour",
    "Due",
    "Phase",
    "Standing",
    "authors",
    "before_live",
    "blocks",
    "missing_for_gate",
    "retired",
    "standing",
    "unsignable",
]

Colour = Literal["red", "amber", "green", "grey"]
COLOURS: tuple[Colour, ...] = get_args(Colour)
SOON = timedelta(days=30)
STOPPED = frozenset({"suspended", "ended", "data destroyed"})
GATE: Mapping[str, str] = {
    "statements.problem": "the problem: what exactly is wrong, for whom",
    "statements.action": "the action: who would do what differently",
    "statements.product": "the data product: the list, map or alert that would let them",
    "statements.data": "the data: the sources that would build it",
    "outcome": "the outcome measure: by what the project is judged",
    "baseline": "the baseline: what is done today",
    "capacity": "the capacity: how many cases can be worked",
    "capacity_unit": "what the capacity counts, such as visits a week",
    "decision_owner": "the decision owner: the role that decides",
}
"""Key of project.toml to what the gate asks for there."""


def missing_for_gate(
    content: Mapping[str, Any], *, where: str, placeholders: Collection[str] = ()
) -> tuple[Problem, ...]:
    """What a project file lacks to pass the gate; every item at once.

    Args:
        content: of project.toml, as it is read.
        where: the file, for the messages.
        placeholders: texts that only ask for something to be written.
    """
    return tuple(
        Problem(where, f"{key} is missing: {words}.", f"write {key} in {where}.")
        for key, words in GATE.items()
        if not _filled(_at(content, key), placeholders)
    )


def _at(content: Mapping[str, Any], key: str) -> Any:
    value: Any = content
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _filled(value: Any, placeholders: Collection[str]) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return value > 0
    return isinstance(value, str) and bool(value.strip()) and value not in placeholders


def before_live(facts: Facts, *, by: str) -> tuple[Problem, ...]:
    """What stands against going live today, signed by this person."""
    return (
        *_retired(facts),
        *_gate(facts),
        *_agreements(facts),
        *_impact(facts),
        *_equality(facts),
        *_second_person(facts, by=by),
    )


def blocks(facts: Facts) -> tuple[Problem, ...]:
    """What stands against a release of this project today."""
    found = [*_retired(facts), *_gate(facts)]
    if triggers(facts):
        found += _impact(facts)
        if phase(facts) not in {"live", "retired"}:
            found.append(
                Problem(
                    f"project {facts.project.id}",
                    "its facts call for an impact assessment, and it is not live.",
                    f"see what is wanting: joinedup project live --project {facts.project.id}.",
                )
            )
    return tuple(found)


def retired(facts: Facts) -> tuple[Problem, ...]:
    """What stands against running a step of this project: that it is retired."""
    return tuple(_retired(facts))


def _retired(facts: Facts) -> Iterator[Problem]:
    end = facts.newest("retired")
    if end is not None:
        yield Problem(
            f"project {facts.project.id}",
            f"it was retired by {end.by} on {end.at[:10]}; nothing of it runs or leaves any more.",
            "start a new project in a folder of its own.",
        )


def _gate(facts: Facts) -> Iterator[Problem]:
    if not gate_passed(facts):
        again = (
            "is not passed on what the file says now" if facts.newest("gate") else "is not passed"
        )
        yield Problem(
            f"project {facts.project.id}",
            f"its gate {again}.",
            f"run `joinedup project gate --project {facts.project.id}`.",
        )


def _agreements(facts: Facts) -> Iterator[Problem]:
    if not facts.agreements:
        yield Problem(facts.file, "it names no agreement.", "name those it rests on.")
    for name, one in facts.agreements.items():
        if not one.in_force:
            reasons = "; ".join(one.reasons) or one.stage
            yield Problem(
                f"agreement {name}",
                f"it is not in force: {reasons}.",
                f"see `joinedup agree show {name}`.",
            )
        if one.agreement.purpose != facts.project.purpose:
            yield Problem(
                one.file,
                "its purpose is not the project's.",
                "share for the project's purpose, or name the agreement that does.",
            )
        for party in _powerless(one):
            yield Problem(
                one.file,
                f"no power is named for {party}.",
                "add its [[powers]] with a citation: joinedup agree powers WORDS.",
            )


def _powerless(one: AgreementFacts) -> Iterator[str]:
    named = {power.party for power in one.agreement.powers if power.citation.strip()}
    yield from (party for party in one.agreement.parties if party not in named)


def _impact(facts: Facts) -> Iterator[Problem]:
    found = triggers(facts)
    if not found:
        return
    file = facts.beside("dpia.toml")
    names = listed(one.name.lower() for one in found)
    if facts.dpia is None:
        what = f"there is no impact assessment, and the facts call for one: {names}."
        yield Problem(file, what, "write it; `joinedup documents make dpia` names each part.")
        return
    yield from _unexplained(facts.dpia, file)
    for risk in residual_high(facts.dpia):
        number = facts.dpia.risks.index(risk) + 1
        yield Problem(
            f"{file}, risks[{number}]",
            "the risk stays high after the measures.",
            "do more about it, or put it before the regulator first (UK GDPR, article 36).",
        )
    signed = facts.newest(IMPACT)
    command = f"joinedup documents sign dpia --project {facts.project.id}"
    wanted = f"have somebody other than its author sign it: {command}."
    if signed is None:
        yield Problem(file, "the impact assessment is not signed.", wanted)
    elif changed := tuple(changes(signed.topics, topics(facts, *DPIA))):
        what = (
            f"the impact assessment is open again: {listed(changed)} changed since it was signed."
        )
        yield Problem(file, what, f"look at it again, then {wanted}")


def unsignable(facts: Facts) -> tuple[Problem, ...]:
    """What an impact assessment lacks to be signed at all: every fact it would name as missing."""
    file = facts.beside("dpia.toml")
    if facts.dpia is None:
        return (Problem(file, "there is no such file.", "write it."),)
    return tuple(
        Problem(one.file, f"{one.label} is missing.", f"write {one.key} in {one.file}.")
        for one in impact_assessment(facts).missing
    )


def _unexplained(dpia: Dpia, file: str) -> Iterator[Problem]:
    """What an assessment may not be without: risks, advice, a review, reasons."""
    advice = dpia.advice
    wanted = {
        "risks": bool(dpia.risks),
        "review": dpia.review is not None,
        "advice.text": bool(advice.text.strip()),
        "advice.accepted": advice.accepted is not None,
        "advice.rejection": advice.accepted is not False or bool(advice.rejection.strip()),
    }
    for key, there in wanted.items():
        if not there:
            yield Problem(file, f"{key} is missing.", f"write {key} in {file}.")


def _equality(facts: Facts) -> Iterator[Problem]:
    file = facts.beside("equality.toml")
    told = facts.equality
    if told is None or told.assessed_on is None:
        what = "there is no dated equality assessment." if told is None else "it has no date."
        yield Problem(file, what, "write it, with assessed_on, before the decision is made.")
    elif told.assessed_on >= facts.today:
        yield Problem(
            file,
            f"it is dated {told.assessed_on.isoformat()}: not earlier than the day of going live.",
            "assess first, decide afterwards; a date in the file must be the day it was done.",
        )


def authors(facts: Facts) -> tuple[str, ...]:
    """Who made what is signed off: of the project, of its assessments, and who passed its gate."""
    gate = facts.newest("gate")
    named = (
        facts.project.author,
        facts.dpia.author if facts.dpia else "",
        facts.equality.author if facts.equality else "",
        gate.by if gate else "",
    )
    return tuple(dict.fromkeys(name for name in named if name.strip()))


def _second_person(facts: Facts, *, by: str) -> Iterator[Problem]:
    from joinedup.records.names import same_person  # noqa: PLC0415 - a rule about names

    if not same_person(by):
        yield Problem("sign-off", "nobody is named.", "say who signs with --as.")
    elif same_person(by) in {same_person(name) for name in authors(facts)}:
        yield Problem(
            "sign-off",
            "who wrote the project or an assessment, or passed the gate, cannot sign it off.",
            "ask somebody else to sign with --as.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that is looked at again by a day."""

    what: str
    on: date
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a project stands, on one line of a portfolio.

    Attributes:
        blockers: what stands against its next step.
        due: reviews due within 30 days, or overdue.
    """

    project: str
    title: str
    phase: Phase
    colour: Colour
    blockers: tuple[Problem, ...]
    due: tuple[Due, ...]
    safes: tuple[Mark, ...]
    cost_pounds: int | None


def standing(facts: Facts) -> Standing:
    """How one project stands today."""
    now = phase(facts)
    against = _blockers(facts, now)
    due = tuple(_due(facts))
    return Standing(
        project=facts.project.id,
        title=facts.project.title,
        phase=now,
        colour=_colour(facts, now, against, due),
        blockers=against,
        due=due,
        safes=safes(facts),
        cost_pounds=facts.project.cost_pounds,
    )


def _blockers(facts: Facts, now: Phase) -> tuple[Problem, ...]:
    """What stands against the next step: the gate, going live, or going on."""
    if now == "retired":
        return ()
    if now == "live":
        return (*_gate(facts), *_agreements(facts), *_impact(facts))
    return (*_gate(facts), *_agreements(facts), *_impact(facts), *_equality(facts))


def _colour(facts: Facts, now: Phase, against: tuple[Problem, ...], due: tuple[Due, ...]) -> Colour:
    if now == "retired":
        return "grey"
    stopped = any(one.stage in STOPPED for one in facts.agreements.values())
    high = bool(facts.dpia and residual_high(facts.dpia))
    if stopped or high or (now == "live" and against):
        return "red"
    return "amber" if against or due or now != "live" else "green"


def _due(facts: Facts) -> Iterator[Due]:
    dates = {f"agreement {name}": one.agreement.review for name, one in facts.agreements.items()}
    if facts.dpia and facts.dpia.review:
        dates["impact assessment"] = facts.dpia.review
    if facts.equality and facts.equality.review:
        dates["equality assessment"] = facts.equality.review
    for what, on in dates.items():
        if on <= facts.today + SOON:
            yield Due(what=what, on=on, overdue=on < facts.today)
