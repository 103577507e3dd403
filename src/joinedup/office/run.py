"""Run what has changed: definitions and steps in order, each through the second gate.

The same step with the same settings on the same inputs is not run twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from joinedup.core import clock
from joinedup.core.digest import digest
from joinedup.core.errors import AgreementNotInForce, ColumnsNotCovered, Problem, ProjectError
from joinedup.core.method import Provenance, Reads
from joinedup.govern import allow
from joinedup.govern.covers import narrowed
from joinedup.office import behind
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office, in_force, standings
from joinedup.office.plan import DefinitionNode, Node, StepNode, plan
from joinedup.office.project_gate import require_not_retired
from joinedup.office.reads import granted, readings
from joinedup.office.results import result_of_run, sealed_result
from joinedup.result.blocks import Prose
from joinedup.result.model import Output, OutputTable, Result
from joinedup.store.access import Access, open_access
from joinedup.store.bench import identity, provenance

DEFINE = "office.define"


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one node: `ran`, or `unchanged` since the same identity ran before."""

    name: str
    ran: bool
    headline: str
    tables: Mapping[str, str]


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
        AgreementError: a node reads what no agreement in force lets it.
        MethodError: the data cannot carry the method.
    """
    require_not_retired(project)
    nodes = needed(plan(office.folder, project), only)
    require_delivered(office, nodes)
    for done, node in enumerate(nodes):
        tell(node.name, done, len(nodes))
        yield run_node(office, project, node)


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


def run_node(office: Office, project: ProjectFolder, node: Node) -> Ran:
    """Run one node unless its identity ran before."""
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    resting = permit(office, node.name, project.project.purpose, node.reads)
    found = readings(office, project.project, node.reads)
    name = project.project.id
    mark = _identity(node, {table: one.digest for table, one in found.items()})
    earlier = Run.objects.find(name, node.name, mark)
    if earlier is not None and _still_current(office, earlier):
        told = result_of_run(office, earlier)
        return Ran(node.name, ran=False, headline=told.headline, tables=earlier.tables)
    grants = granted(office, found)
    with open_access(grants, step=node.name, purpose=project.project.purpose) as access:
        output = _calculate(node, access)
    stamp = replace(
        _provenance(node, {table: one.version.digest for table, one in found.items()}),
        identity=mark,
        purpose=project.project.purpose,
        agreements=tuple(sorted(resting.agreements)),
        step=node.name,
    )
    output = output.stamped(stamp)
    keep(office, project, node, output, resting=resting)
    return Ran(node.name, ran=True, headline=output.result.headline, tables=dict(node.writes))


def permit(office: Office, step: str, purpose: str, reads: Reads) -> allow.DerivedFacts:
    """The second gate: may this step read these columns today? Gives what its tables will rest on.

    Raises:
        ColumnsNotCovered: a column no agreement in force covers for the purpose.
        AgreementNotInForce: a table rests on an agreement that is no longer in force, or the one
            that would cover the columns is not in force now.
    """
    now = narrowed(in_force(office), office.folder.datasets)
    current = {version.table: version for version in office.lake.tables()}
    derived = {
        table: allow.DerivedFacts(
            purposes=frozenset(version.purposes),
            agreements=frozenset(version.agreements),
            columns=frozenset(version.columns),
        )
        for table, version in current.items()
        if not table.startswith("admitted.")
    }
    try:
        allow.allow(
            step,
            purpose,
            reads,
            coverage=allow.coverage(now, purpose),
            derived=derived,
            in_force=frozenset(agreement.id for agreement in now),
        )
    except ColumnsNotCovered:
        _say_what_stopped_it(office, purpose, reads)
        raise
    return allow.inherited(purpose, reads, agreements_in_force=now, derived=derived, columns=())


def _say_what_stopped_it(office: Office, purpose: str, reads: Reads) -> None:
    """Refuse in the name of the agreement that covers the columns but is not in force."""
    wanted = {table.removeprefix(allow.ADMITTED) for table in reads}
    for name, standing in standings(office).items():
        agreement = office.folder.agreements[name]
        touched = agreement.purpose == purpose and wanted & set(agreement.covers)
        if touched and not standing.in_force:
            raise AgreementNotInForce(name, standing.reasons) from None


def keep(
    office: Office,
    project: ProjectFolder,
    node: Node,
    output: Output,
    *,
    resting: allow.DerivedFacts,
) -> None:
    """Write the output's tables to the lake, then record the run."""
    versions = {}
    output = behind.keep(
        office,
        f"{project.project.id}_{node.name}".replace("-", "_").replace(":", "_"),
        output,
        step=node.name,
        purposes=sorted(resting.purposes),
        agreements=sorted(resting.agreements),
    )
    for table, kept in output.tables.items():
        version = office.lake.write(
            node.writes[table],
            kept.data,
            kind="derived",
            actor=office.who,
            facts={"step": node.name, "rows": kept.data.num_rows},
            purposes=sorted(resting.purposes),
            agreements=sorted(resting.agreements),
            origin=f"step:{node.name}",
        )
        versions[node.writes[table]] = version.number
    record(office, project, node.name, output.result, tables=node.writes, versions=versions)


def record(
    office: Office,
    project: ProjectFolder,
    step: str,
    result: Result,
    *,
    tables: Mapping[str, str],
    versions: Mapping[str, int],
) -> None:
    """One run, with its result and the event that tells of it, in one transaction."""
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - Django, as above
    from joinedup.records.home import transaction  # noqa: PLC0415 - Django, as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    mark, name = result.provenance.identity if result.provenance else "", project.project.id
    ran: dict[str, Any] = {
        "project": name,
        "step": step,
        "identity": mark,
        "method": result.method,
        "result": sealed_result(office, result, project=name, step=step, identity=mark),
        "tables": dict(tables),
        "versions": dict(versions),
        "author": office.who,
    }
    with transaction():
        event = append(
            "run",
            actor=office.who,
            subject=f"{name}/{step}",
            facts={
                "identity": mark,
                "method": result.method,
                "versions": dict(versions),
                "reads": sorted(result.provenance.inputs) if result.provenance else [],
                TOLD: told(**ran),
            },
        )
        Run.objects.add(**ran, event=event)


def _still_current(office: Office, earlier: Any) -> bool:
    """Whether the tables that run wrote are still the current ones."""
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
    return _define(node, access)


def _define(node: DefinitionNode, access: Access) -> Output:
    table: pa.Table = access.query(node.select)
    table = table.sort_by([(column, "ascending") for column in table.column_names])
    result = Result(
        method=DEFINE,
        headline=f"{node.definition.what} {table.num_rows:,} rows.",
        blocks=(Prose(text=f"Grain: {node.definition.grain}"),),
    )
    return Output(result=result, tables={"rows": OutputTable(table, node.definition.grain)})


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
