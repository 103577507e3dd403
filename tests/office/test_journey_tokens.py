"""Journey B on the invented town: made into tokens at source, counted by area, attacked."""

import json

import numpy as np
import openpyxl
import pytest
from scipy.optimize import linprog

from joinedup.cli.main import main
from joinedup.office.demo import ENGINEER

pytestmark = pytest.mark.timeout(900)  # the demonstration is in the time of the first test
PROJECT = "school-readiness"
LEAST, ROUNDED = 10, 5


@pytest.fixture
def place(town_demo):
    return town_demo.place


@pytest.fixture
def report(place):
    """The workbook that left."""
    (found,) = (place / "outbox").glob(f"{PROJECT}-report-*/report.xlsx")
    return openpyxl.load_workbook(found)


def sent(place):
    return sorted(place.glob("town-*/pseudonymised/*/*.csv"))


def tables(report):
    """Of each table that left: its title, its rows, and which of its columns are counts."""
    found = []
    for sheet in report.worksheets[1:]:
        header, *rows = sheet.iter_rows(values_only=True)
        end = next(place for place, row in enumerate(rows) if row[0] is None)
        counts = [at for at, name in enumerate(header) if at and not name.startswith("Share")]
        found.append((sheet.title, rows[:end], counts))
    return found


def test_what_partners_send_for_it_names_nobody(place, town_demo):
    people = town_demo.true("people")
    numbers = {str(number) for number in people["nhs"] if number > 0}
    homes = {str(number) for number in town_demo.true("homes")["uprn"]}
    names = {name.upper() for name in people["surname"] if len(name) > 4}
    for file in sent(place):
        cells = {cell for line in file.read_text().splitlines() for cell in line.split(",")}
        cells = {cell.strip('"') for cell in cells}
        assert not cells & (numbers | homes)
        assert not {cell.upper() for cell in cells} & names
    assert len(sent(place)) == 4 * 3


def test_the_lake_holds_no_name_and_no_number_for_it(place):
    from joinedup.office.house import open_office

    office = open_office(place / "office", place)
    for dataset in ("gp_pseudonyms", "benefit_pseudonyms", "arrears_pseudonyms"):
        version = office.lake.current(f"admitted.{dataset}")
        seen = office.lake.read(f"admitted.{dataset}", tokens=PROJECT).to_table().to_pylist()
        assert version is not None
        assert all(row["home"] is None or len(row["home"]) == 64 for row in seen)


def test_records_of_three_partners_meet_without_a_name(place, town_demo):
    """As many children as there are, but for homes that a register does not know."""
    from joinedup.office.house import open_office

    office = open_office(place / "office", place)
    people = town_demo.true("people")
    alive = people["died"].isna() & (people["nhs"] > 0)
    small = alive & (people["born"].map(lambda day: day.year) >= 2022)
    found = office.lake.read("defined.young_child").to_table()
    assert 0.6 * small.sum() < found.num_rows <= 1.1 * small.sum()
    little = np.array(found["little_money"].to_pylist(), dtype=bool)
    assert 0 < little.sum() < found.num_rows


def test_it_leaves_by_area_and_never_a_list(report):
    assert len(tables(report)) == 3
    for _, rows, counts in tables(report):
        assert all(row[0] == "all" or row[0].startswith("T0") for row in rows)
        cells = [row[at] for row in rows for at in counts if row[at] != "hidden"]
        assert all(cell == 0 or (cell >= LEAST and cell % ROUNDED == 0) for cell in cells)


def widths(rows, counts):
    """How wide the range of each hidden count is, for whoever knows how counts add up.

    Each column adds up to its last row, a mark is part of the first count, and a shown count is
    less than a rounding step away from the truth.
    """
    place = {
        (row, at): row * len(counts) + n for row in range(len(rows)) for n, at in enumerate(counts)
    }
    bounds, size = [None] * len(place), len(place)
    for (row, at), number in place.items():
        cell = rows[row][at]
        near = (max(0, cell - ROUNDED + 1), cell + ROUNDED - 1) if cell != "hidden" else (0, None)
        bounds[number] = near
    adds_up = np.zeros((len(counts), size))
    part_of = np.zeros((len(rows) * (len(counts) - 1), size))
    for line, at in enumerate(counts):
        for row in range(len(rows)):
            adds_up[line, place[row, at]] = -1 if row == len(rows) - 1 else 1
    for line, (row, at) in enumerate((row, at) for row in range(len(rows)) for at in counts[1:]):
        part_of[line, place[row, at]], part_of[line, place[row, counts[0]]] = 1, -1
    for (row, at), number in place.items():
        if rows[row][at] == "hidden":
            ends = []
            for sign in (1, -1):
                goal = np.zeros(size)
                goal[number] = sign
                solved = linprog(
                    goal, A_eq=adds_up, b_eq=np.zeros(len(counts)), A_ub=part_of,
                    b_ub=np.zeros(len(part_of)), bounds=bounds,
                )  # fmt: skip
                assert solved.status == 0
                ends.append(abs(solved.fun))
            yield ends[1] - ends[0]


def test_an_attacker_with_linear_programs_pins_no_hidden_count_down(report):
    tried = 0
    for title, rows, counts in tables(report):
        for width in widths(rows, counts):
            tried += 1
            assert width >= ROUNDED, title
    assert tried > 0


def test_the_attacker_finds_a_count_that_one_other_gives_away():
    rows = [("a", 20, 10), ("b", 20, "hidden"), ("all", 40, 15)]
    wide = list(widths(rows, [1, 2]))
    assert len(wide) == 1
    assert wide[0] <= 3 * ROUNDED


def test_the_json_that_leaves_says_what_the_workbook_says(place, report):
    (found,) = place.glob(f"outbox/{PROJECT}-report-*/report.json")
    told = json.loads(found.read_text(encoding="utf-8"))["tables"]
    sheets = report.worksheets[1:]
    assert len(told) == len(sheets) > 0
    for table, sheet in zip(told.values(), sheets, strict=True):
        _, *rows = sheet.iter_rows(values_only=True)
        for said, shown in zip(table["rows"], rows, strict=False):
            for one, other in zip(said, shown, strict=True):
                hidden = isinstance(one, dict)
                assert hidden == (other == "hidden") or one is other is None
                assert hidden or one == pytest.approx(other)


def test_every_partner_has_a_notice_of_its_own(place):
    pages = {path.stem for path in (place / "documents" / PROJECT).glob("*-notice-*.html")}
    parties = ("education", "health", "revenues", "place")
    assert pages == {f"{PROJECT}-notice-{party}" for party in parties}


def test_a_number_of_a_person_in_a_tokens_place_is_refused_and_not_repeated(place, capsys):
    (folder,) = place.glob("town-*/pseudonymised/2026-09")
    file = place.parent / "gp_pseudonyms.csv"
    header, first, *rest = (folder / "gp_pseudonyms.csv").read_text().splitlines()
    cells = first.split(",")
    broken = ["9434765919" if len(cell.strip('"')) == 64 else cell for cell in cells]
    lines = [header, ",".join(broken), *rest]
    assert len(rest) * 0.05 > 1  # of another kind, so few rows would be rejected alone
    file.write_text("\n".join(lines) + "\n")
    options = ["--office", str(place / "office"), "--home", str(place), "--as", ENGINEER]
    assert main(["deliver", "gp_pseudonyms", str(file), *options]) == 20
    said = capsys.readouterr()
    assert "token" in said.err
    assert "9434765919" not in said.out + said.err
