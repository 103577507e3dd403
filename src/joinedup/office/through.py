"""The way through: may this step read these columns today, for whoever runs it, and which rows?

The agreements say what the office may use; where a policy is in force it says what the person who
acts may use of that. Both are asked before any data is touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.core.errors import AgreementNotInForce, ColumnsNotCovered, JoinedupError
from joinedup.core.method import Reads
from joinedup.core.policy import RowFilter
from joinedup.govern import allow
from joinedup.govern.covers import narrowed
from joinedup.govern.policy import Reason
from joinedup.office import branch
from joinedup.office.branch import Made, World, made_from
from joinedup.office.house import Office, in_force, refreshed, standings
from joinedup.office.permit import Answer, Permit, Uses, asked, denied, granted

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion

OTHER_ROWS = Reason(
    code="rows",
    what="the rows that this person may use are no longer those that the step began with.",
    suffices="run it again: it then reads the rows that may be used now.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """What a step may read.

    Attributes:
        resting: what its tables will rest on.
        made: which rows and fields they will be made from.
        rows: table to the rows of it that may be read, where they are not all.
        stored: table to the name it is kept under for whoever acts.
        asked: what the policy lets whoever acts, and by what.
    """

    resting: allow.DerivedFacts
    made: Made
    rows: Mapping[str, RowFilter]
    stored: Mapping[str, str]
    asked: Permit


def ask(
    office: Office, purpose: str, reads: Reads, world: World, *, directly: bool = False
) -> Answer:
    """Whether the policy in force lets whoever acts run on these columns; refuses nothing."""
    needed = uses(reads, world)
    return asked(office, "run", purpose=purpose, uses=needed, directly=directly)


def permit(
    office: Office,
    step: str,
    purpose: str,
    reads: Reads,
    world: World | None = None,
    *,
    answer: Answer | None = None,
) -> Permitted:
    """The second gate: may this step read these columns today, and by whoever runs it?

    Args:
        office: who runs it.
        step: its name.
        purpose: what it is run for.
        reads: table to the columns it would read.
        world: what the tables are made from that whoever acts made, or could make, themselves; a
            derived table that is not among them must be granted to them by its name.
        answer: of the policy, where it was just asked.

    Raises:
        PolicyDenied: the policy in force does not let this person.
        ColumnsNotCovered: a column no agreement in force covers for the purpose.
        AgreementNotInForce: a table rests on an agreement that is no longer in force, or the one
            that would cover the columns is not in force now.
    """
    known = world or {}
    found = granted(office, "run", step, answer or ask(office, purpose, reads, known))
    stored = {table: known[table].stored(table) if table in known else table for table in reads}
    return Permitted(
        resting=_agreed(office, step, purpose, reads, stored),
        made=made_of(office, reads, found.rows, known),
        rows={table: rows for table in reads if (rows := found.rows.get(_name(table)))},
        stored=stored,
        asked=found,
    )


def _agreed(
    office: Office, step: str, purpose: str, reads: Reads, stored: Mapping[str, str]
) -> allow.DerivedFacts:
    """What the agreements in force let this purpose read; gives what its tables will rest on."""
    now = narrowed(in_force(office), office.folder.datasets)
    current = {version.table: version for version in office.lake.tables()}
    derived = {
        table: _resting(current[name])
        for table, name in stored.items()
        if not branch.admitted(table) and name in current
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


def still(
    office: Office,
    step: str,
    purpose: str,
    reads: Reads,
    *,
    world: World,
    before: Permitted,
    directly: bool = False,
) -> JoinedupError | None:
    """Why a step that was permitted may not go on, by everything as it is now; None if it may.

    Args:
        office: who runs it.
        step: its name.
        purpose: what it is run for.
        reads: table to the columns it reads.
        world: as `permit` has it.
        before: what it was permitted.
        directly: on the connection of the calling thread, which sees to its own deadline.
    """
    try:
        now = refreshed(office)
        answer = ask(now, purpose, reads, world, directly=directly)
        if answer.permit is None:
            return denied("run", step, answer)
        if answer.permit.rows != before.asked.rows:
            return denied("run", step, Answer(permit=None, reasons=(OTHER_ROWS,)))
        _agreed(now, step, purpose, reads, before.stored)
    except JoinedupError as error:
        return error
    return None


def made_of(office: Office, reads: Reads, rows: Mapping[str, RowFilter], world: World) -> Made:
    """What a node's tables are made from, with what the tables that others made were made from."""
    others = [
        made_from(version)
        for table in reads
        if not branch.admitted(table) and table not in world
        if (version := office.lake.current(table)) is not None
    ]
    return branch.made(reads, rows, world, branch.joined(*others))


def uses(reads: Reads, world: World) -> Uses:
    """What a person must have a right to: admitted columns, and tables somebody else made."""
    return {
        _name(table): tuple(columns)
        for table, columns in reads.items()
        if branch.admitted(table) or table not in world
    }


def _name(table: str) -> str:
    """How a policy names a table: the dataset, or the derived table itself."""
    return branch.dataset_of(table)


def _resting(version: "TableVersion") -> allow.DerivedFacts:
    return allow.DerivedFacts(
        purposes=frozenset(version.purposes),
        agreements=frozenset(version.agreements),
        columns=frozenset(version.columns),
    )


def _say_what_stopped_it(office: Office, purpose: str, reads: Reads) -> None:
    """Refuse in the name of the agreement that covers the columns but is not in force."""
    wanted = {branch.dataset_of(table) for table in reads}
    for name, standing in standings(office).items():
        agreement = office.folder.agreements[name]
        touched = agreement.purpose == purpose and wanted & set(agreement.covers)
        if touched and not standing.in_force:
            raise AgreementNotInForce(name, standing.reasons) from None
