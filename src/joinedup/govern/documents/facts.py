"""What is known of a project? Everything its documents and its gate are made from, in one record.

Plain facts, handed in by the office: what is declared in files, and what the records say happened.
Nothing here is a row about a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from joinedup.core.agreement import Agreement
from joinedup.core.assessment import Dpia, Equality
from joinedup.core.project import OfficeCard, Project
from joinedup.core.transparency import Transparency
from joinedup.core.vocabulary import Dataset, Field, Layout, Partner
from joinedup.govern.pseudonyms.special import Category, find_special

PERSONAL, SPECIAL = 2, 3
"""Sensitivity from which a field is about a person, and from which the law protects it most."""
UNNAMED = "special category or offence"
OFFENCES = "offences"
FEWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A party's signature under one text of an agreement."""

    party: str
    signatory: str
    at: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """An agreement and how it stands today.

    Attributes:
        digest: of its file as it is.
        stage: between draft and data destroyed.
        reasons: why it is not in force.
        signatures: under every text it has had, oldest first.
    """

    agreement: Agreement
    digest: str
    stage: str
    in_force: bool
    reasons: tuple[str, ...] = ()
    signatures: tuple[Signed, ...] = ()

    @property
    def file(self) -> str:
        """Where it stands."""
        return f"agreements/{self.agreement.id}.toml"

    @property
    def now(self) -> Mapping[str, Signed]:
        """Party to its signature under the text as it is."""
        return {one.party: one for one in self.signatures if one.digest == self.digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """A step of the project, and the card of its method.

    Attributes:
        reads: table to the columns it reads.
        gives: the tables it gives, each with its grain.
    """

    id: str
    title: str
    method: str
    version: str
    summary: str
    reference: str
    trust: str
    assumptions: tuple[str, ...]
    settings: Mapping[str, Any]
    reads: Mapping[str, tuple[str, ...]]
    gives: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The newest delivery of a dataset: when, how many rows, how many of them were rejected."""

    at: str
    rows: int
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOff:
    """What a person signed about the project.

    Attributes:
        what: `gate`, `live`, `retired`, or the kind of a document.
        digest: of the facts it was signed on.
        topics: topic to the digest of its facts, so that what has changed since can be named.
        reason: why, or what was learnt.
    """

    what: str
    digest: str
    topics: Mapping[str, str]
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A result that left the office.

    Attributes:
        recipient: the body it was for; empty if it was for anybody.
        approved_by: how many people other than its author approved it.
        said: its estimates, in words.
    """

    step: str
    at: str
    rule: str
    hidden: int
    approved_by: int
    recipient: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """How the office's own house stands.

    Attributes:
        roles: person to the roles they hold today by a lease; empty where no policy is declared.
        events: how many events the ledger holds.
        private: whether nobody but the office's user may look into the home.
        anchored: when the end of the ledger was last kept elsewhere; empty if never.
    """

    software: str
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    events: int = 0
    private: bool = False
    anchored: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything known of one project.

    Attributes:
        partners: those that are party or recipient of one of its agreements.
        datasets: those its agreements cover.
        definitions: name to what it gives and of which grain.
        fairness: what results say by group, each a sentence; empty if none was made.
        files: file to its digest, of everything declared here.
        today: in UTC.
    """

    office: OfficeCard
    project: Project
    partners: Mapping[str, Partner]
    datasets: Mapping[str, Dataset]
    agreements: Mapping[str, AgreementFacts]
    house: House
    today: date
    dpia: Dpia | None = None
    equality: Equality | None = None
    transparency: Transparency | None = None
    steps: tuple[StepFacts, ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    deliveries: Mapping[str, Delivered] = field(default_factory=dict)
    signed_off: tuple[SignedOff, ...] = ()
    left: tuple[Left, ...] = ()
    fairness: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Where the project stands."""
        return f"projects/{self.project.id}/project.toml"

    def beside(self, name: str) -> str:
        """A file of the project: `dpia.toml`."""
        return f"projects/{self.project.id}/{name}"

    def newest(self, what: str) -> SignedOff | None:
        """The newest sign-off of a kind."""
        return next((one for one in reversed(self.signed_off) if one.what == what), None)

    def name_of(self, partner: str) -> str:
        """A partner's name as people read it."""
        return self.partners[partner].name if partner in self.partners else partner


def covered(facts: Facts) -> dict[str, dict[str, Field]]:
    """Dataset to its fields that any agreement of the project covers, in the dataset's order."""
    found: dict[str, dict[str, Field]] = {}
    for name, dataset in facts.datasets.items():
        wanted = {
            field
            for one in facts.agreements.values()
            for field in one.agreement.covers.get(name, ())
        }
        fields = {key: each for key, each in dataset.fields.items() if key in wanted}
        if fields:
            found[name] = fields
    return found


def personal(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Dataset to its covered fields that are about persons; only datasets that have any."""
    about = {
        name: tuple(key for key, each in fields.items() if each.sensitivity >= PERSONAL)
        for name, fields in covered(facts).items()
    }
    return {name: fields for name, fields in about.items() if fields}


def protected(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Category of protected data to the covered fields that hold it, `dataset.field`.

    A field of the highest sensitivity whose words tell no category is under `UNNAMED`.
    """
    found: dict[str, list[str]] = {}
    for name, fields in covered(facts).items():
        told = special_of(facts.datasets[name])
        for key, each in fields.items():
            if each.sensitivity >= SPECIAL:
                for category in told.get(key) or (UNNAMED,):
                    found.setdefault(category, []).append(f"{name}.{key}")
    for one in facts.agreements.values():
        for category in one.agreement.conditions:
            if category in CATEGORIES:
                found.setdefault(category, [])
    return {category: tuple(fields) for category, fields in sorted(found.items())}


CATEGORIES: tuple[str, ...] = Category.__args__  # type: ignore[attr-defined] # a Literal has them


def special_of(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Field to the categories of protected data that its name, description and codes speak of."""
    told = {name: _categories(name, each) for name, each in dataset.fields.items()}
    return {name: categories for name, categories in told.items() if categories}


@lru_cache(maxsize=4096)
def _categories(name: str, each: Field) -> tuple[str, ...]:
    layout = Layout(format="csv", file="")
    alone = Dataset(
        id="", partner="", title="", grain="", key=(), fields={name: each}, layout=layout
    )
    return tuple(one.category for one in find_special(alone))


def condition(agreement: Agreement, category: str, fields: tuple[str, ...]) -> str:
    """The condition an agreement names for a category, or for each of its fields; empty if none."""
    named = agreement.conditions
    if named.get(category, "").strip():
        return named[category]
    own = [named.get(one, "") or named.get(one.partition(".")[2], "") for one in fields]
    return "; ".join(dict.fromkeys(own)) if own and all(text.strip() for text in own) else ""


def condition_key(category: str, fields: tuple[str, ...]) -> str:
    """Where the condition is to be written: by category, or by field where no category is known."""
    name = fields[0] if category == UNNAMED and fields else category
    return f"conditions.{name}" if name.isalpha() else f'conditions."{name}"'


def senders(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Partner to the covered datasets it sends."""
    found: dict[str, list[str]] = {}
    for name in covered(facts):
        found.setdefault(facts.datasets[name].partner, []).append(name)
    return {partner: tuple(names) for partner, names in found.items()}


def parties(facts: Facts) -> tuple[str, ...]:
    """Every party of the project's agreements, each once."""
    every = (party for one in facts.agreements.values() for party in one.agreement.parties)
    return tuple(dict.fromkeys(every))


def recipients(facts: Facts) -> tuple[str, ...]:
    """Every body that may see results, each once."""
    every = (name for one in facts.agreements.values() for name in one.agreement.recipients)
    return tuple(dict.fromkeys(every))


KINDS_OF_DATA: Mapping[str, frozenset[str]] = {
    "names": frozenset({"forename", "surname", "full_name"}),
    "addresses and places": frozenset({"address", "postcode", "uprn", "easting", "northing"}),
    "dates of birth": frozenset({"birth_date"}),
    "contact details": frozenset({"email", "phone"}),
    "official numbers": frozenset({"nhs_number", "nino", "upn", "company_number"}),
    "sex": frozenset({"sex"}),
}


def kinds_of_data(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Kind of personal data to the fields that hold it, `dataset.field`."""
    found: dict[str, list[str]] = {}
    for name, fields in covered(facts).items():
        told = special_of(facts.datasets[name])
        for key, each in fields.items():
            if each.sensitivity >= PERSONAL:
                for kind in _kinds(each, told.get(key, ())):
                    found.setdefault(kind, []).append(f"{name}.{key}")
    return {kind: tuple(fields) for kind, fields in found.items()}


def _kinds(each: Field, told: tuple[str, ...]) -> Iterator[str]:
    if each.sensitivity >= SPECIAL:
        yield from told or (UNNAMED,)
        return
    named = (kind for kind, standards in KINDS_OF_DATA.items() if each.standard in standards)
    yield next(named, "other details about a person")


def thousands(count: int) -> str:
    """A number of rows as the public may read it: two figures, and nothing under ten.

    >>> thousands(20431), thousands(7)
    ('about 20,000', 'fewer than 10')
    """
    if count < FEWEST:
        return f"fewer than {FEWEST}"
    places = 2 - len(str(count))
    return f"about {round(count, places):,}"
