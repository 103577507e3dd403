"""Which documents are there, of what is each made, and when is one needed?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from joinedup.govern.documents.atrs import transparency_record
from joinedup.govern.documents.equality import equality_assessment
from joinedup.govern.documents.facts import Facts, parties, protected
from joinedup.govern.documents.flows import flow_map
from joinedup.govern.documents.impact import impact_assessment
from joinedup.govern.documents.notice import privacy_notice
from joinedup.govern.documents.policy import policy_document
from joinedup.govern.documents.register import cites_the_act, register_row
from joinedup.govern.documents.ropa import record_of_processing
from joinedup.govern.documents.safes import five_safes
from joinedup.govern.documents.sharing import sharing_agreement
from joinedup.govern.documents.topics import DPIA, EQUALITY, EVERYTHING
from joinedup.result.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of document.

    Attributes:
        title: as people call it.
        each: of what there is one: agreement, partner; empty where there is one for the project.
        make: from facts, and the name of what it is for.
        subjects: the names there is one for.
        needed: why it is not needed, or nothing.
        topics: what a signature under it binds to; empty where nobody signs it here.
    """

    title: str
    make: Callable[[Facts, str], Document]
    subjects: Callable[[Facts], tuple[str, ...]]
    not_needed: Callable[[Facts], str]
    each: str = ""
    topics: tuple[str, ...] = ()


def _once(_facts: Facts) -> tuple[str, ...]:
    return ("",)


def _always(_facts: Facts) -> str:
    return ""


def _project(make: Callable[[Facts], Document]) -> Callable[[Facts, str], Document]:
    return lambda facts, _subject: make(facts)


def _no_protected(facts: Facts) -> str:
    return "" if protected(facts) else "no special category or offence data are taken"


def _no_act(facts: Facts) -> str:
    if any(cites_the_act(one) for one in facts.agreements.values()):
        return ""
    return "no agreement cites a power of the Digital Economy Act 2017"


KINDS: Mapping[str, Kind] = {
    "agreement": Kind(
        title="Data sharing agreement",
        make=sharing_agreement,
        subjects=lambda facts: tuple(facts.agreements),
        not_needed=_always,
        each="agreement",
    ),
    "dpia": Kind(
        title="Data protection impact assessment",
        make=_project(impact_assessment),
        subjects=_once,
        not_needed=_always,
        topics=DPIA,
    ),
    "ropa": Kind(
        title="Record of processing (article 30)",
        make=_project(record_of_processing),
        subjects=_once,
        not_needed=_always,
        topics=EVERYTHING,
    ),
    "policy": Kind(
        title="Appropriate policy document",
        make=_project(policy_document),
        subjects=_once,
        not_needed=_no_protected,
        topics=EVERYTHING,
    ),
    "notice": Kind(
        title="Privacy notice",
        make=privacy_notice,
        subjects=parties,
        not_needed=_always,
        each="partner",
        topics=EVERYTHING,
    ),
    "register": Kind(
        title="Entry for the register of information sharing",
        make=_project(register_row),
        subjects=_once,
        not_needed=_no_act,
        topics=EVERYTHING,
    ),
    "five-safes": Kind(
        title="Five Safes",
        make=_project(five_safes),
        subjects=_once,
        not_needed=_always,
        topics=EVERYTHING,
    ),
    "equality": Kind(
        title="Equality assessment",
        make=_project(equality_assessment),
        subjects=_once,
        not_needed=_always,
        topics=EQUALITY,
    ),
    "atrs": Kind(
        title="Algorithmic transparency record",
        make=_project(transparency_record),
        subjects=_once,
        not_needed=_always,
        topics=EVERYTHING,
    ),
    "data-flow": Kind(
        title="Map of data flows",
        make=_project(flow_map),
        subjects=_once,
        not_needed=_always,
        topics=EVERYTHING,
    ),
}
"""Kind to how it is made."""


def make(facts: Facts, kind: str) -> tuple[Document, ...]:
    """The documents of one kind; none where it is not needed."""
    one = KINDS[kind]
    if one.not_needed(facts):
        return ()
    return tuple(one.make(facts, subject) for subject in one.subjects(facts))
