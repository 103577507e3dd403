"""What may this person see of a result: the whole of it, or only that services are involved?

A column of a result is as sensitive as the most sensitive field that its step, and those before
it, read. So whoever may see every one of those fields sees the result; whoever may see some of
them sees which services are involved, and what tells of groups alone, as it could be released.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from joinedup.core.errors import ProjectError, ReleaseError
from joinedup.core.policy import Action
from joinedup.govern.disclosure.declared import unchecked
from joinedup.govern.release import hidden_blocks
from joinedup.office import branch
from joinedup.office.branch import Fields, Made
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.leaving.candidate import MOST_ROUNDS
from joinedup.office.leaving.population import population, reads_of, without_near
from joinedup.office.leaving.rules import profile_of
from joinedup.office.permit import Answer, Permit, asked, granted, note, refused
from joinedup.office.plan import plan
from joinedup.office.report import REPORT, scope_of, steps_of
from joinedup.office.results import result_of_run
from joinedup.office.through import made_of, uses
from joinedup.office.told import READ, SHOW, before_answer
from joinedup.result.blocks import Block, Caution, Column, Table
from joinedup.result.model import Result

if TYPE_CHECKING:
    from joinedup.records.models import Run

MAY_SHOW: Action = "show"
WITHHELD = "withheld"
"""Kind of event: somebody looked, and was shown less than there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A result as one person may see it.

    Attributes:
        whole: whether nothing was held back.
        told: what the event of showing it says; empty where no policy is in force.
    """

    result: Result
    whole: bool
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """What the policy says of one step, for whoever looks."""

    answer: Answer
    made: Made


def seen(office: Office, project: ProjectFolder, step: str) -> Seen | None:
    """The latest result of a step, or the report, as the acting person may see it.

    None where no policy was ever approved: then there is nothing to ask.

    Raises:
        PolicyDenied: the person may see nothing of it.
        ProjectError: there is no such result yet.
    """
    where = f"{project.project.id}/{step}"
    answer = asked(office, MAY_SHOW, purpose=project.project.purpose)
    permit = granted(office, MAY_SHOW, where, answer)
    if not permit.told:
        return None
    nodes = _nodes(office, project)
    wanted = [nodes[one] for one in _steps(project, step) if one in nodes]
    stopped = next((one.answer for one in wanted if one.answer.permit is None), None)
    if stopped is None:
        row = _row(project, step, {name: one.made.scope for name, one in nodes.items()})
        stopped = _more_than(office, project, row, wanted)
        if stopped is None:
            told = _told(permit, [o.answer.permit.told for o in wanted if o.answer.permit])
            before_answer(office, SHOW, where, _said(row, told, whole=True))
            return Seen(result=result_of_run(office, row), whole=True, told=told)
    if stopped.limited:
        raise refused(office, MAY_SHOW, where, stopped)
    row = _row(project, step, {})
    codes = sorted({reason.code for reason in stopped.reasons})
    note(office, WITHHELD, where, {"codes": codes, "policy": dict(stopped.told)})
    before_answer(office, SHOW, where, _said(row, permit.told, whole=False))
    result = result_of_run(office, row)
    before_answer(office, READ, where, reads_of(office, result, step=step))
    found = involved(office, project, result, _fields(row, wanted))
    return Seen(result=found, whole=False, told=permit.told)


def involved(office: Office, project: ProjectFolder, result: Result, fields: Fields) -> Result:
    """A result for somebody who may not see what it was made from: whose data, and groups alone."""
    datasets = office.folder.datasets
    partners = office.folder.partners
    rows = tuple(
        (partners[datasets[name].partner].name, datasets[name].title)
        for name in sorted(fields)
        if name in datasets
    )
    services = Table(
        title="Services whose data it was made from",
        columns=(Column(name="service", kind="text"), Column(name="dataset", kind="text")),
        rows=rows,
        about="method",
    )
    groups = [block for block in result.blocks if _of_groups(block)]
    names = "; ".join(sorted({row[0] for row in rows})) or "no service that is still declared"
    return Result(
        method=result.method,
        headline=f"Made from data of: {names}. Its details are not for this role.",
        blocks=(
            services,
            *_as_released(office, project, result, groups),
            *_held_back(result, groups),
        ),
        provenance=result.provenance,
    )


def _as_released(
    office: Office, project: ProjectFolder, result: Result, groups: list[Block]
) -> tuple[Block, ...]:
    """Tables of groups with what tells of few hidden; none if they cannot be checked together.

    By the rules of the way out: a count of which nothing says whom it counts cannot be checked.
    """
    bare = [replace(block, note="") for block in groups if isinstance(block, Table)]
    try:
        profile = profile_of(office, project, result)
        people = population(office, replace(result, blocks=tuple(bare)))
        for _ in range(MOST_ROUNDS):
            blocks, _hiding = hidden_blocks(bare, profile, people.counted)
            told = replace(result, blocks=blocks)
            fewer = without_near(people, told, k=profile.differ_by)
            if fewer is None:
                return tuple(replace(one, behind="") for one in blocks if isinstance(one, Table))
            people = fewer
    except ReleaseError:
        pass
    return ()


def _held_back(result: Result, groups: list[Block]) -> Iterator[Caution]:
    count = sum(1 for block in result.blocks if block not in groups)
    yield Caution(
        text=f"{count} parts of this result are held back: they need the right to fields of a "
        "higher level. That somebody looked is on record."
    )


def _of_groups(block: Block) -> bool:
    """Whether a block tells of several people at once, and can be checked before it is shown.

    Charts and maps say what they show in words, which no rule checks.
    """
    return isinstance(block, Table) and block.about != "records" and not list(unchecked(block))


def _nodes(office: Office, project: ProjectFolder) -> dict[str, _Node]:
    """Each step of the plan, with what the policy says of it for whoever looks."""
    found: dict[str, _Node] = {}
    world: dict[str, Made] = {}
    for node in plan(office.folder, project):
        needs = uses(node.reads, world)
        answer = asked(office, MAY_SHOW, purpose=project.project.purpose, uses=needs)
        rows = answer.permit.rows if answer.permit else {}
        made = made_of(office, node.reads, rows, world)
        found[node.name] = _Node(answer=answer, made=made)
        if answer.permit is not None:
            world |= dict.fromkeys(node.writes.values(), made)
    return found


def _steps(project: ProjectFolder, step: str) -> tuple[str, ...]:
    return steps_of(project) if step == REPORT else (step,)


def _row(project: ProjectFolder, step: str, scopes: Mapping[str, str]) -> "Run":
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    scope = scope_of(project, scopes) if step == REPORT else scopes.get(step, "")
    row = Run.objects.latest(project.project.id, step, scope=scope)
    if row is None:
        raise ProjectError("there is no result yet.", fix="run `joinedup run`.", where=step)
    return row


def _more_than(
    office: Office, project: ProjectFolder, row: "Run", wanted: list[_Node]
) -> Answer | None:
    """What stands against seeing it, if it was made from more than the steps read today."""
    known = branch.joined(*(one.made.fields for one in wanted))
    more = {
        name: tuple(sorted(beyond))
        for name, fields in row.made_from.items()
        if (beyond := set(fields) - known.get(name, frozenset()))
    }
    if not more:
        return None
    answer = asked(office, MAY_SHOW, purpose=project.project.purpose, uses=more)
    return answer if answer.permit is None else None


def _fields(row: "Run", wanted: list[_Node]) -> Fields:
    """What a result was made from, as its run tells; of an older run, what its steps read today."""
    told = {name: frozenset(fields) for name, fields in row.made_from.items()}
    return told or branch.joined(*(one.made.fields for one in wanted))


def _said(row: "Run", told: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """What the event says of it: which result, the whole of it or less, and what lets them."""
    return {"identity": row.identity, "whole": whole, "policy": dict(told)}


def _told(permit: Permit, told: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What the event of showing it says: the grants of all its steps together."""
    grants = sorted({name for one in told for name in one.get("grants", ())})
    return {**permit.told, "grants": grants}
