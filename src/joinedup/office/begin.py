"""A first office folder: one of everything, to fill in. It passes `joinedup check` as it is."""

import re
from pathlib import Path

from joinedup.core.errors import ProjectError
from joinedup.office.folder import MARK

FILES = {
    MARK: """# Who we are, and the rules of this house.
id = "{id}"
name = "{name}"
contact = "office@example.org"
threshold = 10   # the smallest count that may be shown, in persons or premises
""",
    "partners/council.toml": """# One file for each organisation that takes part.
name = "The council"
kind = "council"
controller = "The council, data protection officer: dpo@example.org"
contact = "data@example.org"
signatories = ["Name of the person who may sign"]
""",
    "datasets/visits.toml": """# What a partner promises to deliver.
partner = "council"
title = "Visits to premises"
grain = "one row per visit"
key = ["visit"]

[layout]              # how the sender's file says it
format = "csv"
file = "visits*.csv"
date_format = "%d/%m/%Y"

[fields.visit]
type = "text"
role = "identifier"
required = true
description = "The council's number of the visit."

[fields.visited_on]
type = "date"
role = "date"
required = true
description = "The day of the visit."

[fields.risk]
type = "number"
description = "Points given by the council's own rules, 0 to 100."
""",
    "agreements/visits.toml": """# In force only while every party has signed this file as it is.
title = "Visits, for choosing where to go first"
parties = ["council"]
purpose = "inspection"
purpose_text = "To choose which premises to visit first."
recipients = ["council"]
retention_days = 365
review = 2030-01-01
period = {{ starts = 2026-01-01, ends = 2030-12-31 }}

[covers]
visits = ["visit", "visited_on", "risk"]

[[powers]]
party = "council"
citation = "Local Government Act 1972, section 111"
lawful_basis = "6(1)(e)"

[clauses]
"1" = "Only the fields named under covers are taken."
""",
    "projects/first/project.toml": """title = "Which premises first"
purpose = "inspection"
agreements = ["visits"]
outcome = "Say what counts as a find."
baseline = "Say in which order visits are made today."
capacity = 40
capacity_unit = "visits a week"
decision_owner = "Head of service"

[statements]
problem = "Say the specific problem."
action = "Say who would do what differently."
product = "A list of 40 premises a week, with reasons."
data = "The council's visits."

[report]
lead = "rank"
""",
    "projects/first/definitions/cohort.sql": """-- Cohort: the visits we can put in order.
-- Grain:  one row per visit.
select visit as id, visited_on, risk
from admitted.visits
where risk is not null
""",
    "projects/first/steps/rank.toml": """# Whom to see first, by the council's own points.
title = "By the council's own points"
method = "target.rank"
purpose = "inspection"

[settings]
table = "defined.cohort"
id = "id"
score = "risk"
capacity = 40
""",
}


def begin(folder: Path, name: str) -> list[str]:
    """Write the files; gives their names.

    Raises:
        ProjectError: the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(
            "there is something here already.", fix="name a new folder.", where=folder.name
        )
    identity = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "office"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    for place, text in FILES.items():
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(id=identity, name=quoted), encoding="utf-8")
    return sorted(FILES)
