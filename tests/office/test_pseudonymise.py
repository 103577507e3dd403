"""Can a partner take out who a file is about before sending it, and does it still join?"""

import json
import stat
import sys
from datetime import date
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
# No canary of few hexadecimal digits: a token could hold it by chance.
CANARIES = ("Quillfeather", "Zebedee", "9434765919", "943 476 5919", "Lane", "1980-05", "05/1980")
FORMATS = ("csv", "fixed", "geojson", "json", "jsonl", "ods", "parquet", "xlsx", "xml")
HEADER = ("REF", "NHS", "SURNAME", "BORN", "NOTE", "AGE", "BAND", "EXTRA")
ROWS = (
    ("R1", "943 476 5919", "Quillfeather", date(1980, 5, 17), "Canary Lane", 45, "A", "Zebedee"),
    ("R2", "9434765927", "ZEBEDEE", date(1980, 5, 18), "x", 46, "B", "Zebedee"),
)
DATASET = """
partner = "council"
title = "People"
grain = "one row per person"
key = ["reference"]

[layout]
format = "{kind}"
file = "people*"
{own}

[layout.rename]
reference = "REF"
nhs = "NHS"
surname = "SURNAME"
birth_date = "BORN"
note = "NOTE"
age = "AGE"
band = "BAND"
extra = "EXTRA"

[fields]
reference = {{ type = "text", role = "identifier", description = "Number on this list." }}
nhs = {{ type = "text", role = "identifier", standard = "nhs_number", description = "NHS number." }}
surname = {{ type = "text", role = "identifier", standard = "surname", description = "Surname." }}
birth_date = {{ type = "date", standard = "birth_date", description = "Date of birth." }}
note = {{ type = "text", description = "What was said." }}
age = {{ type = "integer", description = "Age." }}
band = {{ type = "text", codes = ["A", "B"], description = "Band." }}
extra = {{ type = "text", codes = ["Zebedee"], description = "Not agreed." }}
"""
TOKENS = """
partner = "council"
title = "People, pseudonymised by the council"
grain = "one row per person"
key = ["reference"]

[layout]
format = "parquet"
file = "send*"

[fields]
reference = { type = "text", role = "identifier", description = "Token." }
nhs = { type = "text", role = "identifier", description = "Token of the NHS number." }
surname = { type = "text", role = "identifier", description = "Token of the surname." }
birth_date = { type = "text", role = "identifier", description = "Token of the birth date." }
age = { type = "integer", description = "Age." }
band = { type = "text", codes = ["A", "B"], description = "Band." }
"""
SIGNATORY = "Name of the person who may sign"
COVERED = '"reference", "nhs", "surname", "birth_date", "note", "age", "band"'


@pytest.fixture
def partner(office, tmp_path, monkeypatch):
    """The office folder with a dataset of people in a format, and a file of it."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "sources"))
    import visit_files

    agreement = office / "agreements" / "visits.toml"
    text = agreement.read_text()
    agreement.write_text(text.replace("[covers]\n", f"[covers]\npeople = [{COVERED}]\n"))

    def file(kind="csv", rows=ROWS):
        own = {"fixed": f"widths = {_widths(visit_files)}", "xml": 'record = "row"'}
        own = (own | {"geojson": 'ignored = ["geometry"]'}).get(kind, "")
        declared = DATASET.format(kind=kind, own=own)
        (office / "datasets" / "people.toml").write_text(declared)
        return visit_files.write(tmp_path, kind, rows, HEADER)

    file()
    yield file
    sys.modules.pop("visit_files", None)


def _widths(visit_files):
    places = visit_files.widths(len(HEADER)).items()
    inside = ", ".join(f"{name} = [{first}, {last}]" for name, (first, last) in places)
    return f"{{ {inside} }}"


@pytest.fixture
def key(joinedup, tmp_path):
    path = tmp_path / "homes.key"
    said = joinedup("key", "--out", str(path))
    assert said.code == 0, said.err
    return path


@pytest.fixture
def go(joinedup, tmp_path):
    """Pseudonymise a file; gives what was said and where it was written."""

    def run(file, key, out="send.parquet", *more):
        path = tmp_path / out
        arguments = ("--dataset", "people", "--key", str(key), "--out", str(path))
        return joinedup("pseudonymise", str(file), *arguments, *more, home=False), path

    return run


def secret_of(key):
    return json.loads(key.read_text())["key"]


def clean(text, *more):
    return not any(word in text for word in (*CANARIES, *more))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_of_any_format_goes_out_without_who_it_is_about(partner, key, go, kind):
    said, out = go(partner(kind), key)
    assert said.code == 0, said.err
    table = pq.read_table(out)
    names = ["reference", "nhs", "surname", "birth_date", "age", "band"]
    assert table.column_names == names
    assert sorted(zip(*(table[name].to_pylist() for name in names[4:]), strict=True)) == [
        (45, "A"),
        (46, "B"),
    ]
    assert clean(said.out + said.err, secret_of(key))
    assert clean(out.read_bytes().decode("latin-1"), secret_of(key))
    assert clean(str(table.to_pylist()), secret_of(key))


def test_every_format_gives_the_same_tokens(partner, key, go):
    made = []
    for kind in FORMATS:
        said, out = go(partner(kind), key, f"{kind}.parquet")
        assert said.code == 0, said.err
        made.append(pq.read_table(out))
    assert all(table.equals(made[0]) for table in made)


def test_the_same_key_joins_and_another_joins_nothing(partner, key, joinedup, go, tmp_path):
    (tmp_path / "keys").mkdir(mode=0o700)
    other = tmp_path / "other.key"
    told = joinedup("key", "--out", str(other), "--home", str(tmp_path / "elsewhere"), home=False)
    assert told.code == 0, told.err
    tables = []
    for number, which in enumerate((key, key, other)):
        said, out = go(partner(), which, f"{number}.parquet")
        assert said.code == 0, said.err
        tables.append(pq.read_table(out))
    for name in ("reference", "nhs", "surname", "birth_date"):
        mine, again, theirs = (set(table[name].to_pylist()) for table in tables)
        assert mine == again
        assert len(mine) == len(ROWS)
        assert not mine & theirs


def test_csv_has_the_rows_that_parquet_has(partner, key, go):
    _, parquet = go(partner(), key, "send.parquet")
    _, csv = go(partner(), key, "send.csv")
    assert clean(csv.read_text(), secret_of(key))
    read = pa_csv.read_csv(csv).to_pylist()
    assert read == pq.read_table(parquet).to_pylist()
    for path in (csv, parquet):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_says_what_became_of_each_field_and_why(partner, key, go):
    said, _ = go(partner(), key, "send.csv", "--json")
    told = json.loads(said.out)
    assert told["tokens"] == ["reference", "nhs", "surname", "birth_date"]
    assert told["kept"] == ["age", "band"]
    assert told["left_out"]["extra"] == "no agreement covers it"
    assert told["left_out"]["note"].startswith("free text")
    assert told["key"] == json.loads(key.read_text())["id"]


def test_a_refused_file_leaves_nothing_and_names_nobody(partner, key, go, tmp_path):
    broken = (("R1", "x", "Quillfeather", "Zebedee", "", "Lane", "A", ""),)
    said, out = go(partner(rows=broken), key)
    assert said.code == 20
    assert clean(said.out + said.err, secret_of(key))
    assert not out.exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_key_that_others_can_read_is_refused_before_the_file_is_read(partner, key, go):
    key.chmod(0o644)
    said, out = go(partner(), key)
    assert said.code == 10
    assert "others than its owner" in said.err
    assert secret_of(key) not in said.err
    assert not out.exists()


@pytest.mark.parametrize("out", ["send.xlsx", "nowhere/send.csv", "people.toml.csv"])
def test_a_file_that_cannot_be_written_is_refused(partner, key, go, tmp_path, out):
    (tmp_path / "people.toml.csv").write_text("kept")
    said, path = go(partner(), key, out)
    assert said.code == 10
    assert out.rpartition("/")[2] in said.err
    assert not path.exists() or path.read_text() == "kept"


def test_what_no_agreement_covers_is_not_pseudonymised(partner, key, go, office):
    file = partner()
    agreement = office / "agreements" / "visits.toml"
    agreement.write_text(agreement.read_text().replace(f"people = [{COVERED}]\n", ""))
    said, out = go(file, key)
    assert said.code == 30
    assert not out.exists()


def test_the_ledger_keeps_the_keys_id_and_no_file_of_the_records_the_key(key, tmp_path):
    from joinedup.records.models import LedgerEvent

    told = LedgerEvent.objects.get(kind="key")
    assert json.loads(key.read_text())["id"] in str(told.facts)
    root = (tmp_path / "home.keys" / "root.key").read_text().split()[1]
    for path in (tmp_path / "home").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert root.encode() not in content
            assert secret_of(key).encode() not in content


def test_a_key_is_not_written_over_another_and_is_the_same_when_made_again(key, joinedup, tmp_path):
    before = key.read_text()
    assert joinedup("key", "--out", str(key)).code == 10
    again = tmp_path / "again.key"
    assert joinedup("key", "--out", str(again)).code == 0
    assert again.read_text() == key.read_text() == before


def test_after_a_rotation_the_key_is_new_and_the_older_one_is_found_by_its_id(
    key, joinedup, tmp_path
):
    old = json.loads(key.read_text())
    new, again = tmp_path / "new.key", tmp_path / "again.key"
    assert joinedup("key", "--out", str(new), "--rotate").code == 0
    made = json.loads(new.read_text())
    assert made["id"] != old["id"]
    assert made["key"] != old["key"]
    assert joinedup("key", "--out", str(again), "--id", old["id"]).code == 0
    assert json.loads(again.read_text()) == old


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("more", [("--id", "0" * 16), ("--id", "0" * 16, "--rotate")])
def test_a_key_that_never_was_is_refused_and_nothing_is_made(joinedup, tmp_path, more):
    root = tmp_path / "home.keys" / "root.key"
    before = root.read_bytes()
    assert joinedup("key", "--out", str(tmp_path / "new.key"), *more).code == 10
    assert not (tmp_path / "new.key").exists()
    assert root.read_bytes() == before


def test_what_was_sent_is_delivered_to_a_dataset_of_tokens(partner, key, go, office, signed):
    """The office takes the file like any other: sent by the partner, admitted by an agreement."""
    _, out = go(partner(), key)
    (office / "datasets" / "people.toml").write_text(TOKENS)
    agreement = office / "agreements" / "visits.toml"
    kept = COVERED.replace('"note", ', "")
    agreement.write_text(agreement.read_text().replace(COVERED, kept))
    told = signed("agree", "sign", "visits", "--party", "council", "--by", SIGNATORY)
    assert told.code == 0, told.err
    said = signed("deliver", "people", str(out))
    assert said.code == 0, said.err
    assert f"{len(ROWS)} rows" in said.out


def test_pseudonymising_needs_no_home(partner, key, go, tmp_path, monkeypatch):
    monkeypatch.setenv("JOINEDUP_HOME", str(tmp_path / "never"))
    assert go(partner(), key)[0].code == 0
    assert not (tmp_path / "never").exists()
