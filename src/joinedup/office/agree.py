"""Who has signed which text of an agreement, and who must still."""

from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.core.agreement import Agreement
from joinedup.core.errors import AgreementError, ProjectError
from joinedup.govern import lifecycle
from joinedup.govern.powers import Gateway, cited, matching
from joinedup.office.house import Office, standings, state_of
from joinedup.office.permit import require
from joinedup.office.policy import current, persons
from joinedup.records.names import same_person


@dataclass(frozen=True, slots=True)
class AgreementState:
    """An agreement as it stands today.

    Attributes:
        digest: SHA-256 of the file as it is: what a signature binds to.
        signed: party to the person who signed this text.
        waiting: parties that have not signed this text.
        stage: where it is between draft and data destroyed.
        next: the stages a person may move it to.
    """

    agreement: Agreement
    digest: str
    signed: dict[str, str]
    waiting: tuple[str, ...]
    in_force: bool
    reasons: tuple[str, ...]
    stage: lifecycle.State
    next: tuple[lifecycle.State, ...]


def state(office: Office, name: str) -> AgreementState:
    """How one agreement stands.

    Raises:
        ProjectError: there is no such agreement.
    """
    from joinedup.records.models import Signature  # noqa: PLC0415 - Django, only when needed

    if name not in office.folder.agreements:
        known = ", ".join(sorted(office.folder.agreements)) or "none yet"
        raise ProjectError(
            "there is no such agreement.", fix=f"the agreements are: {known}.", where=name
        )
    agreement, digest = office.folder.agreements[name], office.folder.digests[name]
    signed = dict(Signature.objects.signed(name, digest))
    waiting = tuple(party for party in agreement.parties if party not in signed)
    standing, stage = standings(office)[name], state_of(office, name)
    return AgreementState(
        agreement=agreement,
        digest=digest,
        signed=signed,
        waiting=waiting,
        in_force=standing.in_force,
        reasons=standing.reasons,
        stage=stage,
        next=lifecycle.MAY[stage],
    )


def move(office: Office, name: str, *, to: str, reason: str) -> AgreementState:
    """Move an agreement along its way: into review, suspended, live again, ended, destroyed.

    Raises:
        ProjectError: there is no such agreement.
        AgreementError: no line leads from where it is to there, or no reason is given.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.moves import MOVED  # noqa: PLC0415 - as above

    now = state(office, name)
    require(office, "move", about=name)
    stage = lifecycle.require_may(name, now.stage, to, reason)
    facts = {"agreement": name, "digest": now.digest, "from": now.stage, "to": stage}
    with transaction():
        append(MOVED, actor=office.who, subject=name, facts={**facts, "reason": reason})
    return state(office, name)


def sign(office: Office, name: str, *, party: str, signatory: str) -> AgreementState:
    """Sign the text as it is, for one party. Signing twice changes nothing.

    Raises:
        AgreementError: the party is not in the agreement, the person may not sign for it, or has to
            do with the signature of another party.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append, lock  # noqa: PLC0415 - as above
    from joinedup.records.models import Signature  # noqa: PLC0415 - as above

    now = state(office, name)
    _may_sign(office, now.agreement, party, signatory)
    if now.stage in lifecycle.FOR_GOOD:
        raise AgreementError(
            f"it is {now.stage}; nobody can sign it.",
            fix="write a new agreement, in a file of its own.",
            where=f"agreement {name}",
        )
    if party in now.signed:
        return now
    require(office, "sign", about=name, partner=party)
    entered = (
        {} if same_person(office.who) == same_person(signatory) else {"entered_by": office.who}
    )
    with transaction():
        lock()
        _require_other_persons(office, now, party, signatory)
        event = append(
            "signature",
            actor=signatory,
            subject=name,
            facts={"agreement": name, "digest": now.digest, "party": party, **entered},
        )
        Signature.objects.sign(
            agreement=name,
            digest=now.digest,
            party=party,
            signatory=signatory,
            event=event,
        )
    return state(office, name)


def powers(words: Sequence[str]) -> tuple[Gateway, ...]:
    """Statutory powers a share for this might rest on, from the library; all without a word."""
    return matching(words)


def conditions(citation: str) -> tuple[str, ...]:
    """What the library says must hold for a power an agreement cites; nothing if unknown."""
    found = cited(citation)
    return found.conditions if found else ()


def _may_sign(office: Office, agreement: Agreement, party: str, signatory: str) -> None:
    if party not in agreement.parties:
        raise AgreementError(
            f"{party} is not a party.",
            fix=f"the parties are {', '.join(agreement.parties)}.",
            where=f"agreement {agreement.id}",
        )
    allowed = office.folder.partners[party].signatories
    if signatory not in allowed:
        raise AgreementError(
            f"this person may not sign for {party}.",
            fix=f"one of its {len(allowed)} signatories must, or amend partners/{party}.toml.",
            where=f"agreement {agreement.id}",
        )


def _require_other_persons(office: Office, now: AgreementState, party: str, signatory: str) -> None:
    """Refuse one person for two parties of the same text.

    Without a policy whoever acts may write down what each signatory signed. Once one is in force
    they count as well: who signs, or enters the signature, for one party does neither for another.
    """
    from joinedup.records.models import Signature  # noqa: PLC0415 - as above

    standing = current()
    who = persons()
    mine = {signatory} if standing is None else {signatory, office.who}
    for row in Signature.objects.of_text(now.agreement.id, now.digest):
        theirs = {row.signatory}
        if standing is not None:
            theirs.add(row.entered_by)
        if row.party == party or not set(map(who, mine)) & set(map(who, theirs)):
            continue
        raise AgreementError(
            f"this person has signed for {row.party}, or entered its signature; one person"
            " speaks for one party.",
            fix=f"have another person sign for {party}, and enter it under a name of their own:"
            f" joinedup agree sign {now.agreement.id} --party {party} --by NAME --as NAME.",
            where=f"agreement {now.agreement.id}",
        )
