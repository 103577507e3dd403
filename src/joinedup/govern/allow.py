"""The way through: is this agreement in force, and may this step read these columns?

Pure: facts in, a decision with its reasons out. What no agreement allows is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from joinedup.core.agreement import Agreement
from joinedup.core.errors import AgreementError, AgreementNotInForce, ColumnsNotCovered
from joinedup.core.method import Reads

ADMITTED = "admitted."

Coverage = Mapping[str, frozenset[str]]
"""Table of the way in, `admitted.<dataset>`, to the columns that may be read."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an agreement is in force, and every reason why it is not."""

    in_force: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedFacts:
    """What a table that a step made rests on.

    Attributes:
        purposes: every purpose it may be used for: those that all its parents share.
        agreements: every agreement it rests on; it may be read while all are in force.
        columns: the columns it has.
    """

    purposes: frozenset[str]
    agreements: frozenset[str]
    columns: frozenset[str]


def standing(
    agreement: Agreement,
    *,
    digest: str,
    signed: Mapping[str, str],
    today: date,
    signed_before: bool = False,
) -> Standing:
    """Whether the agreement is in force today.

    Args:
        agreement: as the file says it now.
        digest: of the file as it is now; without one nothing can have been signed.
        signed: party to the person who signed exactly this digest for it.
        today: in UTC.
        signed_before: whether an earlier text of the agreement was signed by anyone.
    """
    missing = [party for party in agreement.parties if not (digest and signed.get(party))]
    reasons = [f"{party} has not signed this text" for party in missing]
    if missing and signed_before:
        reasons.append("the text was edited after it had been signed")
    if not agreement.parties:
        reasons.append("it names no parties")
    if today < agreement.period.starts:
        reasons.append(f"it begins on {agreement.period.starts.isoformat()}")
    if today > agreement.period.ends:
        reasons.append(f"it ended on {agreement.period.ends.isoformat()}")
    return Standing(not reasons, tuple(reasons))


def require_in_force(
    agreement: Agreement,
    *,
    digest: str,
    signed: Mapping[str, str],
    today: date,
    signed_before: bool = False,
) -> None:
    """Refuse an agreement that is not in force; takes what `standing` takes.

    Raises:
        AgreementNotInForce: with every reason.
    """
    found = standing(
        agreement, digest=digest, signed=signed, today=today, signed_before=signed_before
    )
    if not found.in_force:
        raise AgreementNotInForce(agreement.id, found.reasons)


def coverage(agreements_in_force: Sequence[Agreement], purpose: str) -> Coverage:
    """What the agreements in force let this purpose read."""
    covered: dict[str, frozenset[str]] = {}
    for agreement in agreements_in_force:
        if agreement.purpose == purpose:
            for dataset, fields in agreement.covers.items():
                table = ADMITTED + dataset
                covered[table] = covered.get(table, frozenset()) | frozenset(fields)
    return covered


def allow(
    step: str,
    purpose: str,
    reads: Reads,
    *,
    coverage: Coverage,
    derived: Mapping[str, DerivedFacts],
    in_force: frozenset[str],
) -> None:
    """Let the step read what it declared, or refuse it with everything that stands against it.

    Args:
        step: its name, for the message.
        purpose: what the step is run for.
        reads: table to the columns it declared.
        coverage: what agreements in force let this purpose read of admitted tables.
        derived: what each table made by a step rests on.
        in_force: the agreements in force today.

    Raises:
        ColumnsNotCovered: columns no agreement lets this purpose read; tables nobody knows.
        AgreementNotInForce: a derived table rests on an agreement that is no longer in force.
    """
    offending = sorted(
        f"{table}.{column}"
        for table, columns in reads.items()
        for column in _uncovered(table, columns, purpose, coverage, derived)
    )
    stopped = [
        AgreementNotInForce(agreement, [f"{', '.join(tables)} rests on it"])
        for agreement, tables in _no_longer_in_force(reads, derived, in_force).items()
    ]
    refusals: list[AgreementError] = [
        *([ColumnsNotCovered(step, purpose, offending)] if offending else []),
        *stopped,
    ]
    if refusals:
        first = refusals[0]
        first.problems = tuple(problem for one in refusals for problem in one.problems)
        raise first


def _uncovered(
    table: str,
    columns: Sequence[str],
    purpose: str,
    coverage: Coverage,
    derived: Mapping[str, DerivedFacts],
) -> tuple[str, ...]:
    """Columns of one table that may not be read; `*` where the table itself may not."""
    facts = derived.get(table)
    if table.startswith(ADMITTED):
        known = coverage.get(table)
    elif facts and facts.agreements and purpose in facts.purposes:
        known = facts.columns
    else:
        known = None
    if known is None:
        return tuple(columns) or ("*",)
    return tuple(column for column in columns if column not in known)


def _no_longer_in_force(
    reads: Reads, derived: Mapping[str, DerivedFacts], in_force: frozenset[str]
) -> dict[str, list[str]]:
    """Agreement no longer in force to the tables among those read that rest on it."""
    found: dict[str, list[str]] = {}
    for table in sorted(reads):
        facts = derived.get(table)
        if facts and not table.startswith(ADMITTED):
            for agreement in sorted(facts.agreements - in_force):
                found.setdefault(agreement, []).append(table)
    return found


def inherited(
    purpose: str,
    reads: Reads,
    *,
    agreements_in_force: Sequence[Agreement],
    derived: Mapping[str, DerivedFacts],
    columns: Iterable[str],
) -> DerivedFacts:
    """What a table that a step makes rests on: the purposes all its parents share, all agreements.

    A table made from nothing may be used for nothing.

    Args:
        purpose: what the step was run for; agreements of other purposes are not rested on.
        reads: table to the columns the step was allowed.
        agreements_in_force: as they were when it ran.
        derived: what each of its parents that a step made rests on.
        columns: the columns of the new table.
    """
    purposes: list[frozenset[str]] = []
    agreements: set[str] = set()
    for table, read in reads.items():
        if table.startswith(ADMITTED):
            purposes.append(_purposes(table, read, agreements_in_force))
            agreements |= _relied_on(purpose, table, read, agreements_in_force)
        elif table in derived:
            purposes.append(derived[table].purposes)
            agreements |= derived[table].agreements
        else:
            purposes.append(frozenset())
    shared = frozenset.intersection(*purposes) if purposes else frozenset()
    return DerivedFacts(
        purposes=shared, agreements=frozenset(agreements), columns=frozenset(columns)
    )


def _purposes(table: str, read: Sequence[str], agreements: Sequence[Agreement]) -> frozenset[str]:
    """Every purpose that may read all these columns of an admitted table."""
    asked = frozenset(read)
    return frozenset(
        purpose
        for purpose in {agreement.purpose for agreement in agreements}
        if table in (covered := coverage(agreements, purpose)) and asked <= covered[table]
    )


def _relied_on(
    purpose: str, table: str, read: Sequence[str], agreements: Sequence[Agreement]
) -> set[str]:
    """The agreements of this purpose that cover any of these columns."""
    dataset = table.removeprefix(ADMITTED)
    return {
        agreement.id
        for agreement in agreements
        if agreement.purpose == purpose and set(agreement.covers.get(dataset, ())) & set(read)
    }
