"""Everything that is known of a project, gathered for its documents and its gate.

Reads the folder and the records; decides nothing. What is decided of it is `govern`'s.
"""

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from joinedup.core import clock
from joinedup.core.digest import file_digest
from joinedup.core.errors import ProjectError
from joinedup.core.project import Project, Statements
from joinedup.govern.documents.facts import (
    AgreementFacts,
    Delivered,
    Facts,
    House,
    Left,
    Signed,
    SignedOff,
    StepFacts,
)
from joinedup.office.folder import MARK, Folder, ProjectFolder
from joinedup.office.house import Office, standings, state_of
from joinedup.office.plan import StepNode, plan
from joinedup.office.policy import FILE as POLICY
from joinedup.office.policy import declared
from joinedup.result import json as result_json
from joinedup.result.blocks import Estimate
from joinedup.result.words import doubt, name_of, size_of

if TYPE_CHECKING:
    from joinedup.records.models import ReleaseRow

FAIRNESS = ".fairness"
ANCHORS = "anchor"
PUBLIC = "public"


def facts_of(office: Office, project: ProjectFolder) -> Facts:
    """What is known of one project, today."""
    folder, said = office.folder, project.project
    agreements = {name: agreement_facts(office, name) for name in said.agreements}
    covered = {name for one in agreements.values() for name in one.agreement.covers}
    bodies = {
        *(name for one in agreements.values() for name in one.agreement.parties),
        *(name for one in agreements.values() for name in one.agreement.recipients),
        *(folder.datasets[name].partner for name in covered),
    }
    return Facts(
        office=folder.card,
        project=said,
        partners={name: one for name, one in folder.partners.items() if name in bodies},
        datasets={name: one for name, one in folder.datasets.items() if name in covered},
        agreements=agreements,
        house=_house(office),
        today=clock.today(),
        dpia=project.dpia,
        equality=project.equality,
        transparency=project.transparency,
        steps=tuple(_steps(folder, project)),
        definitions={
            name: f"{one.what} Grain: {one.grain}" for name, one in project.definitions.items()
        },
        deliveries=dict(_deliveries(covered)),
        signed_off=tuple(_signed_off(said.id)),
        left=tuple(_left(office, project)),
        fairness=tuple(_fairness(said.id)),
        files=dict(_files(folder, said, bodies, covered)),
    )


def facts_of_agreement(office: Office, name: str) -> Facts:
    """What is known of one agreement, whether a project rests on it or not."""
    known = office.folder.agreements
    if name not in known:
        raise ProjectError(
            "there is no such agreement.",
            fix=f"the agreements are: {', '.join(sorted(known)) or 'none yet'}.",
            where=name,
        )
    agreement = known[name]
    alone = Project(
        id=name,
        title=agreement.title,
        purpose=agreement.purpose,
        agreements=(name,),
        statements=Statements(problem="", action="", product="", data=""),
        outcome="",
        baseline="",
        capacity=0,
        capacity_unit="",
        decision_owner="",
    )
    facts = facts_of(office, ProjectFolder(alone, {}, {}))
    files = {place: mark for place, mark in facts.files.items() if not place.startswith("projects")}
    return replace(facts, files=files)


def agreement_facts(office: Office, name: str) -> AgreementFacts:
    """How an agreement stands today, and who signed which text of it."""
    from joinedup.records.models import Signature  # noqa: PLC0415 - Django, only when needed

    standing = standings(office)[name]
    rows = Signature.objects.filter(agreement=name).order_by("id")
    return AgreementFacts(
        agreement=office.folder.agreements[name],
        digest=office.folder.digests[name],
        stage=state_of(office, name),
        in_force=standing.in_force,
        reasons=standing.reasons,
        signatures=tuple(
            Signed(party=row.party, signatory=row.signatory, at=row.at, digest=row.digest)
            for row in rows
        ),
    )


def _steps(folder: Folder, project: ProjectFolder) -> Iterator[StepFacts]:
    for node in plan(folder, project):
        if isinstance(node, StepNode):
            card = node.method
            yield StepFacts(
                id=node.name,
                title=node.step.title,
                method=card.name,
                version=card.version,
                summary=card.summary,
                reference=card.reference,
                trust=card.trust,
                assumptions=card.assumptions,
                settings=node.spec.model_dump(mode="json"),
                reads=dict(node.reads),
                gives=dict(card.gives),
            )


def _deliveries(covered: set[str]) -> Iterator[tuple[str, Delivered]]:
    from joinedup.records.models import Delivery  # noqa: PLC0415 - as above

    for name in sorted(covered):
        row = Delivery.objects.latest(name)
        if row is not None:
            rejected = sum(int(one.get("count", 0)) for one in row.rejected)
            yield name, Delivered(at=row.at, rows=row.rows, rejected=rejected)


def _signed_off(project: str) -> Iterator[SignedOff]:
    from joinedup.records.models import SignOff  # noqa: PLC0415 - as above

    for row in SignOff.objects.of(project):
        yield SignedOff(
            what=row.what,
            digest=row.digest,
            topics=row.topics,
            by=row.by,
            at=row.at,
            reason=row.reason,
        )


def _left(office: Office, project: ProjectFolder) -> Iterator[Left]:
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    for row in ReleaseRow.objects.history():
        if row.run.project == project.project.id:
            recipient = json.loads(row.event.facts)["recipient"]
            yield Left(
                step=row.run.step,
                at=row.at,
                rule=row.rule,
                hidden=row.hidden,
                recipient="" if recipient == PUBLIC else recipient,
                approved_by=_approvers(row),
                said=_estimates(office, row.path),
            )


def _approvers(row: "ReleaseRow") -> int:
    """How many people approved what left."""
    from joinedup.records.models import ReviewRow  # noqa: PLC0415 - as above

    said = ReviewRow.objects.of(row.digest)
    return len({one.person for one in said if one.verdict == "approve"})


def _estimates(office: Office, folder: str) -> tuple[str, ...]:
    """What a release says, as it left: its headline and numbers; nothing if its file is gone."""
    path = office.home / "outbox" / folder / "report.json"
    if not path.is_file():
        return ()
    left = json.loads(path.read_text(encoding="utf-8"))
    numbers = [Estimate(**one) for one in left["estimates"] if one["value"] is not None]
    said = (f"{name_of(one)}: {size_of(one)} ({doubt(one)})" for one in numbers)
    return (left["headline"], *said)


def _fairness(project: str) -> Iterator[str]:
    """What a method that measures by group has said of this project."""
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    rows = Run.objects.filter(project=project, method__endswith=FAIRNESS).order_by("step")
    for step in dict.fromkeys(rows.values_list("step", flat=True)):
        row = Run.objects.latest(project, step)
        if row is not None:
            yield f"{step}, {row.at[:10]}: {result_json.load_result(row.result).headline}"


def _house(office: Office) -> House:
    from joinedup import __version__  # noqa: PLC0415 - the package's face
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - as above

    mode = stat.S_IMODE(office.home.stat().st_mode)
    anchor = LedgerEvent.objects.filter(kind__startswith=ANCHORS).order_by("-seq").first()
    return House(
        software=f"joinedup {__version__}",
        roles=dict(_roles(office.folder)),
        events=LedgerEvent.objects.count(),
        private=not mode & (stat.S_IRWXG | stat.S_IRWXO),
        anchored=anchor.at if anchor else "",
    )


def _roles(folder: Folder) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Person to the roles that a lease of the policy gives them now."""
    if not (folder.root / POLICY).is_file():
        return
    now = clock.now()
    held: dict[str, list[str]] = {}
    for lease in declared(folder).leases.values():
        if lease.starts <= now < lease.ends:
            held.setdefault(lease.person, []).append(lease.role)
    yield from ((person, tuple(sorted(roles))) for person, roles in sorted(held.items()))


def _files(
    folder: Folder, said: Project, bodies: set[str], covered: set[str]
) -> Iterator[tuple[str, str]]:
    """Every file these facts are declared in, with its digest."""
    project = folder.root / "projects" / said.id
    wanted = [
        folder.root / MARK,
        *(folder.root / "partners" / f"{name}.toml" for name in bodies),
        *(folder.root / "datasets" / f"{name}.toml" for name in covered),
        *(folder.root / "agreements" / f"{name}.toml" for name in said.agreements),
        *sorted(project.glob("*.toml")),
        *sorted(project.glob("steps/*.toml")),
    ]
    for path in wanted:
        if path.is_file():
            yield path.relative_to(folder.root).as_posix(), file_digest(path)
