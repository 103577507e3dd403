"""Facts of an invented project in which nothing is missing; tests take one of them away."""

from dataclasses import fields, is_dataclass, replace
from datetime import date

from joinedup.core.agreement import (
    Accuracy,
    Agreement,
    Breach,
    Decision,
    Ending,
    Power,
    Rights,
    Security,
)
from joinedup.core.assessment import (
    Advice,
    Answer,
    Consultation,
    Description,
    Dpia,
    DueRegard,
    Effect,
    Equality,
    Necessity,
    Risk,
)
from joinedup.core.project import OfficeCard, Project, Statements
from joinedup.core.transparency import AboutData, Facets, InUse, Owner, ThirdParty, Transparency
from joinedup.core.vocabulary import Dataset, Field, Layout, Partner, Period
from joinedup.govern.documents.equality import CHARACTERISTICS
from joinedup.govern.documents.facts import (
    AgreementFacts,
    Delivered,
    Facts,
    House,
    Signed,
    SignedOff,
    StepFacts,
)
from joinedup.govern.documents.topics import DPIA, GATE, topics
from joinedup.govern.documents.triggers import QUESTIONS

TODAY = date(2026, 11, 24)
NOW_TEXT = "a" * 64
EARLIER_TEXT = "b" * 64


def field(description, *, sensitivity=1, standard="", role="attribute", kind="text"):
    return Field(
        type=kind, description=description, sensitivity=sensitivity, standard=standard, role=role
    )


def dataset(name, partner, **fields):
    return Dataset(
        id=name,
        partner=partner,
        title=f"Title of {name}",
        grain="one row per visit",
        key=(next(iter(fields)),),
        fields=fields,
        layout=Layout(format="csv", file=f"{name}.csv"),
    )


def partner(name):
    return Partner(
        id=name,
        name=f"Body {name}",
        kind="council",
        controller=f"Controller of {name}",
        contact=f"data.{name}@example.org",
        signatories=(f"Signatory of {name}",),
        address=f"Street of {name}",
        role="controller",
        ico_registration=f"Z-{name}",
        dpo=f"Officer of {name}",
        dpo_contact=f"dpo.{name}@example.org",
        representative=f"Representative of {name}",
        complaints=f"Complaints to {name}",
    )


AGREEMENT = Agreement(
    id="homes",
    title="Homes shared",
    parties=("council", "fire"),
    purpose="inspection",
    purpose_text="To choose which homes to visit first.",
    powers=(
        Power(party="council", citation="Housing Act 2004, section 237", lawful_basis="6(1)(e)"),
        Power(
            party="fire",
            citation="Fire and Rescue Services Act 2004, section 6",
            lawful_basis="6(1)(c)",
        ),
    ),
    covers={"visits": ("visit", "uprn", "surname"), "fires": ("fire", "uprn")},
    recipients=("council",),
    period=Period(starts=date(2026, 1, 1), ends=date(2028, 12, 31)),
    retention_days=365,
    review=date(2027, 9, 30),
    clauses={"1": "Only the fields named are taken."},
    necessity="Neither body sees both halves.",
    aims=("Find more.",),
    benefits=("Fewer fires.",),
    subjects=("tenants",),
    access={"visits": "two analysts of the office", "fires": "one analyst of the office"},
    frequency="every month",
    office_role="The processor of both.",
    joining="By a new text that all sign.",
    deletion={"office": "by its rule", "council": "by theirs", "fire": "by their own"},
    transfers="None abroad.",
    rights=Rights(
        contact="ask@example.org",
        access="passed on in two days",
        rectification="sent again",
        erasure="judged case by case",
        objection="kept off lists",
        complaints="answered in a month",
        information_requests="answered by whom is asked",
    ),
    accuracy=Accuracy(checks="graded each time", formats="UPRN as text"),
    security=Security(
        technical="one server",
        organisational="named people",
        training="each year",
        sub_processors="none besides",
    ),
    breach=Breach(report_to="the lead", within_hours=24, handling="each for its own"),
    ending=Ending(termination="three months", revision="by a new text", sanction="suspended"),
    decision=Decision(by="the board", on=date(2026, 1, 5), reason="it is needed"),
)

PROJECT = Project(
    id="homes-first",
    title="Homes first",
    purpose="inspection",
    agreements=("homes",),
    statements=Statements(
        problem="Visits go where people ask.",
        action="Officers would visit the list.",
        product="A list of forty.",
        data="Visits and fires.",
    ),
    outcome="A find at a visit.",
    baseline="Visits on request.",
    capacity=40,
    capacity_unit="visits a week",
    decision_owner="Head of visits",
    author="Ann Writer",
)

ASSESSED = Dpia(
    id="homes-first",
    author="Ann Writer",
    review=date(2027, 6, 30),
    people=500,
    area="the town",
    description=Description(
        nature="joined by number", scope="all homes", context="tenants", purposes="safer homes"
    ),
    consultation=Consultation(people="asked in May", processors="the office", others="officers"),
    necessity=Necessity(
        works="it did elsewhere", alternatives="a survey", creep="one purpose", informing="notices"
    ),
    answers={key: Answer(answer=False, why=f"no {key}") for key in QUESTIONS},
    risks=(
        Risk(
            risk="A wrong home is visited.",
            likelihood="possible",
            severity="significant",
            measures=("Officers check the address.",),
            residual_likelihood="remote",
            residual_severity="significant",
        ),
    ),
    advice=Advice(by="The officer", on=date(2026, 2, 1), text="Go on.", accepted=True),
)

EQUAL = Equality(
    id="homes-first",
    author="Ann Writer",
    decision="To visit by a list.",
    assessed_on=date(2026, 2, 2),
    review=date(2027, 6, 30),
    due_regard=DueRegard(
        eliminate_discrimination="no sign is one",
        advance_equality="who does not ask is reached",
        foster_good_relations="results are told",
    ),
    characteristics={
        name: Effect(impact="none", evidence=f"evidence on {name}", reason=f"reason of {name}")
        for name in CHARACTERISTICS
    },
    money="poor homes gain",
    place="no hamlets",
)

TOLD = Transparency(
    id="homes-first",
    name="Which homes first",
    description="A list of homes.",
    architecture="one server that rules run on",
    owner=Owner(
        organisation="The Council",
        team="The Office",
        senior_responsible_owner="Director",
        website="https://homes.example",
        contact="tool@example.org",
        third_party_involvement=True,
        third_party=ThirdParty(
            name="Supplier Ltd",
            companies_house_number="01234567",
            role="keeps the machine",
            procurement="framework",
            access_terms="sees nothing",
        ),
    ),
    facets=Facets(
        organisation_type="local authority",
        function=("housing and community amenities",),
        capability=("analysis",),
        task="prioritising",
        region=("England",),
        published_on=date(2026, 10, 1),
        version="v3.0",
        tags=("housing",),
    ),
    use=InUse(
        integration="on Mondays",
        human_review="an officer decides",
        training="half a day",
        appeals="ask the council",
        alternatives="a survey or none",
        maintenance="each quarter",
    ),
    data=AboutData(completeness="some are missing", cleaning="counted", collection="by services"),
    risks=("A wrong address: checked.",),
)

STEP = StepFacts(
    id="rank",
    title="This week's list",
    method="target.rank",
    version="1",
    summary="Whom to see first?",
    reference="doi:10.1000/1",
    trust="vetted",
    assumptions=("Work goes on as it did.",),
    settings={"capacity": 40},
    reads={"defined.cohort": ("home", "points")},
    gives={"list": "one row per home"},
)

DATASETS = {
    "visits": dataset(
        "visits",
        "council",
        visit=field("Number of the visit.", role="identifier"),
        uprn=field("Property number.", sensitivity=2, standard="uprn"),
        surname=field("Surname.", sensitivity=2, standard="surname"),
        note=field("Free words.", sensitivity=2),
    ),
    "fires": dataset(
        "fires",
        "fire",
        fire=field("Number of the fire.", role="identifier"),
        uprn=field("Property number.", sensitivity=2, standard="uprn"),
        kind=field("Kind of fire."),
    ),
}


def signature(party, text=NOW_TEXT, at="2026-03-01T10:00:00.000000Z"):
    return Signed(party=party, signatory=f"Signatory of {party}", at=at, digest=text)


def agreed(agreement=AGREEMENT, **changed):
    told = {
        "agreement": agreement,
        "digest": NOW_TEXT,
        "stage": "live",
        "in_force": True,
        "signatures": tuple(signature(party) for party in agreement.parties),
    }
    return AgreementFacts(**{**told, **changed})


def facts(**changed):
    """Whole facts, with what is named changed."""
    told = {
        "office": OfficeCard(id="o", name="The Office", contact="office@example.org"),
        "project": PROJECT,
        "partners": {name: partner(name) for name in ("council", "fire")},
        "datasets": DATASETS,
        "agreements": {"homes": agreed()},
        "house": House(
            software="joinedup", roles={"ana": ("analyst",)}, events=5, private=True,
            anchored="2026-03-02T10:00:00.000000Z",
        ),
        "today": TODAY,
        "dpia": ASSESSED,
        "equality": EQUAL,
        "transparency": TOLD,
        "steps": (STEP,),
        "deliveries": {"visits": Delivered(at="2026-04-01T10:00:00.000000Z", rows=420)},
        "fairness": ("fair: found alike in both groups.",),
        "files": {"agreements/homes.toml": NOW_TEXT},
    }  # fmt: skip
    return Facts(**{**told, **changed})


def with_agreement(**changed):
    """Whole facts, with the agreement changed."""
    return facts(agreements={"homes": agreed(replace(AGREEMENT, **changed))})


def signed_off(told, what, by, names):
    """A sign-off on these facts."""
    return SignedOff(
        what=what,
        digest="d",
        topics=topics(told, *names),
        by=by,
        at="2026-03-03T10:00:00.000000Z",
        reason="read it",
    )


def ready(told=None):
    """Facts with the gate passed and the assessment signed."""
    told = told or facts()
    signs = (
        signed_off(told, "gate", "Ann Writer", GATE),
        signed_off(told, "dpia", "Ben Reader", DPIA),
    )
    return replace(told, signed_off=signs)


def texts(value, path=()):
    """Every text, day and number in a record, with the path of names to it."""
    if is_dataclass(value):
        for one in fields(value):
            yield from texts(getattr(value, one.name), (*path, one.name))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from texts(one, (*path, name))
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from texts(one, (*path, number))
    else:
        yield path, value


def changed(value, path, new):
    """The record with what stands at a path made anew."""
    if not path:
        return new
    first, *rest = path
    if is_dataclass(value):
        return replace(value, **{first: changed(getattr(value, first), rest, new)})
    if isinstance(value, dict):
        return {**value, first: changed(value[first], rest, new)}
    return tuple(
        changed(one, rest, new) if number == first else one for number, one in enumerate(value)
    )


def with_special(category, description):
    """Facts in which a covered field holds special category data."""
    plain = facts()
    visits = plain.datasets["visits"]
    held = replace(visits, fields={**visits.fields, "state": field(description, sensitivity=3)})
    covers = {**AGREEMENT.covers, "visits": (*AGREEMENT.covers["visits"], "state")}
    assert category
    return replace(
        plain,
        datasets={**plain.datasets, "visits": held},
        agreements={"homes": agreed(replace(AGREEMENT, covers=covers))},
    )


DEA = Power(
    party="council",
    citation="Digital Economy Act 2017, section 35",
    lawful_basis="6(1)(e)",
    objective="fuel poverty",
)
