"""Pairs that a step of an office linked: who may look at them, and where decisions are kept.

Whoever looks needs the right to show every field that the step read, and an agreement in force for
each: the second gate is asked as it is when the step runs. Nothing is shown before its event is on
the disk. A decision is a sealed row of the records beside its event, for the step's next run.
"""

import json
from collections.abc import Mapping
from typing import Any

from joinedup.core.errors import ProjectError
from joinedup.core.policy import Action
from joinedup.office.branch import Made
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.permit import asked, granted
from joinedup.office.plan import StepNode, plan
from joinedup.office.results import key_name
from joinedup.office.review.queue import Queue, Row
from joinedup.office.through import Permitted, made_of, permit, uses
from joinedup.office.told import READ, before_answer, by_policy, of_reads

REVIEW = "review"
KIND = "link decision"
MAY: Action = "show"


class Decisions:
    """The decisions of a step, in the records."""

    def __init__(self, office: Office, project: str, step: str) -> None:
        self._office, self._project, self._step = office, project, step
        self._rows = decisions(office, project, step)

    def rows(self) -> list[Row]:
        """Every row, oldest first."""
        return self._rows

    def add(self, row: Row) -> None:
        """One more, with the event that tells of it, both or neither."""
        from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - Django, when needed
        from joinedup.records.home import transaction  # noqa: PLC0415 - as above
        from joinedup.records.ledger import append  # noqa: PLC0415 - as above
        from joinedup.records.models import LinkDecision  # noqa: PLC0415 - as above
        from joinedup.records.sealed import seal  # noqa: PLC0415 - as above

        office, about = self._office, f"{self._project}/{self._step}"
        text = json.dumps(dict(row), ensure_ascii=False)
        bound = (KIND, self._project, self._step)
        said = {
            "project": self._project,
            "step": self._step,
            "by": office.who,
            "said": seal(office.home, key_name(self._project), text, bound=bound),
        }
        facts = {"undone": row["same"] == "undone", TOLD: told(**said)}
        with transaction():
            event = append(KIND, actor=office.who, subject=about, facts=facts)
            LinkDecision.objects.decide(**said, event=event)
        self._rows.append(row)


def decisions(office: Office, project: str, step: str) -> list[Row]:
    """What was decided about the pairs of a step, oldest first.

    Raises:
        RecordsError: a row is not what its event says, or does not open.
    """
    from joinedup.records.borne_out import require_borne_out  # noqa: PLC0415 - as above
    from joinedup.records.models import LinkDecision  # noqa: PLC0415 - as above
    from joinedup.records.sealed import unseal  # noqa: PLC0415 - as above

    where, bound = f"{project}/{step}", (KIND, project, step)
    rows = LinkDecision.objects.of(project, step)
    require_borne_out(rows, KIND)
    name = key_name(project)
    return [
        json.loads(unseal(office.home, name, row.said, bound=bound, where=where)) for row in rows
    ]


def queue(office: Office, project: ProjectFolder, step: str) -> Queue:
    """The pairs of a step that wait for a person.

    Raises:
        PolicyDenied: the person may not see what the step read.
        AgreementError: no agreement in force lets it be read.
        ProjectError: there is no such step, it links nothing, or it was not run yet.
        AuditUnavailable: the event of the look cannot be written.
    """
    node, permitted = _permitted(office, project, step)
    name, where = project.project.id, f"{project.project.id}/{step}"
    table = permitted.made.stored(node.writes[REVIEW])
    version = office.lake.current(table)
    if version is None:
        raise ProjectError("it was not run yet.", fix=f"run `joinedup run {step}`.", where=where)
    reads = {table: ("table_l", "id_l", "table_r", "id_r", "says_l", "says_r", "because")}
    more: Mapping[str, Any] = by_policy(permitted.asked.told)
    told = of_reads(office, reads, step=step, purpose=project.project.purpose, review=True, **more)
    before_answer(office, READ, where, told)
    rows = office.lake.read(table, version.number).to_table().to_pylist()
    return Queue(rows, Decisions(office, name, step), who=office.who)


def takes_decisions(node: StepNode) -> bool:
    """Whether its method is given what people decided, and what it wrote the last time."""
    return {"decided", "before"} <= set(getattr(type(node.spec), "model_fields", {}))


def _permitted(office: Office, project: ProjectFolder, step: str) -> tuple[StepNode, Permitted]:
    """The step, and what whoever looks may see of it."""
    purpose, world = project.project.purpose, dict[str, Made]()
    for node in plan(office.folder, project):
        answer = asked(office, MAY, purpose=purpose, uses=uses(node.reads, world))
        if node.name == step:
            granted(office, MAY, f"{project.project.id}/{step}", answer)
            if not isinstance(node, StepNode) or not takes_decisions(node):
                break
            return node, permit(office, step, purpose, node.reads, world, answer=answer)
        if answer.permit is not None:
            made = made_of(office, node.reads, answer.permit.rows, world)
            world |= dict.fromkeys(node.writes.values(), made)
    raise ProjectError(
        "there is no step of this name that writes pairs to look at and obeys decisions.",
        fix="name a step of link.people or link.businesses.",
        where=step or project.project.id,
    )
