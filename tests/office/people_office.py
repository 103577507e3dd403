"""An invented office with people in it: one purpose may name them, another knows tokens alone."""

from pathlib import Path

CANARIES = ("Zebedee-Canary", "Quillfeather", "9434765919", "Canary Lane")
NHS = ("9434765919", "9434765870", "9434765838")
DATASET = """partner = "council"
title = "People seen"
grain = "one row per person"
key = ["reference"]

[layout]
format = "csv"
file = "people*.csv"

[fields.reference]
type = "text"
required = true
description = "Number on the council's list."

[fields.nhs]
type = "text"
standard = "nhs_number"
sensitivity = 2
description = "NHS number."

[fields.surname]
type = "text"
standard = "surname"
sensitivity = 2
description = "Surname."

[fields.note]
type = "text"
sensitivity = 2
description = "What was said."

[fields.latitude]
type = "number"
role = "latitude"
description = "Where."

[fields.age]
type = "integer"
description = "Age."
"""
AGREEMENT = """title = "People"
parties = ["council"]
purpose = "{purpose}"
purpose_text = "To see what is needed."
recipients = ["council"]
retention_days = 365
review = 2030-01-01
period = {{ starts = 2026-01-01, ends = 2030-12-31 }}
identity = "{identity}"

[covers]
people = [{fields}]

[[powers]]
party = "council"
citation = "Local Government Act 1972, section 111"
"""
PROJECT = """title = "{purpose}"
purpose = "{purpose}"
agreements = ["{agreement}"]
outcome = "Say what counts as a find."
baseline = "Say in which order visits are made today."
capacity = 40
capacity_unit = "visits a week"
decision_owner = "Head of service"

[statements]
problem = "Say the specific problem."
action = "Say who would do what differently."
product = "A list."
data = "People."
"""
ALL = ("reference", "nhs", "surname", "note", "latitude", "age")
ROWS = "\n".join(
    [
        "reference,nhs,surname,note,latitude,age",
        f"R1,{NHS[0]},Zebedee-Canary,of Canary Lane,51.5,45",
        f"R2,{NHS[1]},Quillfeather,,51.6,31",
        f"R3,{NHS[2]},Zebedee-Canary,came late,51.7,45",
        "",
    ]
)


def add_people(office: Path) -> None:
    """The dataset; no agreement covers it yet."""
    (office / "datasets" / "people.toml").write_text(DATASET)


def add_agreement(
    office: Path, name: str, *, identity: str, purpose: str, fields=ALL, more=""
) -> None:
    """An agreement over people, to be signed."""
    listed = ", ".join(f'"{field}"' for field in fields)
    text = AGREEMENT.format(purpose=purpose, identity=identity, fields=listed)
    (office / "agreements" / f"{name}.toml").write_text(text + more)


def add_project(office: Path, name: str, *, purpose: str, agreement: str, select: str = "") -> None:
    """A project of this purpose; with a definition, if a SELECT is given."""
    folder = office / "projects" / name
    (folder / "definitions").mkdir(parents=True, exist_ok=True)
    (folder / "project.toml").write_text(PROJECT.format(purpose=purpose, agreement=agreement))
    if select:
        text = f"-- Cohort: people.\n-- Grain: one row per person.\n{select}\n"
        (folder / "definitions" / f"{name}_people.sql").write_text(text)
