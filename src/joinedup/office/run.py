"""Run what has changed: definitions and steps in order, each through the second gate.

The same step with the same settings on the same inputs is not run twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from joinedup.core import clock
from joinedup.core.digest import digest
from joinedup.core.errors import JoinedupError, Problem, ProjectError
from joinedup.core.method import Provenance
from joinedup.office import behind
from joinedup.office.branch import MADE_FROM, Made, World, as_lists
from joinedup.office.defined import DEFINE, define
from joinedup.office.doubted import doubted
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office, refreshed
from joinedup.office.permit import Answer, stopped
from joinedup.office.plan import Node, StepNode, plan
from joinedup.office.project_gate import require_not_retired
from joinedup.office.reads import Reading, granted, known, only_granted, readings
from joinedup.office.remembered import changed_since, remembered, with_last
from joinedup.office.results import result_of_run, sealed_result
from joinedup.office.through import Permitted, ask, permit, still
from joinedup.office.told import READ, SHOW, before_answer, by_policy, of_reads
from joinedup.office.watchful import watched
from joinedup.result.model import Output, Result
from joinedup.store.access import Access, open_access
from joinedup.store.bench import identity, provenance, table_digest
from joinedup.store.engine import Granted

PASSED = "passed over: {} changed since somebody else ran it, who should run it again."


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one node: `ran`, or `unchanged` since the same identity ran before.

    Attributes:
        scope: one word for the rows it was run on; empty if they are all.
        late: tables that it reads which changed since somebody else ran it; then it is passed over.
    """

    name: str
    ran: bool
    headline: str
    tables: Mapping[str, str]
    scope: str = ""
    late: tuple[str, ...] = ()


def run(
    office: Office,
    project: ProjectFolder,
    only: Sequence[str] = (),
    tell: Callable[[str, int, int], None] = lambda _name, _done, _all: None,
) -> Iterator[Ran]:
    """Run the project's nodes whose inputs or settings have changed, one by one.

    Args:
        office: whose data, and who asks.
        project: the definitions and steps.
        only: steps to run, with what they need; all if empty.
        tell: called before each node with its name, how many are done and how many there are.

    Raises:
        ProjectError: the project is retired.
        AgreementError: a node reads what no agreement in force lets it, or what the policy in force
            does not let this person.
        MethodError: the data cannot carry the method.
    """
    require_not_retired(project)
    nodes = needed(plan(office.folder, project), only)
    require_delivered(office, nodes)
    world: dict[str, Made] = {}
    purpose = project.project.purpose
    for done, node in enumerate(nodes):
        tell(node.name, done, len(nodes))
        office = refreshed(office)
        answer = ask(office, purpose, node.reads, world)
        if node.name not in only and made_by_others(office, node, answer):
            if late := changed_since(office, project.project.id, node):
                said = PASSED.format(", ".join(late))
                yield Ran(node.name, ran=False, headline=said, tables={}, late=late)
            continue
        permitted = permit(office, node.name, purpose, node.reads, world, answer=answer)
        yield run_node(office, project, node, permitted, world)
        world |= dict.fromkeys(node.writes.values(), permitted.made)


def made_by_others(office: Office, node: Node, answer: Answer) -> bool:
    """Whether the person may not run it, but some grant names a table that it wrote for another."""
    tables = set(node.writes.values())
    named = answer.permit is None and not answer.by_name.isdisjoint(tables)
    return named and all(office.lake.current(table) is not None for table in tables)


def needed(nodes: Sequence[Node], only: Sequence[str]) -> tuple[Node, ...]:
    """The named nodes and all they rest on, in order; every node if none is named."""
    if not only:
        return tuple(nodes)
    strangers = sorted(set(only) - {node.name for node in nodes})
    if strangers:
        raise ProjectError(
            f"there is no step {', '.join(strangers)}.",
            fix=f"the steps are {', '.join(node.name for node in nodes)}.",
        )
    wanted, tables = set(only), set[str]()
    for node in reversed(nodes):
        if node.name in wanted or tables & set(node.writes.values()):
            wanted.add(node.name)
            tables |= set(node.reads)
    return tuple(node for node in nodes if node.name in wanted)


def require_delivered(office: Office, nodes: Sequence[Node]) -> None:
    """Every dataset the nodes read has been delivered; all that are missing at once."""
    written = {table for node in nodes for table in node.writes.values()}
    missing = {
        table
        for node in nodes
        for table in node.reads
        if table not in written and office.lake.current(table) is None
    }
    if missing:
        raise ProjectError.of(
            Problem(
                table,
                "nothing has been delivered yet.",
                f"run `joinedup deliver {table.partition('.')[2]} FILE`.",
            )
            for table in sorted(missing)
        )


def run_node(
    office: Office,
    project: ProjectFolder,
    node: Node,
    permitted: Permitted | None = None,
    world: World | None = None,
) -> Ran:
    """Run one node unless its identity ran before; stopped if its right ends while it runs.

    Args:
        office: whose data, and who runs it.
        project: that the node is of.
        node: the definition or step.
        permitted: what it may read; asked for here if not given.
        world: what the tables that it reads are made from, as `permit` was told.
    """
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    name, purpose = project.project.id, project.project.purpose
    permitted = permitted or permit(office, node.name, purpose, node.reads)
    about, scope = f"{name}/{node.name}", permitted.made.scope
    found = readings(office, project.project, node.reads, permitted.stored)
    told = partial(_told_of_reading, office, node, purpose, permitted, found)
    if permitted.rows:  # these are read to know whether they have changed
        before_answer(office, READ, about, told())
    limited = only_granted(office, found, permitted.rows)
    inputs = inputs_of(found, permitted, limited)
    past = remembered(office, name, node)
    mark = _identity(node, {**inputs, **past.inputs})
    earlier = Run.objects.find(name, node.name, mark)
    if earlier is not None and _still_current(office, earlier, permitted.made):
        shown = {"identity": mark, "unchanged": True, **by_policy(permitted.asked.told)}
        before_answer(office, SHOW, about, shown)
        said, tables = result_of_run(office, earlier).headline, earlier.tables
        return Ran(node.name, ran=False, headline=said, tables=tables, scope=scope)
    before_answer(office, READ, about, told(identity=mark))
    past = with_last(office, past, permitted.made)
    whole = {table: one for table, one in found.items() if table not in limited}
    grants = {**granted(office, whole), **limited, **past.grants}
    ask_again = partial(
        still, office, node.name, purpose, node.reads, world=world or {}, before=permitted
    )
    calculate = partial(_calculated, office, past.node, purpose, ask_again)
    output = doubted(past.node, grants, calculate)
    digests = _digests(found, inputs, limited)
    output = output.stamped(_stamp(node, digests, mark, purpose, permitted))
    keep(office, project, node, output, permitted=permitted)
    said = output.result.headline
    return Ran(node.name, ran=True, headline=said, tables=dict(node.writes), scope=scope)


def _stamp(
    node: Node, digests: Mapping[str, str], mark: str, purpose: str, permitted: Permitted
) -> Provenance:
    return replace(
        _provenance(node, digests),
        identity=mark,
        purpose=purpose,
        agreements=tuple(sorted(permitted.resting.agreements)),
        step=node.name,
    )


def _told_of_reading(
    office: Office,
    node: Node,
    purpose: str,
    permitted: Permitted,
    found: Mapping[str, Reading],
    **more: Any,
) -> dict[str, Any]:
    """What the event of a reading says: which columns of which tables, and what let them."""
    reads = {permitted.stored[table]: columns for table, columns in node.reads.items()}
    naming = {permitted.stored[table]: columns for table, columns in known(found).items()}
    more |= by_policy(permitted.asked.told)
    return of_reads(office, reads, identifying=naming, step=node.name, purpose=purpose, **more)


def _calculated(
    office: Office,
    node: Node,
    purpose: str,
    ask_again: Callable[..., JoinedupError | None],
    grants: Mapping[str, Granted],
) -> Output:
    """What the node gives; broken off if its right ends."""
    with (
        open_access(grants, step=node.name, purpose=purpose) as access,
        watched(
            partial(ask_again, directly=True),
            ask_again,
            access.interrupt,
            partial(stopped, office, "run", node.name),
        ),
    ):
        return _calculate(node, access)


def inputs_of(
    found: Mapping[str, Reading], permitted: Permitted, limited: Mapping[str, Granted]
) -> dict[str, str]:
    """Table to the digest of what is read of it: of its version, or of the rows that may be read.

    Of rows that may not be read not even a digest is told: it would say when they change.
    """
    return {
        table: digest([table_digest(limited[table].data), permitted.rows[table].clauses])
        if table in limited
        else one.digest
        for table, one in found.items()
    }


def _digests(
    found: Mapping[str, Reading], inputs: Mapping[str, str], limited: Mapping[str, Granted]
) -> dict[str, str]:
    """Table to the digest that a result names: of its version, or of the rows that were read."""
    return {
        table: inputs[table] if table in limited else one.version.digest
        for table, one in found.items()
    }


def keep(
    office: Office,
    project: ProjectFolder,
    node: Node,
    output: Output,
    *,
    permitted: Permitted,
) -> None:
    """Write the output's tables to the lake, then record the run."""
    made = permitted.made
    rests: dict[str, Any] = {
        "purposes": sorted(permitted.resting.purposes),
        "agreements": sorted(permitted.resting.agreements),
    }
    kept_as = made.stored(behind.name_of(project.project.id, node.name))
    output = behind.keep(office, kept_as, output, step=node.name, **rests)
    versions = behind.keep_model(office, kept_as, output.model, step=node.name, **rests)
    for table, kept in output.tables.items():
        stored = made.stored(node.writes[table])
        version = office.lake.write(
            stored,
            kept.data,
            kind="derived",
            actor=office.who,
            facts={"step": node.name, "rows": kept.data.num_rows, MADE_FROM: as_lists(made.fields)},
            origin=f"step:{node.name}",
            **rests,
        )
        versions[stored] = version.number
    record(
        office,
        project,
        node.name,
        output.result,
        tables=node.writes,
        versions=versions,
        scope=made.scope,
        made_from=as_lists(made.fields),
        policy=permitted.asked.told,
    )


def record(
    office: Office,
    project: ProjectFolder,
    step: str,
    result: Result,
    *,
    scope: str,
    made_from: Mapping[str, Sequence[str]],
    tables: Mapping[str, str] | None = None,
    versions: Mapping[str, int] | None = None,
    policy: Mapping[str, Any] | None = None,
) -> None:
    """One run, with its result and the event that tells of it, in one transaction.

    Args:
        office: who ran it.
        project: of the step.
        step: its name.
        result: what it said.
        scope: one word for the rows it was made from; empty if they are all.
        made_from: dataset to the fields it was made from.
        tables: output to the table it was written to.
        versions: stored table to the number of the version written.
        policy: what let whoever ran it; nothing where no policy is in force.
    """
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - Django, as above
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    made, name = result.provenance, project.project.id
    mark = made.identity if made else ""
    ran: dict[str, Any] = {
        "project": name,
        "step": step,
        "identity": mark,
        "method": result.method,
        "result": sealed_result(office, result, project=name, step=step, identity=mark),
        "tables": dict(tables or {}),
        "versions": dict(versions or {}),
        "author": office.who,
        "scope": scope,
        "made_from": {dataset: list(fields) for dataset, fields in made_from.items()},
    }
    facts = {one: ran[one] for one in ("identity", "method", "versions")}
    facts |= {"reads": sorted(made.inputs) if made else [], TOLD: told(**ran)}
    facts |= by_policy(policy or {})
    with transaction():
        event = append("run", actor=office.who, subject=f"{name}/{step}", facts=facts)
        Run.objects.add(**ran, event=event)


def _still_current(office: Office, earlier: Any, made: Made) -> bool:
    """Whether the tables that run wrote are the current ones, made from no more than now.

    What was made from more is shown to fewer, though it be the same.
    """
    if any(set(read) - made.fields.get(name, set()) for name, read in earlier.made_from.items()):
        return False
    for table, number in earlier.versions.items():
        version = office.lake.current(table)
        if version is None or version.number != number:
            return False
    return True


def _identity(node: Node, inputs: Mapping[str, str]) -> str:
    if isinstance(node, StepNode):
        return identity(node.method, node.spec, inputs)
    return digest([DEFINE, node.select.sql(dialect="duckdb"), dict(sorted(inputs.items()))])


def _calculate(node: Node, access: Access) -> Output:
    if isinstance(node, StepNode):
        output: Output = node.method.run(node.spec, access)
        return output
    return define(node, access)


def _provenance(node: Node, inputs: Mapping[str, str]) -> Provenance:
    if isinstance(node, StepNode):
        return provenance(node.method, node.spec, inputs)
    from joinedup import __version__  # noqa: PLC0415 - the package's face

    return Provenance(
        method=DEFINE,
        method_version="1",
        settings={"sql": node.definition.sql},
        inputs=dict(inputs),
        seed=None,
        software=f"joinedup {__version__}",
        at=clock.stamp(clock.now()),
    )
