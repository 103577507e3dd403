"""The log holds what was done, and nothing of anybody it was done with; every line can be read."""

import json
import logging
import shutil
from pathlib import Path

import pytest
from filling import filled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.cli.main import main
from joinedup.records.home import connect

PEOPLE = [
    ("Zebedee Quixworth", 9434765919, "1931-07-13", "ZQ7 4XW"),
    ("Philippa O'Hanrahan-Voss", 4010232137, "1948-02-29", "PV1 9KD"),
]
"""Invented people; the numbers are NHS numbers by their check digit, of nobody."""

DATASET = """
partner = "council"
title = "Visits to people"
grain = "one row per visit"
key = ["visit"]

[layout]
format = "csv"
file = "visits*.csv"
date_format = "%Y-%m-%d"

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
description = "Points, 0 to 100."

[fields.full_name]
type = "text"
role = "identifier"
description = "Who was visited."

[fields.nhs]
type = "integer"
role = "identifier"
description = "Their number."

[fields.born]
type = "date"
role = "identifier"
description = "When they were born."
"""


@pytest.fixture
def people(office, joinedup, tmp_path):
    """The invented office, with people in its files; gives the command line and two files."""
    (office / "datasets/visits.toml").write_text(DATASET)
    agreement = office / "agreements/visits.toml"
    agreement.write_text(
        agreement.read_text().replace(
            '["visit", "visited_on", "risk"]',
            '["visit", "visited_on", "risk", "full_name", "nhs", "born"]',
        )
    )
    files = []
    for month, points in (("03", ".5"), ("04", ".9")):
        path = tmp_path / f"visits_{month}.csv"
        rows = [
            f"V{n:03},2026-{month}-{n % 28 + 1:02},{n % 37}{points},{name},{nhs},{born}"
            for n in range(60)
            for name, nhs, born, _ in [PEOPLE[n % len(PEOPLE)]]
        ]
        path.write_text("\n".join(["visit,visited_on,risk,full_name,nhs,born", *rows, ""]))
        files.append(str(path))
    return joinedup, *files


def canaries():
    """Everything of these people, in the ways that it may come to be written."""
    for name, nhs, born, postcode in PEOPLE:
        digits, day = str(nhs), born.split("-")
        yield from (name, name.split()[1], digits, f"{digits[:3]} {digits[3:6]} {digits[6:]}")
        yield from (born, "/".join(day[::-1]), born.replace("-", ""), f"{nhs:x}")
        yield from (postcode, postcode.replace(" ", ""))


def test_no_event_of_any_command_holds_anything_of_anybody(people, office, tmp_path, caplog):
    run, march, april = people
    signatory = "Name of the person who may sign"
    folder, out = tmp_path / "arriving", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    shutil.copy(april, folder / "visits_sweep.csv")
    spoiled = tmp_path / "visits_bad.csv"
    spoiled.write_text(Path(march).read_text().replace("2026-03-02", PEOPLE[0][0]))
    filled(office)
    approve = ("--approve", "--for", "council", "--words-read")
    readers = [("--as", name) for name in ("R. Eader", "C. Hecker")]
    commands = [
        ("agree", "sign", "visits", "--party", "council", "--by", signatory),
        ("deliver", "visits", march, "--dry-run"),
        ("deliver", "visits", march),
        ("deliver", "visits", str(spoiled)),
        ("deliver", "visits", april, "--corrects", "--dry-run"),
        ("sweep", str(folder)),
        ("run",),
        ("run", "--json"),
        ("show", "rank", "--json"),
        ("show", "report", "--html"),
        ("status",),
        ("quality", "visits"),
        ("project", "gate"),
        ("release", "check", "report"),
        ("release", "report", "--dry-run"),
        *(
            ("release", "review", "rank", *approve, *reader, "--reason", "read every table")
            for reader in readers
        ),
        ("release", "rank", "--for", "council"),
        ("release", "withdraw", "report", "--reason", "a correction came"),
        ("release", "log", "--verify"),
        ("key", "--out", str(out / "project.key")),
        ("fsck",),
        ("audit", "who", "--subject", str(PEOPLE[0][1])),
        ("audit", "who", "--subject", PEOPLE[0][0]),
        ("audit", "who", "--table", "admitted.visits"),
        ("audit", "watch"),
        ("audit", "verify"),
        ("audit", "show", "--last", "500"),
    ]
    told = ""
    with caplog.at_level(logging.DEBUG):
        for command in commands:
            said = run(*command)
            told += said.err + (said.out if command[0] in {"audit", "deliver", "sweep"} else "")
        looked_at(tmp_path / "home")
        assert run("audit", "export", "--out", str(out / "events.jsonl")).code == 0
    events = (out / "events.jsonl").read_text("ascii")
    kinds = {json.loads(line)["kind"] for line in events.splitlines()}
    assert {"delivery", "read", "run", "show", "check", "review", "release", "key"} <= kinds
    assert {"candidate", "withdrawal"} <= kinds
    plain = "\n".join(
        json.dumps(json.loads(line), ensure_ascii=False) for line in events.splitlines()
    )
    for canary in canaries():
        for where, text in {"event": plain, "words": told, "log": caplog.text}.items():
            assert canary.casefold() not in text.casefold(), where
    assert office.is_dir()


def looked_at(home):
    """Somebody looks at the people one by one, as a worklist or a search will have it."""
    connect(home)
    from django.db import connection

    from joinedup.records import subjects
    from joinedup.records.together import record

    for name, nhs, born, _ in PEOPLE:
        for reference in (name, nhs, str(nhs), born):
            record(home, "look", actor="ana", subject=subjects.token(home, reference))
    connection.close()


HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=80),
    st.sampled_from(
        [
            "a\r\nb", "\x1b[2J\x1b]0;owned\x07", "x\u2028y\u2029z", "\u202eevil\u202c", "\x00",
            '{"seq":1,"kind":"forged"}', '","actor":"root', "ana\n7  2026  release  x  by root",
            "x" * 1_000_000, "\ud800", "é" * 5_000, "= 1+1", "%s%n", "\x7f\x9b31m",
        ]
    ),
)  # fmt: skip


@pytest.fixture
def ledger_home(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    connect(tmp_path / "home")
    yield tmp_path / "home"
    from django.db import connection

    from joinedup.records import waiting

    waiting.give_up()
    connection.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.tuples(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE))
def test_whatever_is_typed_stays_one_short_line_that_can_be_read_and_shown(
    ledger_home, capsys, typed
):
    from joinedup.records import ledger
    from joinedup.records.together import record

    kind, actor, subject, reason, file, key = typed
    facts = {"reason": reason, "file": file, key: [reason, {key: file}]}
    number = record(ledger_home, kind, actor=actor, subject=subject, facts=facts)
    (event,) = ledger.events(since=number - 1)
    line = ledger.export_line(event)
    assert line.isascii()
    assert line.isprintable()
    assert len(line.splitlines()) == 1
    assert len(line) < 120_000
    assert json.loads(line)["seq"] == number
    assert all(len(text) <= 200 * len("\\U00010000") for text in (event.kind, event.actor))
    capsys.readouterr()
    assert main(["audit", "show", "--home", str(ledger_home), "--last", "1"]) == 0
    shown = capsys.readouterr().out
    assert shown.removesuffix("\n").isprintable()
    assert len(shown.splitlines()) == 1
    assert ledger.verify().ok


@pytest.mark.parametrize(
    "text",
    ['a\r\nb\x1b[31mc\u2028d\u202e{"e":1}", "f":2\x7f\x00', "a" * 1_000_000],
    ids=["odd", "long"],
)
def test_a_hostile_name_or_reason_at_the_command_line_is_one_line_of_the_log(
    people, office, tmp_path, text
):
    run, march, _ = people
    filled(office)
    run("agree", "sign", "visits", "--party", "council", "--by", "Name of the person who may sign")
    named = tmp_path / f"visits_{text[:40].replace('/', '').replace(chr(0), '')}.csv"
    shutil.copy(march, named)
    assert run("deliver", "visits", str(named), "--as", text).code == 0
    assert run("run", "--as", text).code == 0
    run("project", "gate")
    assert run("release", "withdraw", "rank", "--for", "council", "--reason", text).code == 0
    out = tmp_path / "events.jsonl"
    assert run("audit", "export", "--out", str(out)).code == 0
    lines = out.read_text("ascii").splitlines()
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.isprintable() for line in lines)
    shown = run("audit", "show", "--last", "99").out
    assert all(line.isprintable() for line in shown.splitlines())
    assert len(shown.splitlines()) == len(lines)
    assert run("audit", "verify").code == 0
