"""What only XML can get wrong."""

import pytest
from visit_files import CANARY, held, visits

from joinedup.core.errors import DeliveryError, ProjectError
from joinedup.core.limits import Limits
from joinedup.core.vocabulary import Layout
from joinedup.sources import read
from joinedup.sources.formats.xml import open_raw

AGREED = ("visit", "postcode", "seen_on")
ROW = "<row><visit>1</visit><post_code>B1</post_code><seen_on/><staff_note>x</staff_note></row>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
CENSUS = """<?xml version="1.0" encoding="iso-8859-1"?>
<!-- a census -->
<c:Message xmlns:c="urn:census" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <Header><Pupils>2</Pupils></Header>
 <c:Pupil estab="4001">
  <UPN>A0007</UPN><Name use="legal"><First>Zoë &amp; co</First><Last> de la
Cruz </Last></Name><Left xsi:nil="true"/>
 </c:Pupil>
 <c:Pupil estab="4002"><UPN><![CDATA[<B>]]></UPN><Siblings><UPN>x</UPN></Siblings></c:Pupil>
</c:Message>
"""


def sent(folder, text, encoding="utf-8"):
    path = folder / "visits.xml"
    path.write_bytes(text.encode(encoding))
    return path


def refused(path, **layout):
    with pytest.raises(DeliveryError) as caught:
        read(path, visits("xml", **layout), AGREED)
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_columns_are_paths_from_the_record_and_its_attributes(tmp_path):
    path = sent(tmp_path, CENSUS, "iso-8859-1")
    raw = open_raw(held(path), Layout(format="xml", file="*", record="Pupil"))
    assert raw.header == (
        "@estab",
        "UPN",
        "Name/@use",
        "Name/First",
        "Name/Last",
        "Left",
        "Siblings/UPN",
    )
    (chunk,) = raw.chunks(["@estab", "UPN", "Name/First", "Name/Last", "Left"])
    assert chunk.lines.tolist() == [5, 9]
    assert chunk.rows.to_pydict() == {
        "@estab": ["4001", "4002"],
        "UPN": ["A0007", "<B>"],
        "Name/First": ["Zoë & co", None],
        "Name/Last": ["de la\nCruz", None],
        "Left": [None, None],
    }


def test_an_element_that_stands_twice_in_a_row_is_a_fault_with_its_lines(tmp_path):
    twice = ROW.replace("<seen_on/>", f"<post_code>{CANARY}</post_code>").replace("1", "2")
    text = refused(sent(tmp_path, f"<rows>\n{ROW}\n{twice}\n</rows>"))
    assert "post_code stands more than once in 1 row, where a row has one cell: line 3" in text
    more = ROW.replace("<staff_note>", "<staff_note>a</staff_note><staff_note>")
    assert read(sent(tmp_path, f"<rows>{more}</rows>"), visits("xml"), AGREED).rows == 1


@pytest.mark.parametrize(
    "declared",
    [
        f"<!DOCTYPE rows [{LAUGHS}]>",
        '<!DOCTYPE rows [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rows SYSTEM "http://example.org/rows.dtd">',
        '<!DOCTYPE rows [<!ENTITY % p SYSTEM "http://example.org/p"> %p;]>',
        "<!DOCTYPE rows>",
    ],
)
def test_a_document_type_is_refused_before_anything_in_it_is_done(tmp_path, declared):
    text = f"<?xml version='1.0'?>\n{declared}\n<rows>{ROW.replace('B1', '&l9;')}</rows>"
    for encoding in ("utf-8", "utf-16"):
        assert "line 2 declares a document type" in refused(sent(tmp_path, text, encoding))


def test_a_text_nested_too_deep_is_refused(tmp_path):
    assert "nested more than 64 deep" in refused(sent(tmp_path, "<a>" * 100_000))
    assert "nested more than 64 deep" in refused(sent(tmp_path, f"<rows><row>{'<a>' * 99}"))


@pytest.mark.usefixtures("in_this_process")
def test_a_cell_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.sources.formats.markup.BLOCK_BYTES", 500)
    long = Limits(cell_bytes=1_000)
    for text in (f"<rows>{ROW.replace('B1', CANARY * 99)}</rows>", f"<rows a='{CANARY * 99}'/>"):
        with pytest.raises(DeliveryError) as caught:
            read(sent(tmp_path, text), visits("xml"), AGREED, limits=long)
        assert "the text or tag on line 1 has" in str(caught.value)
        assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "wrong", ["<rows><row></rows>", "<rows><row>&unknown;</row></rows>", "<rows><row a=1/></rows>"]
)
def test_what_is_not_well_formed_is_refused_with_its_line(tmp_path, wrong):
    assert "line 2 is not XML" in refused(sent(tmp_path, f"<?xml version='1.0'?>\n{wrong}"))


def test_a_nul_and_another_encoding_are_refused_with_their_line(tmp_path):
    assert "line 2 is not XML" in refused(sent(tmp_path, f"<rows>\n{CANARY}\0</rows>"))
    assert "line 2 is not XML" in refused(sent(tmp_path, f"<rows>\n{CANARY}é</rows>", "cp1252"))
    said = "<?xml version='1.0' encoding='klingon'?><rows/>"
    assert "an encoding that is not known" in refused(sent(tmp_path, said))


def test_a_record_that_is_not_there_is_named(tmp_path):
    path = sent(tmp_path, f"<rows>{ROW}</rows>")
    assert "no element is called Pupil" in refused(path, record="Pupil")
    with pytest.raises(ProjectError, match="which XML element is one row"):
        read(path, visits("xml", record=""), AGREED)


def test_a_record_that_is_only_a_text_is_a_row_of_one_column(tmp_path):
    raw = open_raw(
        held(sent(tmp_path, "<a><b>7</b><b/></a>")), Layout(format="xml", file="*", record="b")
    )
    (chunk,) = raw.chunks(["."])
    assert chunk.rows.to_pydict() == {".": ["7", None]}


@pytest.mark.usefixtures("in_this_process")
def test_blocks_may_end_anywhere(tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.sources.formats.markup.BLOCK_BYTES", 7)
    rows = "".join(ROW.replace("1<", f"{n}<").replace("x<", "é &lt; e<") for n in range(5))
    table = read(sent(tmp_path, f"<rows>{rows}</rows>"), visits("xml"), ("visit", "staff_note"))
    assert table.table.to_pydict() == {"visit": [0, 1, 2, 3, 4], "staff_note": ["é < e"] * 5}
