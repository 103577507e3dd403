"""Is an exported event what the page promises?"""

import json
import re
from pathlib import Path

import pytest

from joinedup.records.home import connect, transaction

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/audit-the-ledger.md"


@pytest.fixture
def schema():
    fence = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return json.loads(fence[1])


def test_an_exported_line_has_the_fields_and_forms_that_the_page_promises(
    schema, tmp_path, monkeypatch
):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    connect(tmp_path / "home")
    from django.db import connection

    from joinedup.records import ledger, subjects

    for subject in ("derived.list", subjects.token(tmp_path / "home", 42)):
        with transaction():
            ledger.append("read", actor="Ana García", subject=subject, facts={"n": [1, "é"]})
    lines = [ledger.export_line(event) for event in ledger.events()]
    connection.close()
    kinds = {"string": str, "integer": int, "object": dict}
    for line in lines:
        event = json.loads(line)
        assert set(event) == set(schema["required"]) == set(schema["properties"])
        for name, form in schema["properties"].items():
            assert type(event[name]) is kinds[form["type"]], name
            assert re.search(form.get("pattern", ""), str(event[name])), name
            assert event[name] >= form["minimum"] if "minimum" in form else True
        assert list(event) == sorted(event)


def test_the_hash_is_made_as_the_page_says(tmp_path, monkeypatch):
    """From the words of the page alone, with the standard library."""
    import hashlib

    monkeypatch.delenv("DATABASE_URL", raising=False)
    connect(tmp_path / "home")
    from django.db import connection

    from joinedup.records import ledger

    for number in range(3):
        with transaction():
            ledger.append("read", actor="Ana García", facts={"n": number, "b": "é", "a": None})
    lines = [ledger.export_line(event) for event in ledger.events()]
    connection.close()

    def plain(value):
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    last = "0" * 64
    for line in lines:
        event = json.loads(line)
        said = {name: value for name, value in event.items() if name not in {"hash", "seal"}}
        said["facts"] = plain(said["facts"])
        assert hashlib.sha256(plain(said).encode()).hexdigest() == event["hash"]
        assert event["previous"] == last
        last = event["hash"]
