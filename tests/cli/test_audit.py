"""The commands of the auditor: anchor, verify against it, who, export, watch."""

import json
import sqlite3

import pytest

from joinedup.cli.main import main
from joinedup.records.home import connect, transaction


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with six events: readings, one of them about a person."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    place = tmp_path / "home"
    connect(place)
    from django.db import connection

    from joinedup.records import ledger, subjects

    person = subjects.token(place, "QQ123456C")
    for number in range(6):
        with transaction():
            subject = person if number == 4 else f"derived.t{number % 2}"
            ledger.append("read", actor="ana", subject=subject, facts={"n": number})
    connection.close()
    yield place
    connection.close()


@pytest.fixture
def audit(home, capsys):
    """Run an audit command on that home; gives its exit code and what it said."""

    def run(*arguments):
        code = main(["audit", *map(str, arguments), "--home", str(home)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def cut_to(home, seq):
    """The tail goes and the head with it; the triggers are dropped first."""
    from django.db import connection

    connection.close()
    with sqlite3.connect(home / "records.sqlite3") as direct:
        direct.execute("drop trigger ledger_refuses_delete")
        direct.execute("delete from records_ledgerevent where seq > ?", [seq])
        direct.execute(
            "update records_ledgerhead set (seq, hash) = "
            "(select seq, hash from records_ledgerevent order by seq desc limit 1)"
        )
    direct.close()


def test_a_cut_off_tail_exits_60_by_its_seal_and_against_the_anchor(audit, home, tmp_path):
    kept = tmp_path / "anchor.json"
    assert audit("anchor", "--out", kept)[0] == 0
    assert audit("verify", "--against", kept)[0] == 0
    cut_to(home, 4)
    code, said = audit("verify")
    assert code == 60
    assert "event 5: it may be missing: the head is not under this home's seal" in said
    code, said = audit("verify", "--against", kept)
    assert code == 60
    assert "event 5: it is missing" in said


def test_an_anchor_that_was_changed_exits_60_and_one_that_is_not_there_10(audit, tmp_path):
    kept = tmp_path / "anchor.json"
    audit("anchor", "--out", kept)
    kept.write_text(kept.read_text().replace('"events": 7', '"events": 6'))
    assert audit("verify", "--against", kept)[0] == 60
    assert audit("verify", "--against", tmp_path / "none.json")[0] == 10
    assert audit("verify", "--public-key", kept)[0] == 10


def test_who_answers_by_table_and_by_the_reference_of_a_person(audit):
    code, said = audit("who", "--table", "derived.t1", "--json")
    assert code == 0
    assert [(deed["seq"], deed["verb"]) for deed in json.loads(said)] == [
        (2, "read"),
        (4, "read"),
        (6, "read"),
    ]
    code, said = audit("who", "--subject", "qq123456c", "--json")
    assert [deed["seq"] for deed in json.loads(said)] == [5]
    assert audit("who")[0] == audit("who", "--table", "a", "--subject", "b")[0] == 10
    asked = audit("show", "--kind", "asked", "--json")[1]
    assert [json.loads(line)["facts"]["of"] for line in asked.splitlines()] == [
        "derived.t1",
        "a person",
    ]
    assert "123456" not in asked.casefold()


def test_a_person_cannot_be_asked_for_without_the_key(audit, home):
    (home.with_name(home.name + ".keys") / "root.key").unlink()
    code, said = audit("who", "--subject", "QQ123456C")
    assert code == 60
    assert "123456" not in said


def test_every_event_is_exported_as_a_line_and_no_file_overwritten(audit, tmp_path):
    out = tmp_path / "events.jsonl"
    assert audit("export", "--out", out)[0] == 0
    lines = [json.loads(line) for line in out.read_text("ascii").splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, 8))
    assert (lines[-1]["kind"], lines[-1]["facts"]) == ("exported", {"file": "events.jsonl"})
    assert out.stat().st_mode & 0o777 == 0o600
    assert audit("export", "--out", out)[0] == 10


def test_an_export_is_verified_from_its_lines_alone_and_against_an_anchor(audit, tmp_path):
    out, kept = tmp_path / "events.jsonl", tmp_path / "anchor.json"
    audit("anchor", "--out", kept)
    audit("export", "--out", out)
    told = json.loads(audit("verify", "--file", out, "--json")[1])
    assert (told["ok"], told["events"], told["seals_checked"]) == (True, 8, False)
    assert audit("verify", "--file", out, "--against", kept)[0] == 0
    lines = out.read_text().splitlines(keepends=True)
    cut, spoiled, strange = (tmp_path / name for name in ("cut", "spoiled", "strange"))
    cut.write_text("".join(lines[:5]))
    assert audit("verify", "--file", cut)[0] == 0
    code, said = audit("verify", "--file", cut, "--against", kept)
    assert (code, "event 6: it is missing" in said) == (60, True)
    spoiled.write_text("".join(lines).replace('"n":2', '"n":3'))
    code, said = audit("verify", "--file", spoiled)
    assert (code, "event 3: it is not as it was written" in said) == (60, True)
    strange.write_text(lines[0] + "[]\n")
    code, said = audit("verify", "--file", strange)
    assert (code, "strange:2" in said) == (60, True)
    assert audit("verify", "--file", tmp_path / "none")[0] == 10


def test_watch_counts_the_tables_that_one_person_read(audit):
    code, said = audit("watch", "--tables", 1, "--from", 0, "--to", 24, "--json")
    assert code == 0
    assert ("ana", "many tables in a day", 2) in {
        (one["who"], one["what"], one["count"]) for one in json.loads(said)["sights"]
    }
    assert "no accusation" in audit("watch")[1]


def test_the_report_of_the_watch_says_how_to_look_closer_as_text_and_as_a_page(audit, tmp_path):
    page = tmp_path / "watch.html"
    limits = ("--tables", 1, "--from", 0, "--to", 24)
    said = audit("watch", *limits)[1]
    assert "joinedup audit show --by ana --between 1 6" in " ".join(said.split())
    assert audit("watch", *limits, "--html", page)[0] == 0
    content = page.read_text()
    assert "joinedup audit show --by ana --between 1 6" in content
    assert page.stat().st_mode & 0o777 == 0o600
    closer = audit("show", "--by", "ana", "--between", 1, 6, "--json")[1]
    assert [json.loads(line)["seq"] for line in closer.splitlines()] == [1, 2, 3, 4, 5, 6]
    assert audit("show", "--by", "bo")[1] == ""
    assert len(audit("show", "--kind", "read", "--last", 2)[1].splitlines()) == 2
    assert audit("watch", "--html", tmp_path / "none" / "watch.html")[0] == 10
