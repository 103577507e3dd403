"""A person objects: nothing of them is read for a purpose any more, whatever is delivered later.

What is kept to know them again is marks: keyed digests of their identifiers in each form in which a
table may hold them. Which rows of a version they are is worked out once, and kept.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from joinedup.core.digest import digest
from joinedup.core.errors import ProjectError
from joinedup.office.house import Office
from joinedup.office.subject import cases
from joinedup.office.subject.asked import Asked
from joinedup.office.subject.cases import Case
from joinedup.office.subject.find import ADMITTED, counts_of, dataset_of, find, rows_in
from joinedup.office.subject.looked import Looked, marks_of
from joinedup.office.subject.shown import listed

if TYPE_CHECKING:
    from joinedup.records.models import Suppression, TableVersion

KIND = "suppression"


@dataclass(frozen=True, slots=True)
class Objected:
    """What came of an objection.

    Attributes:
        again: `project/step` of lists made before that show them: to be made again.
    """

    case: Case
    purpose: str
    tables: dict[str, int]
    again: tuple[str, ...]


def object_to(office: Office, question: Asked, purpose: str, *, reason: str) -> Objected:
    """From now on no step of this purpose is given a row of theirs.

    Args:
        office: whose tables.
        question: who objects.
        purpose: to which; or the name of a project, for the purpose it states.
        reason: what was asked, and how.

    Raises:
        ProjectError: nobody is named, or no project or agreement states the purpose.
    """
    purpose = purpose_of(office, purpose)
    case = cases.opened(office, question, "objection", reason=reason)
    found = find(office, question)
    marks = marks_of(office, found.looked)
    _keep(office, case.subject, purpose, marks)
    for version in current_admitted(office):
        left_out(office, version, purpose)
    again = tuple(
        dict.fromkeys(
            f"{one.run.project}/{one.run.step}"
            for one in listed(office, found)
            if _purpose(office, one.run.project) == purpose
        )
    )
    tables = counts_of(found)
    case = cases.add(
        office, case, "objected", reason=reason, purpose=purpose, tables=tables, again=list(again)
    )
    return Objected(case, purpose, tables, again)


def lift(office: Office, question: Asked, purpose: str, *, reason: str) -> int:
    """End objections of a person to a purpose; gives how many there were.

    Raises:
        ProjectError: there is none, or no reason is given.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import Suppression  # noqa: PLC0415 - as above

    cases.require_reason(reason)
    purpose = purpose_of(office, purpose)
    subject = cases.subject_of(office, question)
    standing = [
        one
        for one in Suppression.objects.of(subject)
        if one.purpose == purpose and one.lifted is None
    ]
    if not standing:
        raise ProjectError(
            "this person has no objection to this purpose on record.",
            fix="see `joinedup subject cases`; name them as they were named when they objected.",
            where="subject",
        )
    with transaction():
        event = append(
            KIND,
            actor=office.who,
            subject=subject,
            facts={
                "purpose": purpose,
                "lifted": [one.event.seq for one in standing],
                "reason": reason,
            },
        )
        for one in standing:
            one.lifted = event
            one.save(update_fields=["lifted"])
    return len(standing)


def bar(office: Office, subject: str, looked: Looked) -> None:
    """After an erasure: rows of theirs that are delivered again are not taken."""
    _keep(office, subject, "", marks_of(office, looked))


def left_out(office: Office, version: "TableVersion", purpose: str) -> tuple[int, ...]:
    """The places of the rows of an admitted version that steps of a purpose are not given.

    Worked out when the version is written or when an objection comes, else at the first reading.
    """
    from joinedup.records.models import LeftOut, Suppression  # noqa: PLC0415 - as above

    dataset = dataset_of(office, version)
    standing = Suppression.objects.standing(purpose) if dataset is not None else []
    if not standing or dataset is None:
        return ()
    marks = Looked.together(one.marks for one in standing)
    state = digest([marks.as_json(), dataset])
    known = LeftOut.objects.known(version, state)
    if known is None:
        rows, _ = rows_in(office, version, dataset, marks)
        known = [int(place) for place in np.flatnonzero(rows)]
        LeftOut.objects.keep(version, state, known)
    return tuple(known)


def work_out(office: Office, version: "TableVersion") -> None:
    """After a delivery: work out which of its rows are left out, for every purpose."""
    for purpose in version.purposes:
        left_out(office, version, purpose)


def current_admitted(office: Office) -> "list[TableVersion]":
    """The newest version of every partner's table that still holds something."""
    return [
        version
        for version in office.lake.tables()
        if version.table.startswith(ADMITTED) and version.parts
    ]


def purpose_of(office: Office, name: str) -> str:
    """The purpose of this name, or that of the project of this name.

    Raises:
        ProjectError: no project or agreement states it.
    """
    if name in office.folder.projects:
        return office.folder.projects[name].project.purpose
    known = {one.purpose for one in office.folder.agreements.values()}
    known |= {one.project.purpose for one in office.folder.projects.values()}
    if name not in known:
        raise ProjectError(
            "no project or agreement states this purpose.",
            fix=f"the purposes are {', '.join(sorted(known))}.",
            where="--purpose",
        )
    return name


def _purpose(office: Office, project: str) -> str:
    one = office.folder.projects.get(project)
    return one.project.purpose if one else ""


def _keep(office: Office, subject: str, purpose: str, marks: Looked) -> "Suppression":
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import Suppression  # noqa: PLC0415 - as above

    told: dict[str, Any] = marks.as_json()
    with transaction():
        event = append(
            KIND,
            actor=office.who,
            subject=subject,
            facts={"purpose": purpose, "marks": digest(told)},
        )
        return Suppression.objects.create(
            subject=subject, purpose=purpose, marks=told, at=event.at, event=event
        )
