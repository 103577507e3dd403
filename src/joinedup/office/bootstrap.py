"""People, roles, signatures and a policy for a test, from one file, in a home where nothing is.

It does alone what takes several persons: so never where data of real people could come.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from joinedup.core.digest import digest
from joinedup.core.errors import ProjectError
from joinedup.core.vocabulary import STRICT
from joinedup.office import agree, duties
from joinedup.office.house import Office
from joinedup.office.policy_file import FILE, text_of, typed

PRODUCTION = "JOINEDUP_PRODUCTION"
REASON = "bootstrap of a test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One party's signature under an agreement."""

    __pydantic_config__: ClassVar[Any] = STRICT
    agreement: str
    party: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """A role given to somebody."""

    __pydantic_config__: ClassVar[Any] = STRICT
    person: str
    role: str
    by: str
    hours: float = 24.0
    reason: str = REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What one file says a test needs.

    Attributes:
        signatures: who signs what; `all` for every party of every agreement, by its first
            signatory.
        author: who proposes the policy.
        approver: who approves it: somebody else.
        policy: as `policy.toml` has it, people, roles and all; that file itself if left out.
        leases: roles given one by one, under that policy.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    signatures: tuple[Sign, ...] | Literal["all"] = ()
    author: str = ""
    approver: str = ""
    policy: Mapping[str, Any] | None = None
    leases: tuple[Give, ...] = ()


def read(path: Path) -> Setup:
    """The file.

    Raises:
        ProjectError: it is not there, not TOML, or says what no such file says.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, ValueError) as error:
        what = f"it cannot be read as TOML ({type(error).__name__})."
        raise ProjectError(what, fix="name a TOML file.", where=path.name) from None
    setup: Setup = typed(Setup, content, where=path.name, text=text)
    return setup


def require_a_test(office: Office, *, test_mode: bool) -> None:
    """Refuse where it could do harm.

    Raises:
        ProjectError: in production, in a real office without test mode, or where anything happened.
    """
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - Django, only when needed

    if os.environ.get(PRODUCTION):
        what = f"{PRODUCTION} is set: this is no test."
        fix = "do each step by the persons whose step it is: agree sign, policy propose, approve."
    elif not (office.folder.card.example or test_mode):
        what = "this is not an example: its people act for themselves."
        fix = "give --test-mode, in a copy of the office and a home of its own, if it is a test."
    elif LedgerEvent.objects.exists():
        what = "something has happened in this home already."
        fix = "name a new home with --home."
    else:
        return
    raise ProjectError(what, fix=fix, where="bootstrap")


def bootstrap(office: Office, setup: Setup, *, test_mode: bool) -> dict[str, Any]:
    """Make all that the file says, or nothing; gives what was made, counted.

    Raises:
        ProjectError: as `require_a_test`; or the policy has mistakes.
        AgreementError: a signature or an approval that the house would refuse.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above

    require_a_test(office, test_mode=test_mode)
    with transaction():
        append("bootstrap", actor=office.who, subject="test", facts={"digest": digest(setup)})
        signed = _sign(office, setup)
        policy = _rule(office, setup)
        given = [
            duties.give(
                _acting(office, one.by), one.person, one.role, hours=one.hours, reason=one.reason
            )
            for one in setup.leases
        ]
    return {"signed": signed, "policy": policy, "leases": [one.name for one in given]}


def _sign(office: Office, setup: Setup) -> int:
    if setup.signatures == "all":
        every = tuple(
            Sign(agreement=name, party=party, by=office.folder.partners[party].signatories[0])
            for name, agreement in office.folder.agreements.items()
            for party in agreement.parties
        )
    else:
        every = setup.signatures
    for one in every:
        agree.sign(office, one.agreement, party=one.party, signatory=one.by)
    return len(every)


def _rule(office: Office, setup: Setup) -> int | None:
    """The policy proposed and approved, by the two persons that the file names."""
    import tomlkit  # noqa: PLC0415 - only where a text is written

    if not setup.author and not setup.approver:
        return None
    text = text_of(office.folder) if setup.policy is None else tomlkit.dumps(setup.policy)
    if text is None:
        what = f"it names no policy, and there is no {FILE}."
        raise ProjectError(what, fix="write [policy], or the file.", where="bootstrap")
    made = duties.propose(_acting(office, setup.author), text)
    duties.approve(_acting(office, setup.approver), made.number, reason=REASON)
    return made.number


def _acting(office: Office, who: str) -> Office:
    return Office(office.folder, office.home, who)
