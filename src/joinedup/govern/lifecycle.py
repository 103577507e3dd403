"""Where is an agreement on its way from draft to data destroyed, and where may it go next?

Pure: what people signed and decided in, a state out. Signatures and dates move an agreement by
themselves; everything else is a person's move, with a reason, and only along the lines of MAY.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from joinedup.core.agreement import Agreement
from joinedup.core.errors import AgreementError

State = Literal[
    "draft",
    "in review",
    "being signed",
    "signed",
    "live",
    "under review",
    "suspended",
    "ended",
    "data destroyed",
]
STATES: tuple[str, ...] = get_args(State)
IN_FORCE: frozenset[State] = frozenset({"live", "under review"})
"""States in which data may be taken and read."""

MAY: Mapping[State, tuple[State, ...]] = {
    "draft": ("in review", "ended"),
    "in review": ("draft", "ended"),
    "being signed": ("draft", "suspended", "ended"),
    "signed": ("suspended", "ended"),
    "live": ("under review", "suspended", "ended"),
    "under review": ("live", "suspended", "ended"),
    "suspended": ("live", "ended"),
    "ended": ("data destroyed",),
    "data destroyed": (),
}
"""State to the states a person may move it to. Signing and the calendar do the rest."""
FOR_GOOD: frozenset[State] = frozenset({"ended", "data destroyed"})
"""States that an edited text does not leave: a new agreement is a new file."""


@dataclass(frozen=True, slots=True)
class Move:
    """A person's decision about an agreement.

    Attributes:
        digest: of the text it was made on.
    """

    to: State
    digest: str
    by: str
    reason: str


def state(
    agreement: Agreement,
    *,
    digest: str,
    signed: Mapping[str, str],
    moves: Sequence[Move],
    today: date,
) -> State:
    """The state of the agreement today.

    Args:
        agreement: as the file says it now.
        digest: of the file as it is now.
        signed: party to the person who signed exactly this digest for it.
        moves: what people decided, oldest first.
        today: in UTC.
    """
    if any(move.to in FOR_GOOD for move in moves) or today > agreement.period.ends:
        return "data destroyed" if moves and moves[-1].to == "data destroyed" else "ended"
    decided = next((move.to for move in reversed(moves) if move.digest == digest), None)
    waiting = [party for party in agreement.parties if not signed.get(party)]
    if decided == "suspended":
        return "suspended"
    if waiting or not agreement.parties:
        return _unsigned(begun=len(waiting) < len(agreement.parties), reviewed=decided)
    if today < agreement.period.starts:
        return "signed"
    due = decided == "under review" or (decided != "live" and today >= agreement.review)
    return "under review" if due else "live"


def _unsigned(*, begun: bool, reviewed: State | None) -> State:
    if begun:
        return "being signed"
    return "in review" if reviewed == "in review" else "draft"


def require_may(agreement: str, now: State, to: str, reason: str) -> State:
    """The state asked for, if an agreement may go there from where it is.

    Raises:
        AgreementError: there is no such state, no line leads there, or no reason is given.
    """
    where = f"agreement {agreement}"
    found = next((one for one in MAY if one == to), None)
    if found is None:
        raise AgreementError(
            "there is no such state.", fix=f"the states are {', '.join(STATES)}.", where=where
        )
    if found not in MAY[now]:
        lines = " or ".join(MAY[now]) or "nowhere"
        raise AgreementError(
            f"it is {now}, and cannot be moved to {found}.",
            fix=f"from {now} it may go to {lines}; signing and the calendar do the rest.",
            where=where,
        )
    if not reason.strip():
        raise AgreementError(
            "no reason is given.", fix="say why with --reason; it is kept.", where=where
        )
    return found


def reasons(now: State) -> tuple[str, ...]:
    """Why an agreement in this state lets nothing in or through; none where it does."""
    words: Mapping[State, str] = {
        "suspended": "it is suspended",
        "ended": "it has ended",
        "data destroyed": "it has ended and its data are destroyed",
    }
    return (words[now],) if now in words else ()
