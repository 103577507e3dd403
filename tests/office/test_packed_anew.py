"""A file that was delivered does nothing again, whatever it is called and however it is packed."""

import gzip
import json
import shutil
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def slow(kind):
    """A case of the deep run."""
    return pytest.param(kind, marks=pytest.mark.deep)


def as_table(visits):
    lines = [line.split(",") for line in visits.read_text().splitlines()[1:]]
    visit, day, risk = zip(*lines, strict=True)
    return pa.table({"visit": visit, "visited_on": day, "risk": [float(one) for one in risk]})


def workbook(path, visits):
    import openpyxl

    book = openpyxl.Workbook()
    for line in visits.read_text().splitlines():
        cells = line.split(",")
        book.active.append(cells if cells[0] == "visit" else [*cells[:2], float(cells[2])])
    book.save(path)


def zipped_anew(path, to):
    """The same members in another order, with other dates, packed tighter."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in sorted(old.namelist(), reverse=True):
            told = zipfile.ZipInfo(name, (2031, 2, 3, 4, 5, 6))
            new.writestr(told, old.read(name), zipfile.ZIP_DEFLATED, 9)
    assert to.read_bytes() != path.read_bytes()


def paged_anew(path, to):
    """The same rows under another codec, in more groups, without dictionaries."""
    pq.write_table(
        pq.read_table(path), to, compression="zstd", row_group_size=7, use_dictionary=False
    )
    assert to.read_bytes() != path.read_bytes()


def copied(path, to):
    shutil.copy(path, to)


FORMATS = {
    "csv": (lambda path, visits: path.write_bytes(visits.read_bytes()), copied),
    "xlsx": (workbook, zipped_anew),
    "parquet": (lambda path, visits: pq.write_table(as_table(visits), path), paged_anew),
}


@pytest.fixture
def of(joinedup, office, visits, tmp_path):
    """The command line, and a file of the visits, of an office that expects this format."""

    def make(kind):
        dataset = office / "datasets" / "visits.toml"
        text = dataset.read_text()
        text = text.replace('format = "csv"', f'format = "{kind}"').replace(".csv", f".{kind}")
        dataset.write_text(text)
        by = "Name of the person who may sign"
        assert joinedup("agree", "sign", "visits", "--party", "council", "--by", by).code == 0
        FORMATS[kind][0](tmp_path / f"visits_march.{kind}", visits)
        return tmp_path / f"visits_march.{kind}"

    return make


def delivered(joinedup, path, *more):
    said = joinedup("deliver", "visits", str(path), "--json", *more)
    assert said.code == 0, said.err + said.out
    told = json.loads(said.out)
    assert told["word"] == ("already_ingested" if told["already_delivered"] else "ingested")
    return told["already_delivered"], told["version"]


def files(home):
    return {
        path.relative_to(home): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.suffix == ".parquet"
    }


@pytest.mark.parametrize("kind", ["xlsx", slow("csv"), slow("parquet")])
def test_the_same_file_twice_renamed_or_packed_anew_is_no_new_delivery(
    joinedup, of, tmp_path, kind
):
    path, home = of(kind), tmp_path / "home"
    assert delivered(joinedup, path) == (False, 1)
    before = files(home)
    shutil.copy(path, renamed := tmp_path / f"visits_renamed.{kind}")
    FORMATS[kind][1](path, packed := tmp_path / f"visits_packed.{kind}")
    assert delivered(joinedup, path) == (True, 1)
    assert delivered(joinedup, renamed, "--dry-run") == (True, 1)
    assert delivered(joinedup, packed) == (True, 1)
    assert delivered(joinedup, packed, "--corrects") == (True, 1)
    assert files(home) == before
    (tmp_path / "arrived").mkdir()
    shutil.copy(packed, tmp_path / "arrived" / packed.name)
    swept = json.loads(joinedup("sweep", str(tmp_path / "arrived"), "--json").out)
    assert (swept["delivered"], swept["already_delivered"]) == ([], [packed.name])


@pytest.mark.parametrize("kind", ["parquet", slow("xlsx")])
def test_one_other_cell_or_row_is_a_new_delivery(joinedup, of, visits, tmp_path, kind):
    path = of(kind)
    assert delivered(joinedup, path) == (False, 1)
    text = visits.read_text()
    visits.write_text(text.replace("36.5", "36.25", 1))
    FORMATS[kind][0](other := tmp_path / f"visits_other.{kind}", visits)
    assert delivered(joinedup, other) == (False, 2)
    visits.write_text(text + "V999,01/03/2026,1.5\n")
    FORMATS[kind][0](longer := tmp_path / f"visits_longer.{kind}", visits)
    assert delivered(joinedup, longer) == (False, 3)
    assert delivered(joinedup, path) == (True, 1)
    assert delivered(joinedup, path, "--corrects") == (False, 4)


@pytest.mark.deep
@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_file_of_text_that_came_packed_is_refused_by_its_content(joinedup, of, tmp_path, kind):
    path = of("csv")
    packed = tmp_path / "visits_packed.csv"
    if kind == "gzip":
        packed.write_bytes(gzip.compress(path.read_bytes()))
    else:
        with zipfile.ZipFile(packed, "w") as new:
            new.write(path, path.name)
    said = joinedup("deliver", "visits", str(packed))
    assert said.code == 20
    assert f"a {kind} file" in said.err
