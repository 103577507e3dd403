"""What was made is what the partners promised, the same each time, and wrong only where it says."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import readers
from readers import PEOPLE, SEED

from joinedup.core.errors import ProjectError
from joinedup.town.errors import NAME_FIELDS, RATES
from joinedup.town.make import make
from joinedup.town.names.cultures import CULTURES

MONTHS = ("2026-07", "2026-08", "2026-09")
FAR = 4.0
"""Standard errors, and one error more because errors are whole."""
COLUMNS = {
    "council_tax": "Account Ref,UPRN,Address 1,Address 2,Address 3,Post Code,Band,Title,Forename,"
    "Surname,Start Date,Liable Adults,Discount,Arrears,Landlord Address",
    "housing_benefit": ",".join(readers.BENEFIT),
    "business_rates": "Account,Liable Name,Trading Name,Company No,Address,Postcode,UPRN,"
    "Description,Rateable Value,Liable From",
    "hmo_licences": "Number,Granted,Expires,UPRN,Address,Postcode,Name,Company No",
    "housing_inspections": "Case No,Inspected On,UPRN,Address,Postcode,Reason,Officer,Finding,"
    "Hazards",
    "housing_complaints": "Ref,Received,UPRN,Address,Postcode,Category,Details",
    "school_census": "@estab,UPN,Surname,Forename,BirthDate,Gender,Ethnicity,FSM,YearGroup,"
    "SessionsPossible,SessionsMissed,AddressLine,Postcode",
    "police_incidents": "incident_id,reported_at,category,easting,northing,output_area",
    "fire_incidents": "Incident No,Date,Time,Type,Dwelling Type,Address,Postcode,UPRN,Casualties,"
    "Easting,Northing",
    "home_safety_visits": "Visit Ref,Visited On,Forename,Surname,DOB,Address,Postcode,UPRN,Outcome,"
    "Alarms Fitted,Referred",
    "gp_registrations": "NHS_NUMBER,FAMILY_NAME,GIVEN_NAME,BIRTH_DATE,SEX,ADDRESS,POSTCODE,UPRN,"
    "PRACTICE,REGISTERED_ON",
    "ae_attendances": "ATTENDANCE_ID,NHS_NUMBER,ARRIVED_ON,AGE,REASON",
    "housing_repairs": "job,uprn,reported,trade,priority,completed,tenant.name,tenant.phone",
    "regulator_visits": "Visit Ref,Regulator,Business Name,Company No,Address,Postcode,Visited On,"
    "Result",
    "outreach_contacts": "ref,initials,forename,surname,birth_date,sex,first_seen",
    "hostel_stays": "ref,initials,forename,surname,birth_date,sex,first_seen",
    "homelessness_applications": "ref,initials,forename,surname,birth_date,sex,first_seen",
}
SHOWS = {
    "forename": {"forename", "given_name", "tenant.name"},
    "surname": {"surname", "family_name", "tenant.name"},
    "name": {"forename", "given_name", "surname", "family_name", "tenant.name"},
    "birth_date": {"birth_date", "dob", "birthdate"},
    "address": {"address", "addressline", "address 1", "address 2", "address 3"},
    "postcode": {"postcode", "post code"},
    "uprn": {"uprn"},
    "home": {"address", "addressline", "postcode", "uprn"},
    "nino": {"nino"},
    "upn": {"upn"},
    "nhs_number": {"nhs_number"},
    "company_number": {"company no"},
    "business": {"trading name", "business name"},
    "holder": {"name"},
    "visited_on": {"visited on"},
    "happened_on": {"date"},
    "output_area": {"output_area"},
    "record": set(),
}
"""Columns, in small letters, that an error of each field may show in."""
every_dataset = pytest.mark.parametrize("name", COLUMNS)


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def delivered(town, month):
    return town.folder / "deliveries" / month


def records(town, name):
    return pq.read_table(town.folder / "truth" / "records" / f"{name}.parquet").to_pylist()


def mistakes(town, name):
    return pq.read_table(town.folder / "truth" / "errors" / f"{name}.parquet").to_pylist()


def shown(town, name, month):
    """Line of the records file, its row in the month's file, and how many copies follow."""
    for line, record in enumerate(records(town, name)):
        row = record[f"row_{month.replace('-', '_')}"]
        if row is not None:
            yield line, row - 1, record["copies"]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(made, tmp_path):
    again = make(PEOPLE, SEED, tmp_path / "again")
    other = make(PEOPLE, SEED + 1, tmp_path / "other", months=1)
    assert tree(again.folder) == tree(made.folder)
    before, after = tree(made.folder), tree(other.folder)
    same = [name for name in after if before[name] == after[name]]
    assert same == ["deliveries/open/bank_holidays.csv"]


@every_dataset
def test_a_plain_reader_finds_the_promised_columns_and_as_many_rows_as_the_truth(made, name):
    for number, month in enumerate(MONTHS):
        rows = readers.rows_of(delivered(made, month), name)
        expected = COLUMNS[name].split(",")
        if name == "council_tax" and month == MONTHS[2]:
            expected[expected.index("Post Code")] = "Postcode"
        assert list(rows[0]) == expected
        assert len(rows) == made.rows[name][number]
        assert len(rows) == sum(copies for _, _, copies in shown(made, name, month))


@every_dataset
def test_a_cell_is_wrong_exactly_where_the_truth_says_so(made, faultless, name):
    may: dict[int, set[str]] = {}
    for mistake in mistakes(made, name):
        may.setdefault(mistake["record"], set()).add(mistake["field"])
    for month in (MONTHS[0], MONTHS[2]):
        rows = readers.rows_of(delivered(made, month), name)
        clean = readers.rows_of(delivered(faultless, month), name)
        true = [row for _, row, _ in shown(faultless, name, month)]
        for (line, row, copies), clean_row in zip(shown(made, name, month), true, strict=True):
            fields = may.get(line, set())
            differs = {
                column.lower()
                for column in rows[row]
                if rows[row][column] != clean[clean_row][column]
            }
            allowed = set().union(*(SHOWS[field] for field in fields)) if fields else set()
            assert differs <= allowed, fields
            for field in fields - {"record"}:
                assert differs & SHOWS[field], (field, differs)
            assert copies == 1 + ("record" in fields)
            assert all(rows[row + more] == rows[row] for more in range(copies))


def rates_of(town):
    return json.loads((town.folder / "truth" / "rates.json").read_text("utf-8"))["rates"]


def test_a_rate_holds_for_every_culture_and_is_raised_for_one(made):
    rates = rates_of(made)
    assert {one["culture"] for one in rates} == {*CULTURES, ""}
    for one in rates:
        intended = RATES[one["source"], one["field"], one["kind"]]
        if one["field"] in NAME_FIELDS and one["culture"] == "patronymic":
            intended *= 2.5
        assert one["rate"] == pytest.approx(intended)


@pytest.mark.parametrize("by", ["source", "group"])
def test_errors_are_as_many_as_intended(made, by):
    """By source, field and kind; and by field, kind and whether names are patronymic."""
    groups: dict[tuple[str, ...], list[dict]] = {}
    for one in rates_of(made):
        group = str(one["culture"] == "patronymic")
        key = (one["source"],) if by == "source" else (group,)
        groups.setdefault((*key, one["field"], one["kind"]), []).append(one)
    assert len(groups) > (90 if by == "source" else 40)
    for key, ones in groups.items():
        month = MONTHS[0]
        eligible = np.array([one["eligible"].get(month, 0) for one in ones])
        rate = np.array([one["rate"] for one in ones])
        planted = sum(one["planted"].get(month, 0) for one in ones)
        spread = np.sqrt(np.sum(eligible * rate * (1 - rate)))
        assert abs(planted - np.sum(eligible * rate)) <= FAR * spread + 1, key


def test_the_counts_in_rates_are_the_errors_in_the_truth(made):
    rates = rates_of(made)
    for name in COLUMNS:
        visible = {line for line, _, _ in shown(made, name, MONTHS[0])}
        listed = [one for one in mistakes(made, name) if one["record"] in visible]
        counted = [one["planted"].get(MONTHS[0], 0) for one in rates if one["source"] == name]
        assert sum(counted) == len(listed)


def test_an_error_once_made_stays_through_the_months(made):
    for name in ("council_tax", "gp_registrations"):
        first, last = (readers.rows_of(delivered(made, month), name) for month in MONTHS[::2])
        there = {line: row for line, row, _ in shown(made, name, MONTHS[2])}
        wrong = {one["record"] for one in mistakes(made, name) if one["kind"] == "typo"}
        both = [(row, there[line]) for line, row, _ in shown(made, name, MONTHS[0])
                if line in wrong & set(there)]  # fmt: skip
        assert len(both) > 5
        same = [list(first[row].values()) == list(last[other].values()) for row, other in both]
        assert np.mean(same) > 0.9  # somebody marries between July and September


def test_the_postcode_column_has_another_name_in_the_third_month(made):
    headers = [
        (delivered(made, month) / "council_tax.csv").read_bytes().split(b"\r\n")[3]
        for month in MONTHS
    ]
    assert [b"Post Code" in header for header in headers] == [True, True, False]
    assert b"Postcode" in headers[2]


def test_titles_and_totals_are_as_the_council_writes_them(made):
    lines = (delivered(made, "2026-08") / "council_tax.csv").read_bytes().split(b"\r\n")
    assert lines[:3] == [
        b"AMBLEFORD BOROUGH COUNCIL",
        b"Council Tax: live accounts as at 31/08/2026",
        b"",
    ]
    assert lines[-2] == b"Total accounts,%d" % made.rows["council_tax"][1]


def test_nothing_of_the_truth_lies_among_the_deliveries(made):
    names = {path.stem for path in (made.folder / "deliveries").rglob("*") if path.is_file()}
    open_files = {path.stem for path in delivered(made, "open").iterdir()}
    assert names - open_files == set(COLUMNS)
    assert {path.name for path in made.folder.iterdir()} == {"deliveries", "truth"}


def test_the_open_files_fit_together(made):
    folder = delivered(made, "open")
    gazetteer = readers.plain_csv(folder / "gazetteer.csv")
    areas = readers.plain_csv(folder / "areas.csv")
    uprns = [row["UPRN"] for row in gazetteer]
    assert len(set(uprns)) == len(uprns)
    assert {len(uprn) for uprn in uprns} == {12}
    assert {row["PARENT_UPRN"] for row in gazetteer} - {""} <= set(uprns)
    assert {row["OUTPUT_AREA"] for row in gazetteer} <= {row["OUTPUT_AREA"] for row in areas}
    assert {len(row["SELECTIVE_LICENSING_FROM"]) for row in areas} == {0, 10}
    wards = json.loads((folder / "boundaries_ward_4326.geojson").read_text("utf-8"))["features"]
    assert {one["properties"]["WARD"] for one in wards} == {row["WARD"] for row in areas}
    for one in wards:
        ring = one["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]


def test_the_outline_of_the_wards_encloses_as_much_as_their_areas(made):
    def square_metres(name):
        text = (delivered(made, "open") / f"boundaries_{name}.geojson").read_text("utf-8")
        shapes = [one["geometry"] for one in json.loads(text)["features"]]
        assert {shape["type"] for shape in shapes} == {"Polygon"}
        total = 0.0
        for shape in shapes:
            for ring in shape["coordinates"]:
                x, y = np.array(ring).T
                total += float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)
        return total

    assert square_metres("ward") == pytest.approx(square_metres("oa"), rel=1e-9)


def test_health_files_by_token_hold_no_name_number_or_key(made, keyed):
    named = readers.rows_of(delivered(made, "2026-07"), "gp_registrations")
    text = "".join(
        (delivered(keyed, "2026-07") / f"{name}.csv").read_text("utf-8")
        for name in ("gp_tokens", "ae_tokens")
    )
    cells = {cell for line in text.split("\n") for cell in line.split("|")}
    for column in ("NHS_NUMBER", "UPRN", "FAMILY_NAME", "GIVEN_NAME", "ADDRESS", "POSTCODE"):
        assert not {row[column] for row in named} - {""} & cells
    assert not list((keyed.folder / "deliveries").rglob("gp_registrations*"))
    key = b"a key of thirty-two bytes, no less"
    assert not [
        path for path in keyed.folder.rglob("*") if path.is_file() and key in path.read_bytes()
    ]


def test_one_key_joins_both_health_files_and_another_key_shares_no_token(keyed, tmp_path):
    other = make(
        PEOPLE, SEED, tmp_path / "other", pseudonymise_health=b"another key, long enough", months=1
    )

    def tokens(town, name, column="PERSON_TOKEN"):
        rows = readers.rows_of(delivered(town, "2026-07"), name)
        return {row[column] for row in rows} - {""}

    gp, ae = tokens(keyed, "gp_tokens"), tokens(keyed, "ae_tokens")
    assert len(gp & ae) > len(ae) / 2
    assert not gp & tokens(other, "gp_tokens")
    homes = tokens(keyed, "gp_tokens", "HOME_TOKEN")
    assert not homes & gp
    assert {len(token) for token in gp | ae | homes} == {32}
    truth = {record["ref"] for record in records(keyed, "gp_tokens")}
    assert len(gp & truth) > 0.99 * len(gp)


def test_a_token_leads_to_the_person_the_number_would(made, keyed):
    numbers = readers.rows_of(delivered(made, "2026-07"), "gp_registrations")
    tokens = readers.rows_of(delivered(keyed, "2026-07"), "gp_tokens")
    pairs = {
        (one["NHS_NUMBER"], two["PERSON_TOKEN"]) for one, two in zip(numbers, tokens, strict=True)
    }
    assert len(pairs) == len({number for number, _ in pairs}) == len({token for _, token in pairs})
    assert [row["SEX"] for row in numbers] == [row["SEX"] for row in tokens]


@pytest.mark.parametrize(
    ("people", "asked", "where"),
    [
        (10, {}, "--people"),
        (PEOPLE, {"months": 4}, "--months"),
        (PEOPLE, {"pseudonymise_health": b"short"}, "--pseudonymise-health"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path, people, asked, where):
    with pytest.raises(ProjectError) as refused:
        make(people, SEED, tmp_path / "town", **asked)
    assert refused.value.problems[0].where == where
    assert b"short" not in str(refused.value).encode()


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ProjectError, match="holds something"):
        make(PEOPLE, SEED, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_every_step_is_told_in_order(tmp_path):
    told = []
    make(2_000, 1, tmp_path / "town", months=1, tell=lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert {total for _, _, total in told} == {len(told)}
