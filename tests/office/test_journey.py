"""From an empty folder to a released list, as a person at the keyboard does it."""

import json
import sqlite3

import pyarrow.parquet as pq
import pytest
from filling import filled

ANALYST = ("--as", "A. Nalyst")
READER = ("--as", "R. Eader")
SECOND = ("--as", "S. Econd")
AUTHOR = ("--as", " a. nalyst ")
READ = ("--reason", "read every row")
NOTE = '\n[fields.note]\ntype = "text"\ndescription = "Free text."\n'


@pytest.fixture
def ran(signed, visits, office):
    filled(office)
    assert signed("deliver", "visits", str(visits), *ANALYST).code == 0
    assert signed("run", *ANALYST).code == 0
    assert signed("project", "gate", *ANALYST).code == 0
    return signed


def test_a_new_office_has_no_mistakes(joinedup):
    said = joinedup("check", home=False)
    assert (said.code, said.err) == (0, "")
    assert "no mistakes" in said.out


def test_nothing_is_delivered_before_the_agreement_is_signed(joinedup, visits):
    said = joinedup("deliver", "visits", str(visits))
    assert said.code == 30
    assert "has not signed" in said.err
    assert "Fix:" in said.err


def test_only_a_named_signatory_may_sign(joinedup):
    said = joinedup("agree", "sign", "visits", "--party", "council", "--by", "Somebody Else")
    assert said.code == 30


def test_a_signed_agreement_that_is_edited_is_no_longer_in_force(signed, office, visits):
    file = office / "agreements" / "visits.toml"
    file.write_text(file.read_text() + "\n# one more word\n")
    said = signed("deliver", "visits", str(visits))
    assert said.code == 30
    assert "edited" in said.err


def test_an_expired_agreement_admits_nothing(joinedup, office, visits):
    file = office / "agreements" / "visits.toml"
    file.write_text(file.read_text().replace("ends = 2030-12-31", "ends = 2026-01-31"))
    joinedup(
        "agree", "sign", "visits", "--party", "council", "--by", "Name of the person who may sign"
    )
    said = joinedup("deliver", "visits", str(visits))
    assert said.code == 30
    assert "ended" in said.err


def test_the_same_file_again_does_nothing(signed, visits, tmp_path):
    first = json.loads(signed("deliver", "visits", str(visits), "--json").out)
    before = sorted(path.name for path in (tmp_path / "home").rglob("*.parquet"))
    again = json.loads(signed("deliver", "visits", str(visits), "--json").out)
    assert (first["already_delivered"], again["already_delivered"]) == (False, True)
    assert sorted(path.name for path in (tmp_path / "home").rglob("*.parquet")) == before


def test_running_twice_does_nothing_the_second_time(ran):
    steps = json.loads(ran("run", "--json").out)
    assert steps
    assert [step["step"] for step in steps if step["ran"]] == []


def test_a_changed_setting_runs_its_step_again_and_no_other(ran, office):
    step = office / "projects" / "first" / "steps" / "rank.toml"
    step.write_text(step.read_text().replace("capacity = 40", "capacity = 30"))
    steps = json.loads(ran("run", "--json").out)
    assert [step["step"] for step in steps if step["ran"]] == ["rank", "report"]


@pytest.mark.usefixtures("ran")
def test_the_list_is_no_longer_than_the_capacity(tmp_path):
    (part,) = (tmp_path / "home" / "lake" / "derived" / "first_rank_list").glob("*.parquet")
    assert pq.read_table(part).num_rows == 40


def test_a_field_that_is_not_agreed_never_reaches_the_disk(joinedup, office, visits, tmp_path):
    canary = "ZQX77CANARY"
    visits.write_text(
        visits.read_text().replace(",risk\n", ",risk,note\n").replace(".5\n", f".5,{canary}\n")
    )
    dataset = office / "datasets" / "visits.toml"
    dataset.write_text(dataset.read_text() + NOTE)
    joinedup(
        "agree", "sign", "visits", "--party", "council", "--by", "Name of the person who may sign"
    )
    said = joinedup("deliver", "visits", str(visits))
    assert said.code == 0, said.err
    assert "not agreed" in said.out
    assert canary not in said.out
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert canary.encode() not in kept
    for part in (tmp_path / "home").rglob("*.parquet"):
        assert pq.read_table(part).column_names == ["visit", "visited_on", "risk"]


def test_a_step_that_reads_a_field_not_agreed_is_refused(ran, office):
    dataset = office / "datasets" / "visits.toml"
    dataset.write_text(dataset.read_text() + NOTE)
    cohort = office / "projects" / "first" / "definitions" / "cohort.sql"
    cohort.write_text(cohort.read_text().replace("visited_on, risk", "visited_on, risk, note"))
    said = ran("run")
    assert said.code == 30
    assert "admitted.visits.note" in said.err


def test_a_definition_that_is_not_one_select_is_refused(joinedup, office):
    cohort = office / "projects" / "first" / "definitions" / "cohort.sql"
    for bad in ("drop table x", "select 1; select 2", "select * from read_csv('x.csv')", "selec"):
        cohort.write_text(f"-- Cohort: x\n-- Grain: one row\n{bad}\n")
        said = joinedup("check", home=False)
        assert said.code == 10, bad
        assert "cohort.sql" in said.err


def test_the_author_cannot_release_alone(ran):
    said = ran("release", "rank", "--for", "council", *ANALYST)
    assert said.code == 50
    assert "2 people who did not make it" in said.err
    own = ran("release", "rank", "--for", "council", "--approve", "--reason", "mine", *AUTHOR)
    assert own.code == 50


def approved(ran, *readers):
    for reader in readers:
        said = ran("release", "review", "rank", "--approve", "--for", "council", *READ, *reader)
        assert said.code == 0, said.err


def test_two_others_open_the_way_out_and_one_does_not(ran, tmp_path):
    approved(ran, READER)
    assert ran("release", "rank", "--for", "council", *ANALYST).code == 50
    assert list((tmp_path / "home").glob("outbox/[!.]*")) == []
    approved(ran, SECOND)
    public = ran("release", "rank", *ANALYST)
    assert public.code == 50, "a list of premises is not for the public"
    said = ran("release", "rank", "--for", "council", *ANALYST)
    assert said.code == 0, said.err
    (folder,) = (tmp_path / "home").glob("outbox/[!.]*")
    names = {"report.html", "report.txt", "report.json", "report.xlsx"}
    assert {file.name for file in folder.iterdir()} == names
    assert list((tmp_path / "home").glob("desk/*")) == []
    assert ran("release", "log", "--verify").code == 0


def test_a_verdict_binds_to_the_content_it_was_given_for(ran, office):
    approved(ran, READER, SECOND)
    step = office / "projects" / "first" / "steps" / "rank.toml"
    step.write_text(step.read_text().replace("capacity = 40", "capacity = 30"))
    ran("run", *ANALYST)
    said = ran("release", "rank", "--for", "council", *ANALYST)
    assert said.code == 50
    assert "have not yet" in said.err


def test_audit_verify_passes_until_one_byte_is_changed(ran, tmp_path):
    assert ran("audit", "verify").code == 0
    database = tmp_path / "home" / "records.sqlite3"
    connection = sqlite3.connect(database)
    triggers = connection.execute(
        "select name from sqlite_master where type = 'trigger'"
    ).fetchall()
    for (name,) in triggers:
        connection.execute(f'drop trigger "{name}"')
    table = next(
        name
        for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
        if name.endswith("ledgerevent")
    )
    connection.execute(f"update \"{table}\" set actor = actor || 'x' where seq = 2")
    connection.commit()
    connection.close()
    said = ran("audit", "verify")
    assert said.code == 60
    assert "event 2" in said.err


def test_the_page_of_a_result_says_it_is_not_for_release(ran, tmp_path):
    said = ran("show", "rank", "--html")
    assert said.code == 0
    (page,) = (tmp_path / "home" / "results").rglob("rank.html")
    assert "Not for release" in page.read_text()


def test_status_names_the_next_step(joinedup):
    said = joinedup("status")
    assert said.code == 0
    assert "joinedup agree show visits" in said.out


def test_fsck_names_a_part_that_was_changed(ran, tmp_path):
    assert ran("fsck").code == 0
    part = next((tmp_path / "home" / "lake").rglob("*.parquet"))
    whole = bytearray(part.read_bytes())
    whole[len(whole) // 2] ^= 1
    part.chmod(0o600)
    part.write_bytes(bytes(whole))
    said = ran("fsck")
    assert said.code == 60
    assert part.name[:12] in said.err


@pytest.mark.usefixtures("ran")
def test_a_step_that_reads_a_field_not_agreed_is_refused_in_python_too(office, tmp_path):
    from joinedup.core.errors import ColumnsNotCovered
    from joinedup.office.house import open_office
    from joinedup.office.run import run

    dataset = office / "datasets" / "visits.toml"
    dataset.write_text(dataset.read_text() + NOTE)
    cohort = office / "projects" / "first" / "definitions" / "cohort.sql"
    cohort.write_text(cohort.read_text().replace("visited_on, risk", "visited_on, risk, note"))
    at_work = open_office(office, tmp_path / "home", "A. Nalyst")
    with pytest.raises(ColumnsNotCovered) as caught:
        list(run(at_work, at_work.folder.project("first")))
    assert caught.value.columns == ["admitted.visits.note"]


def test_a_signature_that_its_event_does_not_bear_out_is_found(ran, tmp_path):
    connection = sqlite3.connect(tmp_path / "home" / "records.sqlite3")
    connection.execute("update records_signature set signatory = 'Somebody Else'")
    connection.commit()
    connection.close()
    said = ran("audit", "verify")
    assert said.code == 60
    assert "a signature on record" in said.err
