"""An invented office of homes in two wards, whose policy names one person for each role."""

import re

from joinedup.cli.main import main
from joinedup.office.begin import begin

WARDS = ("EAST", "WEST")
HOMES = 60
SIGNATORY = "Name of the person who may sign"
REASON = ("--reason", "read it")
PEOPLE = {
    "eng": "engineer",
    "ana": "analyst",
    "eva": "east",
    "rev": "reviewer",
    "sec": "reviewer",
    "lea": "releaser",
    "vic": "viewer",
    "cy": "officer",
    "dee": "officer",
    "dan": "duty",
}
FIELDS = ("home", "ward", "risk", "owner")

DATASET = """partner = "council"
title = "Homes"
grain = "one row per home"
key = ["home"]

[layout]
format = "csv"
file = "homes*.csv"

[fields]
home = { type = "text", role = "identifier", required = true, description = "Its number." }
ward = { type = "text", role = "area", description = "The ward it stands in." }
risk = { type = "number", description = "Points, 0 to 100." }
owner = { type = "text", sensitivity = 2, description = "Who owns it." }
"""
COHORT = """-- Cohort: the homes we can put in order.
-- Grain:  one row per home.
select home as id, ward, risk from admitted.homes where risk is not null
"""
BY_WARD = """-- Counts: homes and owners by ward.
-- Grain:  one row per ward.
select one.ward, count(*) as homes, count(distinct two.owner) as owners, max(one.risk) as worst
from admitted.homes as one join admitted.homes as two on one.owner = two.owner
group by one.ward order by 2
"""
EVERY = """-- Count: all homes.
-- Grain:  one row.
select count(*) as homes from admitted.homes
"""

ROLES = """
[roles]
engineer = { may = ["deliver", "keep"] }
analyst = { clearance = 2, may = ["run", "show"] }
east = { clearance = 2, may = ["run", "show"] }
reviewer = { may = ["approve"] }
releaser = { may = ["release"] }
viewer = { clearance = 1, may = ["show"] }
officer = { may = ["policy", "lease", "review", "sign", "move", "live", "audit", "find", "erase"] }
duty = { clearance = 2, may = ["run", "show"] }
"""


def grant(name, role, fields, more=""):
    listed = ", ".join(f'"{field}"' for field in fields)
    return f"""
[grants.{name}]
role = "{role}"
agreement = "homes"
clause = "1"
dataset = "homes"
fields = [{listed}]
{more}
"""


GRANTS = "".join(
    [
        grant("analyst", "analyst", FIELDS),
        grant("east", "east", FIELDS, 'rows = { ward = ["EAST"] }'),
        grant("reviewer", "reviewer", ("home",)),
        grant("releaser", "releaser", ("home",)),
        grant("viewer", "viewer", ("home",)),
        grant("duty", "duty", FIELDS, "emergency = true"),
    ]
)


def lease(person, role, *, ends="2099-01-01T00:00:00Z"):
    by = "dee" if person == "cy" else "cy"
    return f"""
[leases.{person}-{role}]
person = "{person}"
role = "{role}"
by = "{by}"
starts = 2026-01-01T00:00:00Z
ends = {ends}
"""


LEASES = "".join(lease(person, role) for person, role in PEOPLE.items())
POLICY = ROLES + GRANTS + LEASES


def make(folder):
    """The folder that `joinedup new` makes, with homes in the place of visits."""
    begin(folder, "Invented office")
    (folder / "datasets" / "visits.toml").unlink()
    (folder / "datasets" / "homes.toml").write_text(DATASET)
    agreement = (folder / "agreements" / "visits.toml").read_text()
    (folder / "agreements" / "visits.toml").unlink()
    covers = "homes = [" + ", ".join(f'"{field}"' for field in FIELDS) + "]"
    (folder / "agreements" / "homes.toml").write_text(
        agreement.replace('visits = ["visit", "visited_on", "risk"]', covers)
    )
    project = folder / "projects" / "first"
    text = (project / "project.toml").read_text()
    (project / "project.toml").write_text(
        re.sub(r'"Say [^"]*"', '"Written for a test."', text.replace('"visits"', '"homes"'))
    )
    for name, sql in {"cohort": COHORT, "by_ward": BY_WARD, "every": EVERY}.items():
        (project / "definitions" / f"{name}.sql").write_text(sql)


def write_homes(path, *, seed=0):
    """Sixty homes, two thirds in the east; owners have one to three homes."""
    lines = [
        f"H{n:03},{WARDS[n % 3 == 2]},{(n * 37 + seed) % 97}.5,owner-{n % 25:02}"
        for n in range(HOMES)
    ]
    path.write_text("\n".join([",".join(FIELDS), *lines, ""]))


def begin_ruled(place):
    """The agreement signed, the policy in force, the homes delivered."""
    (place / "office" / "policy.toml").write_text(POLICY)
    for arguments in (
        ("agree", "sign", "homes", "--party", "council", "--by", SIGNATORY),
        ("policy", "propose", "--as", "cy"),
        ("policy", "approve", "--as", "dee", *REASON),
        ("deliver", "homes", str(place / "homes_march.csv"), "--as", "eng"),
    ):
        places = ("--office", str(place / "office"), "--home", str(place / "home"))
        assert main([*arguments, *places]) == 0
