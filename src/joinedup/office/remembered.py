"""What does a step know from its own past: what people decided, and what it wrote the last time?

A method that links takes both as tables. Neither is a dataset of a partner: decisions are the
office's own, and the other is what the step itself wrote from the same rows. Decisions count for
whether it has to run again; what it wrote does not, or it would never come to rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from joinedup.office.branch import Made
from joinedup.office.house import Office
from joinedup.office.plan import Node, StepNode
from joinedup.office.review.kept import decisions, takes_decisions
from joinedup.office.review.queue import COLUMNS
from joinedup.store.bench import table_digest
from joinedup.store.engine import Granted

if TYPE_CHECKING:
    from joinedup.office.review.queue import Row

DECIDED, BEFORE, KNOWN = "decided", "before", "known"
OWN = "own"
NUMBERS = {"stratum", "of"}


@dataclass(frozen=True, slots=True)
class Remembered:
    """A node with what it knows from its past.

    Attributes:
        grants: the tables that it is given beside those it reads.
        inputs: of those that decide whether it must run again, the digest.
    """

    node: Node
    grants: Mapping[str, Granted] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)


def remembered(office: Office, project: str, node: Node) -> Remembered:
    """A step with what people decided about its pairs, where its method takes that.

    Args:
        office: whose records.
        project: of the step.
        node: that will run.
    """
    if not isinstance(node, StepNode) or not takes_decisions(node) or node.spec.decided:
        return Remembered(node)
    rows = decisions(office, project, node.name)
    return _with(Remembered(node), DECIDED, _table(rows)) if rows else Remembered(node)


def with_last(office: Office, past: Remembered, made: Made) -> Remembered:
    """The same with what the step wrote the last time; the event of its reading is written before.

    Args:
        office: whose lake.
        past: from `remembered`.
        made: what its tables are made from: only what was made from the same rows is its past.
    """
    node = past.node
    if not isinstance(node, StepNode) or not takes_decisions(node) or KNOWN not in node.writes:
        return past
    table = made.stored(node.writes[KNOWN])
    version = None if node.spec.before else office.lake.current(table)
    if version is None:
        return past
    return _with(past, BEFORE, office.lake.read(table, version.number).to_table())


def changed_since(office: Office, project: str, node: Node) -> tuple[str, ...]:
    """The tables it reads that were written after it was run last, by whomever."""
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    last = Run.objects.latest(project, node.name)
    current = {table: office.lake.current(table) for table in node.reads}
    return tuple(
        table
        for table, version in current.items()
        if last is not None and version is not None and version.event_id > last.event_id
    )


def _with(past: Remembered, which: str, table: pa.Table) -> Remembered:
    node, name = past.node, f"{OWN}.{which}"
    if isinstance(node, StepNode):
        node = replace(node, spec=node.spec.model_copy(update={which: name}))
    grants = {**past.grants, name: Granted(table, tuple(table.column_names))}
    digests = {name: table_digest(table)} if which == DECIDED else {}
    return Remembered(node, grants, {**past.inputs, **digests})


def _table(rows: "list[Row]") -> pa.Table:
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        kind = pa.int64() if name in NUMBERS else pa.string()
        columns[name] = pa.array([row.get(name) for row in rows], kind)
    return pa.table(columns)
