"""Are lists of homes and people unreadable in the records, and bound to the run they came from?"""

import json
import sqlite3

import pytest

from joinedup.records import keyring

ANALYST = ("--as", "A. Nalyst")


@pytest.fixture
def ran(signed, visits):
    assert signed("deliver", "visits", str(visits), *ANALYST).code == 0
    assert signed("run", *ANALYST).code == 0
    return signed


@pytest.fixture
def records(tmp_path):
    from django.db import connection

    connection.close()
    return sqlite3.connect(tmp_path / "home" / "records.sqlite3")


def test_no_row_of_a_list_stands_in_the_records_in_clear(ran, records, tmp_path):
    listed = ran("show", "rank").out
    assert "V036" in listed
    results = [row[0] for row in records.execute("select result from records_run")]
    assert results
    assert all(text.startswith("sealed-1:") for text in results)
    from django.db import connection

    connection.close()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").glob("records*"))
    assert b"V036" not in kept


@pytest.mark.parametrize("harm", ["flipped", "another run's", "in clear"])
def test_a_result_that_was_changed_or_is_anothers_is_refused(ran, records, harm):
    rows = dict(records.execute("select step, result from records_run"))
    name, sealed = "rank", rows["rank"]
    changed = {
        "flipped": sealed[:-9] + ("A" if sealed[-9] != "A" else "B") + sealed[-8:],
        "another run's": next(text for step, text in rows.items() if step != name),
        "in clear": json.dumps({"headline": "All is well."}),
    }[harm]
    records.execute("update records_run set result = ? where step = ?", (changed, name))
    records.commit()
    records.close()
    said = ran("show", name)
    assert said.code == 60
    assert "first/rank: what the records keep of it is not as it was sealed" in said.err
    assert ran("audit", "verify").code == 60


def test_results_open_after_their_key_was_rotated_and_never_after_it_was_destroyed(ran, tmp_path):
    keyring.rotate(tmp_path / "home", "results first")
    assert ran("show", "rank").code == 0
    keyring.destroy(tmp_path / "home", "results first")
    said = ran("show", "rank")
    assert said.code == 60
    assert "was destroyed" in said.err
