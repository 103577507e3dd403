"""A project through its gate, live, and to its end; and how the whole portfolio stands."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from joinedup.core.digest import digest
from joinedup.core.errors import Problem, ProjectError
from joinedup.govern import readiness
from joinedup.govern.documents.topics import GATE, LIVE, topics
from joinedup.office.begin import FILES
from joinedup.office.folder import Folder, ProjectFolder
from joinedup.office.house import Office
from joinedup.office.permit import require
from joinedup.office.plan import plan
from joinedup.office.project_facts import facts_of
from joinedup.office.sign_offs import sign_off


@dataclass(frozen=True, slots=True)
class Passed:
    """Who signed what of a project, and when."""

    project: str
    what: str
    by: str
    at: str
    digest: str


def missing_in(content: Mapping[str, Any], *, where: str) -> tuple[Problem, ...]:
    """What a project's file lacks to pass the gate, item by item."""
    return readiness.missing_for_gate(content, where=where, placeholders=placeholders())


def placeholders() -> frozenset[str]:
    """The texts of a new folder's project that only ask for something to be written."""
    content = tomllib.loads(FILES["projects/first/project.toml"].format(id="", name=""))
    return frozenset(_asking(content))


def _asking(content: Mapping[str, Any]) -> list[str]:
    found = []
    for value in content.values():
        if isinstance(value, Mapping):
            found += _asking(value)
        elif isinstance(value, str) and value.startswith("Say "):
            found.append(value)
    return found


def gate(office: Office, project: ProjectFolder, *, reason: str = "") -> Passed:
    """Pass the gate, if nothing is missing; passing it again on the same facts changes nothing.

    Raises:
        ProjectError: each missing item; or the project is retired.
    """
    name = project.project.id
    require(office, "live", about=f"gate of {name}")
    where = f"projects/{name}/project.toml"
    _require(missing_in(asdict(project.project), where=where))
    facts = facts_of(office, project)
    _require(readiness.retired(facts))
    signed = topics(facts, *GATE)
    newest = facts.newest("gate")
    if newest is None or newest.digest != digest(signed):
        why = reason or "the four statements, outcome, baseline, capacity and decision owner stand"
        sign_off(office, name, "gate", topics=signed, digest=digest(signed), reason=why)
    return _passed(office, project, "gate")


def live(office: Office, project: ProjectFolder, *, reason: str) -> Passed:
    """Go live, signed by somebody who made nothing of what is signed.

    Raises:
        ProjectError: everything that stands against it, at once.
    """
    require(office, "live", about=project.project.id)
    facts = facts_of(office, project)
    _require(readiness.before_live(facts, by=office.who))
    signed = topics(facts, *LIVE)
    sign_off(
        office,
        project.project.id,
        "live",
        topics=signed,
        digest=digest(signed),
        authors=readiness.authors(facts),
        reason=reason,
    )
    return _passed(office, project, "live")


def retire(office: Office, project: ProjectFolder, *, lessons: str) -> Passed:
    """End a project for good: nothing of it runs or leaves any more, and its record says so.

    What it leaves behind is `left_behind`; deleting that is the keeper of retention's work.

    Raises:
        ProjectError: no lessons are written, or it is retired already.
    """
    if not lessons.strip():
        raise ProjectError(
            "a project is not retired without what was learnt from it.",
            fix="say what worked, what did not, and what you would do differently: --lessons '…'.",
            where=f"project {project.project.id}",
        )
    require(office, "live", about=f"end of {project.project.id}")
    facts = facts_of(office, project)
    _require(readiness.retired(facts))
    signed = topics(facts, *LIVE)
    sign_off(
        office,
        project.project.id,
        "retired",
        topics=signed,
        digest=digest(signed),
        reason=lessons,
    )
    return _passed(office, project, "retired")


def left_behind(folder: Folder, project: ProjectFolder) -> tuple[str, ...]:
    """The tables only this project has use for: those it writes, and data no other may read."""
    own = {table for node in plan(folder, project) for table in node.writes.values()}
    others = {
        f"admitted.{dataset}"
        for name, one in folder.projects.items()
        if name != project.project.id
        for agreement in one.project.agreements
        for dataset in folder.agreements[agreement].covers
    }
    mine = {
        f"admitted.{dataset}"
        for agreement in project.project.agreements
        for dataset in folder.agreements[agreement].covers
    }
    return tuple(sorted(own | (mine - others)))


def blocked(office: Office, project: ProjectFolder) -> tuple[Problem, ...]:
    """What stands against a release of this project; the release gate asks it."""
    return readiness.blocks(facts_of(office, project))


def require_not_retired(project: ProjectFolder) -> None:
    """Refuse to run a step of a project that has ended.

    Raises:
        ProjectError: it is retired.
    """
    from joinedup.records.models import SignOff  # noqa: PLC0415 - Django, only when needed

    name = project.project.id
    end = SignOff.objects.filter(project=name, what="retired").order_by("-id").first()
    if end is not None:
        raise ProjectError(
            f"it was retired by {end.by} on {end.at[:10]}; nothing of it runs or leaves any more.",
            fix="start a new project in a folder of its own.",
            where=f"project {name}",
        )


def portfolio(office: Office) -> tuple[readiness.Standing, ...]:
    """How every project stands today."""
    return tuple(
        readiness.standing(facts_of(office, project)) for project in office.folder.projects.values()
    )


def _require(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise ProjectError.of(problems)


def _passed(office: Office, project: ProjectFolder, what: str) -> Passed:
    newest = facts_of(office, project).newest(what)
    if newest is None:
        message = f"{what} was signed and is not on record"
        raise RuntimeError(message)
    return Passed(project.project.id, what, newest.by, newest.at, newest.digest)
