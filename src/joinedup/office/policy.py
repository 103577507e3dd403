"""What does the policy say here and now? Its text as it was approved, the roles given, the rest.

The policy in force is the text that somebody other than its author approved last. The file beside
`office.toml` is a draft: editing or spoiling it changes nothing until it is proposed and approved
whole. Where no policy was ever approved, steps and commands are held by the agreements alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core.digest import digest
from joinedup.core.policy import Ask, BrokenGlass, Lease, Policy
from joinedup.govern import policy as govern
from joinedup.office.branch import made_from
from joinedup.office.folder import find, load
from joinedup.office.house import Office, default_home, standings
from joinedup.office.policy_file import FILE, declared, read, typed

if TYPE_CHECKING:
    from joinedup.records.models import GlassRow, LeaseRow, TableVersion
    from joinedup.records.policies import Approved

__all__ = [
    "FILE",
    "SECONDS",
    "Standing",
    "as_json",
    "broken_glass",
    "current",
    "declared",
    "explained",
    "explained_as_json",
    "facts",
    "lease_digest",
    "moment",
    "reasons_as_json",
    "typed",
    "with_leases",
    "withdrawn_words",
]

SECONDS = 3.0
"""How long a question may wait for the records before it is denied."""
MOST_SENSITIVE = 3
PROPOSE = "propose one, and have somebody else approve it: `joinedup policy propose`."
NEW_HOME_SECONDS = 60.0
"""Where there are no records yet, they are made first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A policy that was approved, as it stands now.

    Attributes:
        number: of the event that told of the proposal.
        text_digest: SHA-256 of the text approved.
        withdrawn: why it is not in force any more; empty while it is.
        policy: as the text has it, with the leases given one by one, without those taken back.
    """

    number: int
    text_digest: str
    since: str
    author: str
    approver: str
    withdrawn: str
    policy: Policy

    @property
    def person(self) -> govern.Persons:
        """Which person stands behind a name."""
        return govern.Persons(self.policy.people)


def persons() -> govern.Persons:
    """Which person stands behind a name, by the policy approved last; without one, each their own.

    Whoever must be another person asks this: a second account is not a second person.
    """
    standing = current()
    return govern.Persons({}) if standing is None else standing.person


def current() -> Standing | None:
    """The policy approved last; None where none ever was.

    Raises:
        RecordsError: what is on record is not what was approved.
        ProjectError: the text approved cannot be read by this version.
    """
    from joinedup.records import policies  # noqa: PLC0415 - Django, only when needed

    approved = policies.approved()
    return None if approved is None else _standing(approved)


def _standing(approved: "Approved") -> Standing:
    return Standing(
        number=approved.number,
        text_digest=approved.digest,
        since=approved.since,
        author=approved.author,
        approver=approved.approver,
        withdrawn=approved.withdrawn,
        policy=with_leases(read(approved.text)),
    )


def with_leases(policy: Policy) -> Policy:
    """The policy with the leases given one by one, without those that were taken back."""
    from joinedup.records import policies  # noqa: PLC0415 - as above

    given = {f"lease-{row.event_id}": _lease(row) for row in policies.leases()}
    gone = policies.revoked()
    leases = {**policy.leases, **given}
    kept = {name: one for name, one in leases.items() if lease_digest(name, one) not in gone}
    return replace(policy, leases=kept)


def _lease(row: "LeaseRow") -> Lease:
    return Lease(
        person=row.name,
        role=row.role,
        by=row.by,
        starts=datetime.fromisoformat(row.starts),
        ends=datetime.fromisoformat(row.ends),
    )


def lease_digest(name: str, lease: Lease) -> str:
    """What a revocation binds to: a lease written anew, with other dates, is another lease."""
    return digest([name, lease])


def moment() -> datetime:
    """Now; never before the last event of the ledger, so that no lease runs again by the clock."""
    from joinedup.records import steady  # noqa: PLC0415 - as above

    return steady.now()


def broken_glass(person: str, standing: Standing, at: datetime) -> "tuple[int, BrokenGlass] | None":
    """The glass that this person has open at the moment, with its number."""
    from joinedup.records import policies  # noqa: PLC0415 - as above

    who = standing.person
    for row in reversed(policies.glasses()):
        glass = glass_of(row)
        if who(row.name) == who(person) and glass.opened <= at < glass.expires:
            return row.event_id, glass
    return None


def glass_of(row: "GlassRow") -> BrokenGlass:
    """A glass on record, in the words of a question."""
    from datetime import timedelta  # noqa: PLC0415 - small

    opened = datetime.fromisoformat(row.opened)
    return BrokenGlass(
        reason=row.reason, opened=opened, expires=opened + timedelta(minutes=row.minutes)
    )


def explained(
    ask: Ask, *, office: Path | None = None, home: Path | None = None, draft: bool = False
) -> govern.Explanation:
    """The answer to a question about this moment, with the facts as they stand now.

    Args:
        ask: the question.
        office: the office folder, or one in it; where the program was started if not said.
        home: where the records of signatures are; the usual place if not said.
        draft: by `policy.toml` as it stands, whether approved or not.

    A folder, a policy or records that cannot be read deny: this raises nothing for them.
    """
    try:
        folder = load(find(office or Path()))
        place = home or default_home(folder.card.id)
        return _soon(ask, Office(folder, place, ask.person), draft=draft)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong denies
        return govern.unavailable(error)


def _soon(ask: Ask, office: Office, *, draft: bool) -> govern.Explanation:
    from joinedup.records.deadline import bound, within  # noqa: PLC0415 - as above
    from joinedup.records.home import FILE as RECORDS  # noqa: PLC0415 - as above
    from joinedup.records.home import connect  # noqa: PLC0415 - as above

    def answer() -> govern.Explanation:
        connect(office.home)
        bound(SECONDS)
        return _explained(ask, office, draft=draft)

    return within(SECONDS if (office.home / RECORDS).exists() else NEW_HOME_SECONDS, answer)


def _explained(ask: Ask, office: Office, *, draft: bool) -> govern.Explanation:
    standing = None if draft else current()
    if not draft and (why := not_in_force(office, standing)):
        return govern.not_in_force(*why)
    ask = replace(ask, at=max(ask.at, moment()))
    return govern.explain(ask, lambda: facts(office, _ruling(office, standing)))


def not_in_force(office: Office, standing: Standing | None) -> tuple[str, str] | None:
    """Why no policy is in force, and what would bring one; nothing if one is, or none is there.

    Raises:
        ProjectError: what is there is a draft with mistakes, which nobody could approve.
    """
    if standing is not None and standing.withdrawn:
        return withdrawn_words(standing)
    if standing is None and (office.folder.root / FILE).exists():
        declared(office.folder)
        what = f"{FILE} is a draft: nobody has approved it."
        return what, f"{PROPOSE} Or ask by the draft, with --draft."
    return None


def withdrawn_words(standing: Standing) -> tuple[str, str]:
    """What is said where the policy was withdrawn, and what would bring another."""
    return f"the policy was withdrawn: {standing.withdrawn}", PROPOSE


def _ruling(office: Office, standing: Standing | None) -> Policy:
    return with_leases(declared(office.folder)) if standing is None else standing.policy


def facts(office: Office, policy: Policy) -> govern.Facts:
    """What a decision rests on: the policy, how the agreements stand today, how sensitive what is.

    Tables that steps write are told of where a grant names one.
    """
    folder, stand = office.folder, standings(office)
    levels: dict[str, dict[str, int]] = {
        name: {field: one.sensitivity for field, one in dataset.fields.items()}
        for name, dataset in folder.datasets.items()
    }
    covers = {
        name: {dataset: frozenset(fields) for dataset, fields in agreement.covers.items()}
        for name, agreement in folder.agreements.items()
    }
    for version in _tables(office, policy):
        columns = frozenset(version.columns)
        levels[version.table] = dict.fromkeys(columns, _level(version, levels))
        for name in version.agreements:
            if name in covers and folder.agreements[name].purpose in version.purposes:
                covers[name][version.table] = columns
    return govern.Facts(
        policy=policy,
        agreements={
            name: govern.AgreementFacts(
                purpose=agreement.purpose,
                covers=covers[name],
                recipients=frozenset(agreement.recipients),
                in_force=stand[name].in_force,
                reasons=stand[name].reasons,
            )
            for name, agreement in folder.agreements.items()
        },
        sensitivity=levels,
    )


def _tables(office: Office, policy: Policy) -> "list[TableVersion]":
    """The tables that steps wrote and that a grant names, as they are now."""
    named = {grant.dataset for grant in policy.grants.values() if "." in grant.dataset}
    found = (office.lake.current(table) for table in sorted(named))
    return [version for version in found if version is not None]


def _level(version: "TableVersion", levels: Mapping[str, Mapping[str, int]]) -> int:
    """A column is as sensitive as the most sensitive field its table was made from."""
    known = [
        levels.get(dataset, {}).get(field, MOST_SENSITIVE)
        for dataset, fields in made_from(version).items()
        for field in fields
    ]
    return max(known, default=MOST_SENSITIVE)


def as_json(told: govern.Explanation) -> Mapping[str, Any]:
    """The decision as plain facts."""
    decision = told.decision
    return {
        "allowed": decision.allowed,
        "code": "allowed" if decision.allowed else decision.reasons[0].code,
        "reasons": reasons_as_json(decision.reasons),
        "clauses": list(decision.clauses),
        "policy_digest": decision.digest,
    }


def explained_as_json(told: govern.Explanation) -> Mapping[str, Any]:
    """The decision as plain facts, with the way it was reached."""
    return {
        **as_json(told),
        "roles": {role: ends.isoformat() for role, ends in told.roles.items()},
        "fields": [
            {
                "field": one.field,
                "uses": list(one.uses),
                "grant": one.grant or None,
                "reasons": reasons_as_json(one.reasons),
            }
            for one in told.fields
        ],
        "suffices": list(told.suffices),
    }


def reasons_as_json(reasons: tuple[govern.Reason, ...]) -> list[dict[str, str]]:
    """Reasons as plain facts."""
    return [
        {
            "code": reason.code,
            "what": reason.what,
            "suffices": reason.suffices,
            "clause": reason.clause,
        }
        for reason in reasons
    ]
