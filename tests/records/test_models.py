"""What the managers' verbs promise, in both databases."""

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from joinedup.records.home import transaction

pytestmark = pytest.mark.usefixtures("home")


def told(kind="test", actor="ana"):
    from joinedup.records import ledger

    with transaction():
        return ledger.append(kind, actor=actor, facts={})


def version(table="admitted.visits", number=1, **changes):
    from joinedup.records.models import TableVersion

    settings = {
        "parts": [{"file": "a.parquet", "sha256": "a", "rows": 2, "bytes": 9}],
        "digest": "d",
        "rows": 2,
        "columns": ["visit"],
        "purposes": ["inspection"],
        "agreements": ["visits"],
        "origin": "delivery:1",
    }
    return TableVersion.objects.create(
        table=table, number=number, event=told(), **settings | changes
    )


def run(identity="one", author="Ana García", step="rank"):
    from joinedup.records.models import Run

    return Run.objects.add(
        project="first",
        step=step,
        identity=identity,
        method="target.rank",
        result='{"headline": "é"}',
        tables={"list": "derived.rank_list"},
        versions={"derived.rank_list": 1},
        author=author,
        event=told(),
    )


def test_the_current_version_is_the_one_with_the_highest_number():
    from joinedup.records.models import TableVersion

    for number in (1, 2, 10):
        version(number=number)
    version(table="derived.list", number=3)
    found = TableVersion.objects
    assert found.current("admitted.visits").number == 10
    assert found.current("admitted.other") is None
    assert found.numbered("admitted.visits", 2).number == 2
    assert found.next_number("admitted.visits") == 11
    assert found.next_number("admitted.other") == 1
    assert [(one.table, one.number) for one in found.all_current()] == [
        ("admitted.visits", 10),
        ("derived.list", 3),
    ]
    assert found.current("admitted.visits").parts[0]["bytes"] == 9


def test_two_versions_of_a_table_cannot_have_one_number():
    version()
    with pytest.raises(IntegrityError), transaction():
        version()


def test_the_event_of_a_version_cannot_be_removed_under_it():
    made = version()
    with pytest.raises(ProtectedError):
        made.event.delete()


def test_a_delivery_is_known_by_its_bytes_and_its_dataset():
    from joinedup.records.models import Delivery

    made = version()
    for name in ("march.csv", "again.csv"):
        Delivery.objects.add(
            dataset="visits",
            file_name=name,
            file_digest="f" * 64,
            rows=2,
            version=made,
            sender="council",
            findings=[{"id": "late", "severity": "warn"}],
        )
    found = Delivery.objects
    assert found.already("visits", "f" * 64).file_name == "again.csv"
    assert found.already("visits", "0" * 64) is None
    assert found.already("other", "f" * 64) is None
    assert found.latest("visits").findings == [{"id": "late", "severity": "warn"}]
    assert found.latest("visits").at == made.event.at
    assert [one.file_name for one in found.history()] == ["march.csv", "again.csv"]


def test_a_signature_binds_to_one_text_and_the_first_stands():
    from joinedup.records.models import Signature

    for party, signatory in (("police", "Bo"), ("council", "Ana"), ("council", "Cy")):
        Signature.objects.sign(
            agreement="visits", digest="d1", party=party, signatory=signatory, event=told()
        )
    assert Signature.objects.signed("visits", "d1") == {"council": "Ana", "police": "Bo"}
    assert Signature.objects.signed("visits", "d2") == {}
    assert Signature.objects.signed("other", "d1") == {}


def test_the_latest_run_and_the_run_of_an_identity_are_two_questions():
    from joinedup.records.models import Run

    first, _second, third = run("one"), run("two"), run("one")
    assert Run.objects.find("first", "rank", "one").pk == third.pk != first.pk
    assert Run.objects.find("first", "rank", "three") is None
    run("two")
    assert Run.objects.latest("first", "rank").identity == "two"
    assert Run.objects.latest("first", "other") is None
    assert Run.objects.latest("first", "rank").result == '{"headline": "é"}'


def candidate(made, digest="d"):
    from joinedup.records.models import Candidate

    said = {"digest": digest, "recipient": "", "rule": "counts", "hidden": 3, "files": {}}
    said |= {"authors": ["ana"], "name": f"first-rank-{digest}"}
    return Candidate.objects.create(run=made, **said, at="2026-03-01", event=told())


def test_one_person_gives_one_verdict_on_one_content_whatever_the_spelling():
    from joinedup.records.models import ReviewRow

    result = run()
    one, other = candidate(result, "d1"), candidate(result, "d2")
    said = {"verdict": "approve", "reason": "read"}
    for by, about in (("Bo", one), ("Cy", one), ("Bo", other)):
        ReviewRow.objects.add(about, by=by, **said, event=told())
    for by in (" bo", "B O", "\uff22o"):
        with pytest.raises(IntegrityError), transaction():
            ReviewRow.objects.add(one, by=by, **said, event=told())
    assert [row.by for row in ReviewRow.objects.of("d1")] == ["Bo", "Cy"]
    assert [row.by for row in ReviewRow.objects.near(result)] == ["Bo", "Cy", "Bo"]


def test_a_verdict_that_is_none_is_refused_by_the_database():
    from joinedup.records.models import ReviewRow

    with pytest.raises(IntegrityError), transaction():
        ReviewRow.objects.add(
            candidate(run()), by="Bo", verdict="perhaps", reason="x", event=told()
        )


def test_what_has_left_is_listed_in_order():
    from joinedup.records.models import ReleaseRow

    result = run()
    for path in ("a", "b"):
        ReleaseRow.objects.add(
            result, digest="d", rule="joinedup-counts", hidden=3, path=path, event=told()
        )
    assert [row.path for row in ReleaseRow.objects.of(result)] == ["a", "b"]
    assert [row.run.step for row in ReleaseRow.objects.history()] == ["rank", "rank"]
    assert ReleaseRow.objects.history()[0].at.endswith("Z")


def test_every_row_says_what_it_is_without_a_cell():
    rows = [version(), run(), told()]
    assert [str(row).split(" ", maxsplit=1)[0] for row in rows[:2]] == [
        "admitted.visits",
        "first/rank",
    ]
