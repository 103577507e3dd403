"""Is what the documents are made from right? What the files say of themselves and of one another.

What is missing is no mistake here: documents name it. A mistake is what cannot be true.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from joinedup.core.agreement import Agreement
from joinedup.core.assessment import Dpia, Equality
from joinedup.core.errors import Problem
from joinedup.office.folder import MARK, Folder, ProjectFolder
from joinedup.office.lines import line_of

OFFICE = "office"
Found = Iterator[tuple[tuple[str, ...], str, str]]
"""Path of keys, what is wrong, and the way out."""


def assessed(folder: Folder) -> tuple[Problem, ...]:
    """A problem for each mistake, with its file and line."""
    found: list[Problem] = []
    if folder.card.large_scale < 1:
        what = "it is below 1."
        mistakes = [(("large_scale",), what, "give the number of people from which on it counts.")]
        found += _placed(folder, MARK, iter(mistakes))
    for name, agreement in folder.agreements.items():
        found += _placed(folder, f"agreements/{name}.toml", _agreement(agreement))
    for name, project in folder.projects.items():
        found += _of_project(folder, f"projects/{name}", project)
    return tuple(found)


def _placed(folder: Folder, place: str, mistakes: Found) -> Iterator[Problem]:
    text = (folder.root / place).read_text(encoding="utf-8")
    for path, what, fix in mistakes:
        line = line_of(text, path)
        key = ".".join(path)
        yield Problem(f"{place}:{line}" if line else place, f"{key}: {what}", fix)


def _of_project(folder: Folder, place: str, project: ProjectFolder) -> Iterator[Problem]:
    cost = project.project.cost_pounds
    if cost is not None and cost < 0:
        mistake = (("cost_pounds",), "it is below 0.", "give what it costs in a year.")
        yield from _placed(folder, f"{place}/project.toml", iter([mistake]))
    if project.dpia is not None:
        yield from _placed(folder, f"{place}/dpia.toml", _dpia(project.dpia))
    if project.equality is not None:
        yield from _placed(folder, f"{place}/equality.toml", _equality(project.equality))


def _agreement(agreement: Agreement) -> Found:
    parties = set(agreement.parties)
    yield from _strangers("roles", agreement.roles, parties, "party")
    yield from _strangers("joiners", agreement.joiners, parties, "party")
    yield from _strangers("deletion", agreement.deletion, parties | {OFFICE}, "party")
    yield from _strangers("access", agreement.access, set(agreement.covers), "dataset it covers")
    for party, on in agreement.joiners.items():
        if not agreement.period.holds(on):
            what = f"{party} joins on a day outside the agreement's period."
            yield ("joiners", party), what, "give a day between its first and its last."
    hours = agreement.breach.within_hours
    if hours is not None and hours < 1:
        yield ("breach", "within_hours"), "it is below 1.", "give a number of hours."


def _strangers(key: str, named: Mapping[str, Any], known: set[str], kind: str) -> Found:
    for name in named:
        if name not in known:
            fix = f"they are {', '.join(sorted(known))}."
            yield (key, name), f"'{name}' is no {kind}.", fix


def _dpia(dpia: Dpia) -> Found:
    if dpia.people is not None and dpia.people < 0:
        yield ("people",), "it is below 0.", "give about how many people it is about."
    if dpia.advice.accepted is False and not dpia.advice.rejection.strip():
        what = "the advice is not followed, and nothing says why."
        yield ("advice", "accepted"), what, "write advice.rejection."
    for number, risk in enumerate(dpia.risks, 1):
        if (risk.residual_likelihood is None) != (risk.residual_severity is None):
            what = f"risk {number} says only half of what is left after the measures."
            yield ("risks",), what, "give residual_likelihood and residual_severity."
    for question, answer in dpia.answers.items():
        if not answer.why.strip():
            what = "the answer has no reason."
            yield ("answers", question), what, "write why: the reader will ask."


def _equality(equality: Equality) -> Found:
    on, again = equality.assessed_on, equality.review
    if on is not None and again is not None and again <= on:
        yield ("review",), "it is not after the day of the assessment.", "give a later day."
