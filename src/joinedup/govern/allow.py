"""The way through: may this step read these columns for this purpose, today?

Pure: facts in, a decision out. Default deny: what no agreement in force covers is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from joinedup.core.errors import AgreementNotInForce, ColumnsNotCovered
from joinedup.core.method import Reads
from joinedup.core.vocabulary import Agreement

ADMITTED = "admitted."


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an agreement is in force, and every reason why not."""

    in_force: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DerivedFacts:
    """What a table the house made itself may be read for: what its parents allowed.

    Attributes:
        purposes: the purposes it was made for.
        agreements: the agreements its parents rest on; all must still be in force.
        columns: what it holds.
    """

    purposes: frozenset[str]
    agreements: frozenset[str]
    columns: frozenset[str]


def standing(
    agreement: Agreement,
    *,
    digest: str,
    signed: Mapping[str, str],
    signed_before: bool,
    today: date,
) -> Standing:
    """In force when every party has signed this text and today is in its period; else why not.

    Args:
        agreement: what the file says.
        digest: of the file as it is; kept with the reasons for whoever must sign.
        signed: party to the person who signed this very digest.
        signed_before: whether any party signed another text of it.
        today: the day asked about.
    """
    reasons = [
        f"{party} has not signed this text" for party in agreement.parties if party not in signed
    ]
    if reasons and signed_before and not signed:
        reasons.insert(0, f"it was edited since it was signed (it is now {digest[:12]})")
    if not agreement.parties:
        reasons.append("it names no party")
    if today < agreement.period.starts:
        reasons.append(f"it begins on {agreement.period.starts.isoformat()}")
    if today > agreement.period.ends:
        reasons.append(f"it ended on {agreement.period.ends.isoformat()}")
    return Standing(not reasons, tuple(reasons))


def require_in_force(agreement: Agreement, now: Standing) -> None:
    """Refuse an agreement that is not in force.

    Raises:
        AgreementNotInForce: with every reason.
    """
    if not now.in_force:
        raise AgreementNotInForce(agreement.id, now.reasons)


def coverage(agreements_in_force: Sequence[Agreement], purpose: str) -> dict[str, frozenset[str]]:
    """Admitted table to the fields that some agreement in force covers for this purpose."""
    found: dict[str, frozenset[str]] = {}
    for agreement in agreements_in_force:
        if agreement.purpose == purpose:
            for dataset, fields in agreement.covers.items():
                table = f"{ADMITTED}{dataset}"
                found[table] = found.get(table, frozenset()) | frozenset(fields)
    return found


def allow(
    step: str,
    purpose: str,
    reads: Reads,
    *,
    coverage: Mapping[str, frozenset[str]],
    derived: Mapping[str, DerivedFacts],
    in_force: frozenset[str],
) -> None:
    """Let a step through, or refuse it with every column that stands in its way.

    Args:
        step: who asks, for the refusal.
        purpose: what for.
        reads: the tables and columns it will read.
        coverage: from `coverage`, for this purpose.
        derived: the tables the house made itself.
        in_force: the ids of the agreements in force.

    Raises:
        ColumnsNotCovered: columns, or whole tables, that nothing covers.
        AgreementNotInForce: a table rests on an agreement that is no longer in force.
    """
    denied: list[str] = []
    lapsed: list[str] = []
    for table, columns in sorted(reads.items()):
        if table.startswith(ADMITTED):
            covered = coverage.get(table)
            denied += _denied(table, columns, covered)
            continue
        facts = derived.get(table)
        known = facts.columns if facts and purpose in facts.purposes else None
        denied += _denied(table, columns, known)
        lapsed += sorted(facts.agreements - in_force) if facts else []
    if denied:
        raise ColumnsNotCovered(step, purpose, denied)
    if lapsed:
        raise AgreementNotInForce(lapsed[0], [f"step {step} reads a table that rests on it"])


def _denied(table: str, columns: Sequence[str], known: frozenset[str] | None) -> list[str]:
    if known is None:
        return [table]
    return [f"{table}.{column}" for column in columns if column not in known]
