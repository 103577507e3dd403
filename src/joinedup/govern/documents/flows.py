"""Whose data go where? The map of flows, and the table of sources that stands beside it.

The columns of the table are those of the data-flow map of the Vulnerabilities Data Standard: is the
source known, who controls it, what is it, is it agreed, and can it be had in practice?
"""

from joinedup.core.project import OfficeCard
from joinedup.govern.documents.facts import (
    PERSONAL,
    SPECIAL,
    AgreementFacts,
    Facts,
    covered,
    recipients,
    senders,
    thousands,
)
from joinedup.govern.documents.topics import EVERYTHING, topics
from joinedup.govern.documents.writing import document, judged, listed, moment, section
from joinedup.result.document import Box, Document, Flow, Grid, State

OFFICE = "office"
PUBLIC = "public"


def flow_map(facts: Facts) -> Document:
    """The map of flows of a project."""
    sent = senders(facts)
    count = sum(len(names) for names in sent.values())
    lead = (
        f"{count} datasets of {len(sent)} bodies come to {facts.office.name}; what is found goes "
        f"to {listed(facts.name_of(name) for name in recipients(facts))}."
    )
    return document(
        facts,
        kind="data-flow",
        name=f"{facts.project.id}-data-flow",
        title="Whose data go where",
        about=facts.project.title,
        lead=lead,
        topics=topics(facts, *EVERYTHING),
        sections=(
            section("The map", flow(facts)),
            section("Each source", sources_grid(facts)),
            section(
                "Where results go",
                _out_grid(facts),
                judged(
                    "Whether any source is missing that people in the service rely on.",
                    "Whether each body that sees results needs all that it sees.",
                ),
            ),
        ),
    )


def flow(facts: Facts) -> Flow:
    """The map itself: who sends, where it is joined, who gets what is found."""
    boxes = [
        Box(
            id=partner,
            column=0,
            name=facts.name_of(partner),
            lines=tuple(_given(facts, name) for name in names),
            state=_worst(facts, names),
        )
        for partner, names in senders(facts).items()
    ]
    boxes.append(_middle(facts.office))
    boxes += [
        Box(id=f"to-{name}", column=2, name=facts.name_of(name), lines=("results for its own use",))
        for name in recipients(facts)
    ]
    public = ("released results only", f"no count under {facts.office.threshold}")
    boxes.append(Box(id=PUBLIC, column=2, name="Anybody", lines=public))
    arrows = [(partner, OFFICE) for partner in senders(facts)]
    arrows += [(OFFICE, box.id) for box in boxes if box.column == 2]  # noqa: PLR2004 - the way out
    return Flow(
        title=f"Data flows of {facts.project.title}",
        description=_in_words(facts),
        boxes=tuple(boxes),
        arrows=tuple(arrows),
    )


def _middle(office: OfficeCard) -> Box:
    steps = ("only agreed fields are read", "joined and analysed here", "checked before they leave")
    return Box(id=OFFICE, column=1, name=office.name, lines=steps)


def _in_words(facts: Facts) -> str:
    """The whole map as sentences, for whoever cannot see it."""
    said = [
        f"{facts.name_of(partner)} sends {listed(_given(facts, name) for name in names)}."
        for partner, names in senders(facts).items()
    ]
    out = listed(facts.name_of(name) for name in recipients(facts))
    said.append(f"{facts.office.name} joins them. Results go to {out}.")
    said.append(f"Anybody may see released results, with no count under {facts.office.threshold}.")
    return " ".join(said)


def _given(facts: Facts, name: str) -> str:
    """`council tax: 9 of 15 fields`."""
    fields = covered(facts)[name]
    whole = len(facts.datasets[name].fields)
    return f"{name.replace('_', ' ')}: {len(fields)} of {whole} fields"


def _agreed(facts: Facts, name: str) -> tuple[AgreementFacts, ...]:
    return tuple(one for one in facts.agreements.values() if name in one.agreement.covers)


def state_of(facts: Facts, name: str) -> State:
    """Whether a dataset is agreed, in force and there: `yes`, `partly` or `no`."""
    in_force = any(one.in_force for one in _agreed(facts, name))
    if in_force and name in facts.deliveries:
        return "yes"
    return "partly" if in_force else "no"


def _worst(facts: Facts, names: tuple[str, ...]) -> State:
    states = {state_of(facts, name) for name in names}
    return next(state for state in ("no", "partly", "yes") if state in states)


def sources_grid(facts: Facts) -> Grid:
    """Each source: who controls it, what it is, whether it is agreed and there."""
    rows = []
    for name, fields in covered(facts).items():
        dataset = facts.datasets[name]
        agreed = _agreed(facts, name)
        stage = "; ".join(dict.fromkeys(one.stage for one in agreed))
        signed = "yes, in force" if any(one.in_force for one in agreed) else f"no: {stage}"
        there = facts.deliveries.get(name)
        rows.append(
            (
                dataset.title,
                facts.name_of(dataset.partner),
                _information(max(each.sensitivity for each in fields.values())),
                f"{len(fields)} of {len(dataset.fields)}",
                signed,
                f"yes: {thousands(there.rows)} rows, {moment(there.at)}" if there else "not yet",
            )
        )
    return Grid(
        title="Sources",
        head=(
            *("Source", "Who controls it", "Information", "Fields taken"),
            *("Agreed and signed", "Delivered"),
        ),
        rows=tuple(rows),
        note="A source is ready when it is both agreed and delivered.",
        source="datasets/*.toml; agreements, covers; records of signatures and deliveries",
    )


def _information(sensitivity: int) -> str:
    if sensitivity >= SPECIAL:
        return "special category or offence data"
    return "personal data" if sensitivity >= PERSONAL else "nothing about persons"


def _out_grid(facts: Facts) -> Grid:
    rows = [
        (
            facts.name_of(name),
            facts.project.statements.product,
            "results of this project, for the purpose agreed",
        )
        for name in recipients(facts)
    ]
    rows.append(
        (
            "Anybody",
            "Released results",
            f"no count under {facts.office.threshold}; a second person has approved them",
        )
    )
    return Grid(
        title="Results",
        head=("Who", "What", "On what terms"),
        rows=tuple(rows),
        source="agreements, recipients; office.toml, threshold",
    )
