"""An office that links the residents of one partner: its dataset, agreement, project and file."""

import pyarrow as pa
import pyarrow.csv
from benchmarks.linkage.population import population
from people_office import AGREEMENT, PROJECT

RECORDS = 600
NAMING = {
    "forename": "forename",
    "surname": "surname",
    "birth_date": "birth_date",
    "postcode": "postcode",
}
DATASET = """partner = "council"
title = "Residents"
grain = "one row per record"
key = ["id"]

[layout]
format = "csv"
file = "residents*.csv"

[fields.id]
type = "text"
required = true
description = "Number of the record."
"""
SIGNATORY = "Name of the person who may sign"
SIGN = ("agree", "sign", "residents", "--party", "council", "--by", SIGNATORY)


def declare(office, step):
    """Write what the office declares, with a step `who` that links; the project's folder."""
    text = DATASET + "".join(_declared(*field) for field in NAMING.items())
    (office / "datasets" / "residents.toml").write_text(text)
    covers = ", ".join(f'"{name}"' for name in ("id", *NAMING))
    agreed = AGREEMENT.format(purpose="safety", identity="named", fields=covers)
    (office / "agreements" / "residents.toml").write_text(
        agreed.replace("people = [", "residents = [")
    )
    folder = office / "projects" / "safety"
    (folder / "steps").mkdir(parents=True)
    (folder / "project.toml").write_text(PROJECT.format(purpose="safety", agreement="residents"))
    (folder / "steps" / "who.toml").write_text(step)
    return folder


def deliverable(path, rows=RECORDS):
    """Write the partner's file, its first rows."""
    table = population(RECORDS, seed=21)[0].select(["id", *NAMING])
    pa.csv.write_csv(table.slice(0, rows), path)
    return path


def _declared(name, standard):
    return (
        f'\n[fields.{name}]\ntype = "text"\nsensitivity = 2\ndescription = "Its {name}."\n'
        f'standard = "{standard}"\n'
    )
