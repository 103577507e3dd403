"""A folder where partners' files arrive: what fits is taken, the rest is told."""

import json
import os

import pytest

OLD = 1_700_000_000
FILES = {
    "2026-03/visits_b.csv": "V1,01/03/2026,1\nV2,02/03/2026,2\n",
    "2026-03/visits_a.csv": "V1,01/03/2026,1\n",
    "2026-04/visits_a.csv": "V1,01/03/2026,1\nV2,02/03/2026,2\nV3,02/04/2026,3\n",
    "2026-04/readme.txt": "Kind regards",
}


@pytest.fixture
def folder(tmp_path):
    """Three files of visits and one that fits nothing, written long ago."""
    place = tmp_path / "deliveries"
    for name, rows in FILES.items():
        write(place / name, rows)
    return place


def write(path, rows, header="visit,visited_on,risk\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((header if path.suffix == ".csv" else "") + rows)
    os.utime(path, (OLD, OLD))


def swept(joinedup, folder, *more):
    said = joinedup("sweep", str(folder), "--json", *more)
    return said.code, json.loads(said.out)


def there(folder):
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}


def test_files_are_delivered_oldest_name_first_month_by_month(signed, folder):
    before = there(folder)
    code, told = swept(signed, folder)
    assert code == 0
    assert [one["path"] for one in told["delivered"]] == [
        "2026-03/visits_a.csv",
        "2026-03/visits_b.csv",
        "2026-04/visits_a.csv",
    ]
    assert [one["effect"].get("added") for one in told["delivered"]] == [None, 1, 1]
    assert told["left"] == [
        {"path": "2026-04/readme.txt", "reason": "it fits no dataset's layout.file"}
    ]
    assert there(folder) == before


def test_a_second_sweep_does_nothing(signed, folder, tmp_path):
    swept(signed, folder)
    parts = sorted((tmp_path / "home" / "lake").rglob("*.parquet"))
    code, told = swept(signed, folder)
    assert (code, told["delivered"], len(told["already_delivered"])) == (0, [], 3)
    assert sorted((tmp_path / "home" / "lake").rglob("*.parquet")) == parts
    assert json.loads(signed("audit", "verify", "--json").out)["ok"]


def test_a_dry_run_writes_nothing(signed, folder, tmp_path):
    code, told = swept(signed, folder, "--dry-run")
    assert (code, len(told["delivered"])) == (0, 3)
    assert list((tmp_path / "home").rglob("*.parquet")) == []
    assert "3 would be delivered" in signed("sweep", str(folder), "--dry-run").out


def test_a_refused_file_does_not_stop_the_others_and_gives_its_exit_code(signed, folder):
    write(folder / "2026-03/visits_a.csv", "V1,soon,1\n")
    write(folder / "2026-03/visits_c.csv", "", header="")
    code, told = swept(signed, folder)
    assert code == 20
    assert [one["path"] for one in told["refused"]] == [
        "2026-03/visits_a.csv",
        "2026-03/visits_c.csv",
    ]
    assert len(told["delivered"]) == 2
    said = signed("sweep", str(folder))
    assert said.code == 20
    assert "1 cell is not a date" in said.out
    assert "it has no bytes" in said.out
    assert "0 delivered, 2 delivered before, 1 left, 2 refused" in said.out


def test_a_file_that_fits_several_datasets_is_left(signed, office, folder):
    other = (office / "datasets" / "visits.toml").read_text()
    (office / "datasets" / "calls.toml").write_text(other.replace("visits*.csv", "*_a.csv"))
    _, told = swept(signed, folder)
    assert {one["path"]: one["reason"] for one in told["left"]}["2026-03/visits_a.csv"] == (
        "it fits several datasets: calls, visits"
    )
    assert [one["path"] for one in told["delivered"]] == ["2026-03/visits_b.csv"]


def test_a_file_that_is_still_being_written_is_left_for_the_next_sweep(signed, folder, monkeypatch):
    late = folder / "2026-04" / "visits_a.csv"
    late.write_text(late.read_text())

    def write_more(_seconds):
        late.write_text(late.read_text() + "V4,03/04/2026,4\n")
        os.utime(late, (OLD, OLD))

    monkeypatch.setattr("time.sleep", write_more)
    code, told = swept(signed, folder)
    assert (code, len(told["delivered"])) == (0, 2)
    assert "next sweep" in told["left"][-1]["reason"]
    code, told = swept(signed, folder)
    assert [one["rows"] for one in told["delivered"]] == [4]


def test_a_file_that_grows_while_it_is_read_is_left_too(signed, folder, monkeypatch):
    from joinedup.sources import reading

    late = folder / "2026-04" / "visits_a.csv"
    parse = reading.parsed_by_child

    def growing(*arguments, **named):
        if late.stat().st_size < 100:
            late.write_text(late.read_text() + "V4,03/04/2026,4\n")
        return parse(*arguments, **named)

    write(folder / "2026-03/visits_a.csv", "V1,01/03/2026,1\n")
    monkeypatch.setattr(reading, "parsed_by_child", growing)
    code, told = swept(signed, folder / "2026-04")
    assert (code, told["delivered"], told["refused"]) == (0, [], [])
    assert "next sweep" in told["left"][-1]["reason"]


def test_a_link_that_leads_outside_the_folder_is_refused(signed, folder, tmp_path):
    write(tmp_path / "elsewhere" / "visits_x.csv", "V9,01/03/2026,1\n")
    (folder / "2026-03" / "visits_x.csv").symlink_to(tmp_path / "elsewhere" / "visits_x.csv")
    (folder / "2026-03" / "visits_y.csv").symlink_to(folder / "2026-03" / "visits_b.csv")
    (folder / "visits_loop.csv").symlink_to(tmp_path / "elsewhere")
    code, told = swept(signed, folder)
    assert code == 20
    assert [one["path"] for one in told["refused"]] == ["visits_loop.csv", "2026-03/visits_x.csv"]
    assert told["already_delivered"] == ["2026-03/visits_y.csv"]


def test_a_name_that_is_no_text_is_taken_with_a_mark_in_it(signed, tmp_path):
    name = os.fsdecode(b"visits_\xff.csv")
    write(tmp_path / "sent" / name, "V1,01/03/2026,1\n")
    code, told = swept(signed, tmp_path / "sent")
    assert (code, [one["path"] for one in told["delivered"]]) == (0, ["visits_?.csv"])
    assert told["delivered"][0]["file"] == "visits_?.csv"


def test_a_folder_that_is_not_there_is_refused(signed, tmp_path):
    assert signed("sweep", str(tmp_path / "gone")).code == 10
