"""Who changes the policy, and who gives roles? Never one person alone.

A policy is proposed by one person and approved, whole, by another; a role is given by somebody
else than its holder. Withdrawing and taking back need one person: they only ever close.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from joinedup.core.clock import stamp
from joinedup.core.digest import text_digest
from joinedup.core.errors import AgreementError, ProjectError
from joinedup.core.policy import Lease, Policy
from joinedup.govern.policy import Persons
from joinedup.office.house import Office
from joinedup.office.permit import require
from joinedup.office.policy import Standing, current, lease_digest, moment, with_leases
from joinedup.office.policy_file import FILE, parsed, text_of

if TYPE_CHECKING:
    from joinedup.records.models import PolicyText
    from joinedup.records.policies import Person

WHERE = "policy"
FEWEST = 2
"""Persons who must be able to change a policy that says who may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A policy that waits for somebody else.

    Attributes:
        number: how it is called from now on.
    """

    number: int
    digest: str
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role that somebody holds, held, or will hold.

    Attributes:
        name: in the policy, or `lease-` and the number of its event.
    """

    name: str
    lease: Lease
    runs: bool


def propose(office: Office, text: str | None = None) -> Proposed:
    """Record a policy, so that somebody else can approve it.

    Args:
        office: who proposes it.
        text: of the policy; `policy.toml` as it stands if not given.

    Raises:
        ProjectError: there is no such file, or it has mistakes.
        PolicyDenied: the policy in force lets others change it.
    """
    text = text_of(office.folder) if text is None else text
    if text is None:
        raise ProjectError("there is no such file.", fix="write it beside office.toml.", where=FILE)
    parsed(office.folder, text)
    standing = current()
    _require_may_change(office, standing, "propose")
    from joinedup.records import policies  # noqa: PLC0415 - Django, only when needed

    return _proposed(policies.propose(text, by=person_of(standing, office.who)))


def approve(office: Office, number: int | None = None, *, reason: str) -> Standing:
    """Let a proposal come into force, as the text that was proposed.

    Args:
        office: who approves.
        number: of the proposal; the only one that waits if not said.
        reason: what was checked.

    Raises:
        ProjectError: no reason, no such proposal, or it does not fit the folder as it is now.
        AgreementError: its author approves it, or nobody could change it again.
        PolicyDenied: the policy in force lets others change it.
    """
    from joinedup.records import policies  # noqa: PLC0415 - as above

    _require_reason(reason, "say what you checked")
    proposal = _waiting(number)
    standing = current()
    _require_may_change(office, standing, "approve")
    policy = parsed(office.folder, proposal.text)
    author = _require_another(office, standing, policy, proposal)
    _require_changeable(with_leases(policy))
    policies.approve(proposal, by=person_of(standing, office.who), author=author, reason=reason)
    now = current()
    if now is None:
        raise AgreementError("the approval is gone.", fix="look again.", where=WHERE)
    return now


def withdraw(office: Office, number: int | None = None, *, reason: str) -> int:
    """Take a proposal back, or end the policy in force; gives its number.

    After the policy in force is withdrawn nobody may do anything until another is approved: what
    was before it does not come back, and the agreements alone do not open again.

    Args:
        office: who withdraws.
        number: of the proposal; the policy in force if not said.
        reason: why; kept.

    Raises:
        ProjectError: no reason, or nothing there to withdraw.
        PolicyDenied: neither its author, nor may change the policy.
    """
    from joinedup.records import policies  # noqa: PLC0415 - as above

    _require_reason(reason, "say why")
    standing = current()
    in_force = standing is not None and not standing.withdrawn
    if number is None and in_force and standing is not None:
        number = standing.number
    proposal = policies.numbered(number) if number is not None else None
    if proposal is None or not policies.can_be_withdrawn(proposal):
        raise ProjectError(
            "there is nothing to withdraw.", fix="look with `joinedup policy show`.", where=WHERE
        )
    by = person_of(standing, office.who)
    if by.id != proposal.person or (standing is not None and standing.number == proposal.event_id):
        _require_may_change(office, standing, "withdraw")
    policies.withdraw(proposal, by=by, reason=reason)
    return proposal.event_id


def waiting() -> tuple[Proposed, ...]:
    """The proposals that nobody has approved or withdrawn, oldest first."""
    from joinedup.records import policies  # noqa: PLC0415 - as above

    return tuple(_proposed(row) for row in policies.waiting())


def state(office: Office) -> dict[str, Any]:
    """Which policy is in force, whether the file is another, and what waits."""
    standing = current()
    text = text_of(office.folder)
    return {
        "words": _words(standing),
        "in_force": standing is not None and not standing.withdrawn,
        "proposal": standing.number if standing else None,
        "digest": standing.text_digest if standing else None,
        "since": standing.since if standing else None,
        "author": standing.author if standing else None,
        "approver": standing.approver if standing else None,
        "draft": _draft(standing, text),
        "waiting": [
            {"proposal": one.number, "by": one.by, "digest": one.digest, "at": one.at}
            for one in waiting()
        ],
    }


def _words(standing: Standing | None) -> str:
    if standing is None:
        return "none was ever approved: steps and commands are held by the agreements alone"
    if standing.withdrawn:
        return f"policy {standing.number} was withdrawn: {standing.withdrawn}; nothing is allowed"
    return (
        f"policy {standing.number} in force since {standing.since}, proposed by {standing.author}, "
        f"approved by {standing.approver}, sha256 {standing.text_digest}"
    )


def _draft(standing: Standing | None, text: str | None) -> str:
    if text is None or (standing is not None and text_digest(text) == standing.text_digest):
        return ""
    return f"{FILE} says something else: it changes nothing until it is proposed and approved"


def give(office: Office, person: str, role: str, *, hours: float, reason: str) -> Held:
    """Give a role to somebody else, from now on, for so many hours.

    Raises:
        ProjectError: no reason, no such role, no policy.
        AgreementError: to oneself, or for longer than the policy lets.
        PolicyDenied: no role held may give roles.
    """
    from joinedup.records import policies  # noqa: PLC0415 - as above

    _require_reason(reason, "say why")
    standing = in_force()
    require(office, "lease", about=f"role {role}")
    longest = standing.policy.longest_lease_hours
    if role not in standing.policy.roles:
        known = ", ".join(sorted(standing.policy.roles)) or "none"
        raise ProjectError("there is no such role.", fix=f"the roles are: {known}.", where=role)
    if not 0 < hours <= longest:
        raise AgreementError(
            f"a role is given for more than no time and at most {longest:,} hours.",
            fix="give it for less, and again when it ends, or have the policy say more.",
            where=f"role {role}",
        )
    holder, by = person_of(standing, person), person_of(standing, office.who)
    if holder.id == by.id or not holder.id:
        raise AgreementError(
            "nobody gives a role to themselves.",
            fix="ask somebody else who may give roles.",
            where=f"role {role}",
        )
    starts = moment()
    ends = starts + timedelta(hours=hours)
    row = policies.lease(holder, role, starts=stamp(starts), ends=stamp(ends), by=by, reason=reason)
    given = Lease(person=person, role=role, by=office.who, starts=starts, ends=ends)
    return Held(name=f"lease-{row.event_id}", lease=given, runs=True)


def revoke(office: Office, name: str, *, reason: str) -> Held:
    """Take a lease back, at once; of one's own, anybody may.

    Raises:
        ProjectError: no reason, or no such lease runs.
        PolicyDenied: somebody else's, and no role held may give and take roles.
    """
    from joinedup.records import policies  # noqa: PLC0415 - as above

    _require_reason(reason, "say why")
    standing = in_force()
    lease = standing.policy.leases.get(name)
    if lease is None or lease.ends <= moment():
        raise ProjectError(
            "no such lease runs.", fix="look with `joinedup policy leases`.", where=name
        )
    who = standing.person
    if who(lease.person) != who(office.who):
        require(office, "lease", about=f"role {lease.role}")
    by = person_of(standing, office.who)
    policies.revoke(name, lease_digest(name, lease), by=by, reason=reason)
    return Held(name=name, lease=lease, runs=False)


def held() -> tuple[Held, ...]:
    """Every lease of the policy in force that was not taken back, those that run first."""
    standing = in_force()
    now = moment()
    every = [
        Held(name=name, lease=lease, runs=lease.starts <= now < lease.ends)
        for name, lease in standing.policy.leases.items()
    ]
    return tuple(sorted(every, key=lambda one: (not one.runs, one.lease.ends, one.name)))


def person_of(standing: Standing | None, name: str) -> "Person":
    """The name somebody acts under, and the one word for the person behind it."""
    from joinedup.records.policies import Person  # noqa: PLC0415 - as above

    who = Persons({}) if standing is None else standing.person
    return Person(name=name, id=who(name))


def in_force() -> Standing:
    """The policy in force.

    Raises:
        ProjectError: there is none.
    """
    standing = current()
    if standing is None or standing.withdrawn:
        raise ProjectError(
            "no policy is in force.",
            fix="propose one, and have somebody else approve it: `joinedup policy propose`.",
            where=WHERE,
        )
    return standing


def _require_reason(reason: str, fix: str) -> None:
    if not reason.strip():
        raise ProjectError("no reason is given.", fix=f"{fix}: --reason '…'.", where=WHERE)


def _waiting(number: int | None) -> "PolicyText":
    from joinedup.records import policies  # noqa: PLC0415 - as above

    rows = policies.waiting()
    found = [row for row in rows if number in {None, row.event_id}]
    if len(found) == 1:
        return found[0]
    numbers = ", ".join(str(row.event_id) for row in rows)
    raise ProjectError(
        "no such proposal waits." if number or not rows else "several proposals wait.",
        fix=f"those that wait: {numbers}." if rows else "run `joinedup policy propose`.",
        where=WHERE,
    )


def _require_may_change(office: Office, standing: Standing | None, verb: str) -> None:
    """Ask the policy who may change it, if it says; where it does not, two persons are enough.

    If it says, but nobody holds such a role any more, one who signed an agreement may.
    """
    if standing is None or not _changers(standing.policy):
        return
    locked = standing.withdrawn or not any(_able_to_change(standing.policy, moment()))
    if not (locked and _may_still(office, standing)):
        require(office, "policy", about=f"policy {verb}")


def _may_still(office: Office, standing: Standing) -> bool:
    """Whether the person may change a policy that is withdrawn, or that nobody else could."""
    from joinedup.records.models import Signature  # noqa: PLC0415 - as above

    who, able = standing.person, set(_able_to_change(standing.policy, moment()))
    if able:
        return who(office.who) in able
    return who(office.who) in {who(name) for name in Signature.objects.signatories()}


def _changers(policy: Policy) -> frozenset[str]:
    """The roles that may change the policy."""
    return frozenset(name for name, role in policy.roles.items() if "policy" in role.may)


def _able_to_change(policy: Policy, at: datetime) -> Iterator[str]:
    """The persons who hold such a role at a moment."""
    who, roles = Persons(policy.people), _changers(policy)
    for lease in policy.leases.values():
        given = who(lease.by) not in {"", who(lease.person)}
        if lease.role in roles and given and lease.starts <= at < lease.ends:
            yield who(lease.person)


def _require_another(
    office: Office, standing: Standing | None, policy: Policy, proposal: "PolicyText"
) -> str:
    """Refuse the author, by the persons as they are known now and as the proposal knows them."""
    now = Persons({}) if standing is None else standing.person
    for who in (now, Persons(policy.people)):
        if who(proposal.by) == who(office.who) or not who(office.who):
            raise AgreementError(
                "whoever proposes a policy cannot approve it.",
                fix="ask somebody else to read and approve it.",
                where=f"policy {proposal.event_id}",
            )
    return now(proposal.by)


def _require_changeable(policy: Policy) -> None:
    """Refuse a policy that says who may change it, if fewer than two persons could."""
    if _changers(policy) and len(set(_able_to_change(policy, moment()))) < FEWEST:
        raise AgreementError(
            "under it fewer than two persons could change the policy again.",
            fix="give a role that may `policy` to two persons at least, from now on.",
            where=FILE,
        )


def _proposed(row: "PolicyText") -> Proposed:
    return Proposed(number=row.event_id, digest=row.digest, by=row.by, at=row.at)
