"""A layout is proposed from a file: how it is written, what its columns are, what is unsure."""

from dataclasses import replace

import openpyxl
import pytest
from test_matching import town, with_the_town
from town_columns import TOWN, drawn
from town_files import POSITIONS, write

from joinedup.core.errors import DeliveryError, ProjectError
from joinedup.core.vocabulary import Dataset, Field, Layout
from joinedup.sources import propose

WRITTEN = {
    "council_tax": {
        "encoding": "cp1252",
        "skip_rows": 3,
        "footer_rows": 1,
        "date_format": "%d/%m/%Y",
    },
    "business_rates": {"encoding": "utf-16", "delimiter": "\t", "date_format": "%d-%b-%Y"},
    "hmo_licences": {"sheet": "*", "skip_rows": 2, "header_rows": 2},
    "housing_inspections": {"skip_rows": 1, "date_format": "serial"},
    "housing_complaints": {"sheet": "202*"},
    "school_census": {"record": "Pupil"},
    "police_incidents": {},
    "fire_incidents": {"date_format": "%d/%m/%Y"},
    "home_safety_visits": {"delimiter": ";", "date_format": "%d/%m/%Y"},
    "gp_registrations": {"delimiter": "|", "date_format": "%Y%m%d"},
    "gp_tokens": {"delimiter": "|", "date_format": "%Y%m%d"},
    "ae_attendances": {"delimiter": "|", "date_format": "%Y%m%d"},
    "housing_repairs": {},
    "outreach_contacts": {},
    "areas": {},
}
FORMATS = {
    "xlsx": ("hmo_licences", "housing_inspections", "housing_complaints"),
    "xml": ("school_census",),
    "parquet": ("police_incidents",),
    "jsonl": ("housing_repairs",),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_how_a_file_is_written_is_told_from_its_bytes(tmp_path, name):
    layout = propose(write(tmp_path, name)).dataset.layout
    wanted = next((kind for kind, names in FORMATS.items() if name in names), "csv")
    expected = Layout(format=wanted, file=layout.file, ignored=layout.ignored, **WRITTEN[name])
    assert replace(layout, rename={}) == expected


@with_the_town
@pytest.mark.parametrize("name", sorted(set(TOWN) - {"regulator_visits"}))
def test_every_field_of_the_town_is_found_in_its_file(tmp_path, name):
    dataset, truth = town(name)
    found = propose(write(tmp_path, name), dataset)
    columns = {one.field: one.column for one in found.matches}
    assert columns == truth
    for one in found.matches:
        if one.sure:
            assert found.dataset.sender_column(one.field) == truth[one.field]
    left = set(drawn(name)) - set(truth.values())
    assert set(found.ignored) == left


@with_the_town
def test_the_saved_layout_of_a_file_that_has_not_changed_is_proposed_again(tmp_path):
    dataset, truth = town("council_tax")
    saved = replace(dataset, layout=replace(dataset.layout, rename=truth))
    found = propose(write(tmp_path, "council_tax"), saved)
    assert found.sure
    assert found.dataset == saved


def visits(**field):
    fields = {
        "visit": Field(type="text", description="Number of the visit."),
        "seen_on": Field(type="date", description="The day it was seen."),
        **{name: Field(description="", **one) for name, one in field.items()},
    }
    return Dataset(
        id="visits",
        partner="fire",
        title="",
        grain="",
        key=("visit",),
        fields=fields,
        layout=Layout(format="csv", file="visits*.csv"),
    )


def written(tmp_path, text, name="visits.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def test_day_and_month_are_not_guessed_where_no_day_is_above_12(tmp_path):
    path = written(tmp_path, "visit,seen_on\nV1,03/04/2026\nV2,11/12/2026\n")
    found = propose(path, visits())
    assert found.dataset.layout.date_format == ""
    assert not found.sure
    assert "in seen_on no day is above 12" in found.unsure[0]
    settled = propose(path, visits(), date_style="%d/%m/%Y")
    assert settled.sure
    assert settled.dataset.layout.date_format == "%d/%m/%Y"


@pytest.mark.parametrize(("first", "written_so"), [("13/04", "%d/%m/%Y"), ("04/13", "%m/%d/%Y")])
def test_one_day_above_12_tells_day_from_month(tmp_path, first, written_so):
    path = written(tmp_path, f"visit,seen_on\nV1,{first}/2026\nV2,11/12/2026\n")
    assert propose(path, visits()).dataset.layout.date_format == written_so


def test_a_second_way_of_writing_dates_is_named_as_such(tmp_path):
    days = [f"V{n},{n + 1:02}/03/2026" for n in range(20)] + ["V20,1 Mar 2025"]
    path = written(tmp_path, "\n".join(["visit,seen_on", *days, ""]))
    layout = propose(path, visits()).dataset.layout
    assert (layout.date_format, layout.other_date_formats) == ("%d/%m/%Y", ("%d %b %Y",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_encoding_is_told_and_the_reader_reads_it(tmp_path, encoding):
    path = written(
        tmp_path,
        "visit;Straße\nV1;Zoë\nV2;Łódź\n".replace("Ł", "L").replace("ź", "z"),
        encoding=encoding,
    )
    found = propose(path)
    assert found.dataset.layout.delimiter == ";"
    assert [one.column for one in found.matches] == ["visit", "Straße"]


def test_quotes_other_than_the_usual_are_told(tmp_path):
    path = written(tmp_path, "visit,note,n\n'V1','a, b',1\n'V2','c, d',2\n")
    assert propose(path).dataset.layout.quote == "'"


def test_a_file_without_a_header_is_refused_and_its_first_row_not_repeated(tmp_path):
    path = written(tmp_path, "V1,Zaphod,01/02/2026,12\nV2,Trillian,13/02/2026,14\n")
    with pytest.raises(DeliveryError, match="no row looks like a header") as caught:
        propose(path)
    assert "Zaphod" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0"])
def test_a_file_that_no_reader_reads_is_refused(tmp_path, content):
    path = tmp_path / "visits.csv"
    path.write_bytes(content)
    with pytest.raises(DeliveryError):
        propose(path)


def test_what_someone_accepts_is_sure(tmp_path):
    path = written(tmp_path, "visit,seen_on,x\nV1,2026-03-13,a\n")
    dataset = visits(note={"type": "text"})
    assert not propose(path, dataset).sure
    settled = propose(path, dataset, accepted={"note": "x"})
    assert settled.sure
    assert settled.dataset.layout.rename == {"note": "x"}
    assert propose(path, dataset, accepted={"note": "-"}).dataset.layout.ignored == ("x",)


def test_accepting_a_field_or_a_column_that_is_not_there_is_refused(tmp_path):
    path = written(tmp_path, "visit,seen_on\nV1,2026-03-13\n")
    with pytest.raises(ProjectError, match="no field nte"):
        propose(path, visits(), accepted={"nte": "visit"})
    with pytest.raises(ProjectError, match="no column vst"):
        propose(path, visits(), accepted={"visit": "vst"})


def test_a_whole_dataset_is_drafted_without_one(tmp_path):
    found = propose(write(tmp_path, "gp_registrations"), name="gp", partner="health")
    fields = found.dataset.fields
    assert found.fresh
    assert (found.dataset.id, found.dataset.partner) == ("gp", "health")
    assert found.dataset.key == ("nhs_number",)
    assert fields["surname"].standard == "surname"
    assert fields["birth_date"].type == fields["registered_on"].type == "date"
    assert fields["uprn"].type == "text"
    assert {name for name, field in fields.items() if field.sensitivity == 2} == {
        "nhs_number", "surname", "forename", "birth_date", "sex", "address", "postcode", "uprn",
    }  # fmt: skip


def test_health_ethnicity_and_offences_are_drafted_as_special(tmp_path):
    text = "ref,Ethnicity,Offence Type,health_notes,colour\nA1,W,x,y,red\nA2,B,x,y,blue\n"
    fields = propose(written(tmp_path, text)).dataset.fields
    special = {name for name, field in fields.items() if field.sensitivity == 3}
    assert special == {"ethnicity", "offence_type", "health_notes"}


@pytest.mark.parametrize("name", sorted(TOWN))
def test_no_cell_is_in_a_proposal(tmp_path, name):
    found = propose(write(tmp_path, name))
    words = set(repr(found).replace("'", " ").replace(",", " ").split())
    cells = {cell for column in drawn(name).values() for cell in column}
    long = {cell for cell in cells if len(cell) > 6 and any(letter.isdigit() for letter in cell)}
    assert not words & long


def test_positions_that_can_be_seen_are_proposed_and_the_rest_is_said(tmp_path):
    found = propose(write(tmp_path, "housing_benefit"))
    layout = found.dataset.layout
    starts = {first for first, _ in layout.widths.values()}
    truth = {first for first, _ in POSITIONS.values()}
    assert (layout.format, layout.skip_rows, layout.footer_rows) == ("fixed", 1, 1)
    assert len(starts & truth) >= 10
    assert "told apart by their positions" in found.unsure[0]
    assert not found.sure


def test_sheets_of_the_same_table_are_read_together_and_others_are_said(tmp_path):
    book = openpyxl.Workbook()
    for name, header in (("North", "ref"), ("South", "ref"), ("Summary", "total")):
        sheet = book.create_sheet(name)
        sheet.append([header, "seen_on"])
        sheet.append(["A1", "2026-03-13"])
    del book["Sheet"]
    book.save(tmp_path / "visits.xlsx")
    found = propose(tmp_path / "visits.xlsx")
    assert "1 more sheet" in found.unsure[0]
