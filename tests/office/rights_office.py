"""An office whose people carry names nobody else has, and what a test asks of it."""

import json

from people_office import NHS, add_agreement, add_people, add_project

from joinedup.records import keyring
from joinedup.store.lake import Lake

SIGNATORY = "Name of the person who may sign"
SELECT = "select reference, nhs, surname, age from admitted.people"
HEAD = "reference,nhs,surname,note,latitude,age"
MARCH = (
    f"R1,{NHS[0]},Zebedee-Canary,of Canary Lane,51.5,45",
    f"R2,{NHS[1]},Quillfeather,,51.6,31",
    f"R3,{NHS[2]},Ordinary,came late,51.7,45",
)
APRIL = (
    f"R1,{NHS[0]},Zebedee-Canary,of Canary Lane,51.5,46",
    f"R2,{NHS[1]},Quillfeather,,51.6,31",
    f"R3,{NHS[2]},Ordinary,came late,51.7,46",
    "R4,9434765846,Newcomer,,51.8,22",
)
CANARIES = (NHS[0], "Zebedee-Canary", "Canary Lane")
VISITS = """partner = "council"
title = "Visits made"
grain = "one row per visit"
key = ["visit_number"]

[layout]
format = "csv"
file = "calls*.csv"

[fields.visit_number]
type = "text"
role = "identifier"
required = true
description = "Number of the visit."

[fields.surname]
type = "text"
standard = "surname"
sensitivity = 2
description = "Surname."

[fields.born]
type = "date"
standard = "birth_date"
sensitivity = 2
description = "Birth date."

[fields.officer]
type = "text"
role = "staff"
sensitivity = 2
description = "Who went."
"""


class Place:
    """An office that names people for one purpose and knows tokens for another."""

    def __init__(self, joinedup, folder, tmp_path):
        self.joinedup, self.folder, self.files = joinedup, folder, tmp_path
        self.home = tmp_path / "home"
        add_people(folder)
        add_agreement(folder, "safety", identity="named", purpose="safety")
        add_agreement(folder, "insight", identity="tokens", purpose="insight")
        for name in ("safety", "insight"):
            add_project(folder, name, purpose=name, agreement=name, select=SELECT)
        self.sign("safety", "insight")

    def sign(self, *names):
        for name in names:
            said = self.joinedup("agree", "sign", name, "--party", "council", "--by", SIGNATORY)
            assert said.code == 0, said.err

    def deliver(self, month, rows, dataset="people", head=HEAD):
        path = self.files / f"{'calls' if dataset == 'calls' else dataset}_{month}.csv"
        path.write_text("\n".join([head, *rows, ""]))
        said = self.joinedup("deliver", dataset, str(path), "--json")
        assert said.code == 0, said.out + said.err
        path.unlink()
        return json.loads(said.out)

    def run(self, *projects):
        for project in projects or ("safety", "insight"):
            said = self.joinedup("run", "--project", project)
            assert said.code == 0, said.err

    def table(self, name, number=None, **more):
        return Lake(self.home).read(name, number, **more).to_table().to_pydict()

    def subject(self, *arguments, ids=(f"nhs_number={NHS[0]}",), who="Ann", code=0):
        listed = [part for one in ids for part in ("--id", one)]
        said = self.joinedup("subject", *arguments, *listed, "--as", who, "--json")
        assert said.code == code, said.out + said.err
        return json.loads(said.out)

    def ask(self, *arguments, **more):
        return self.subject(*arguments, "--reason", "a letter", **more)

    def bytes(self):
        """Every byte of the home and of the key folder, and of what Parquet holds decrypted."""
        from django.db import connection

        connection.close()
        folders = (self.home, keyring.key_folder(self.home))
        return b"".join(
            path.read_bytes() for one in folders for path in one.rglob("*") if path.is_file()
        )

    def cells(self):
        """Every cell of every version of every table, in each way it is held."""
        from joinedup.records.models import TableVersion
        from joinedup.store import rewrite

        lake = Lake(self.home)
        return " ".join(
            str(rewrite.side(lake, version, part).to_pydict())
            for version in TableVersion.objects.every()
            for part in version.parts
        )
