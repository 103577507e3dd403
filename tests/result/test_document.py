"""A document as a page, JSON, a Word file and CSV: complete, accessible, the same bytes again."""

import io
import json
import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from defusedxml import ElementTree

from joinedup.result import document_csv, document_docx, document_flow, document_html, document_json


@pytest.fixture(scope="module")
def document(invented_document):
    return invented_document.document


@pytest.fixture(scope="module")
def flow(invented_document):
    return invented_document.FLOW


class Seen(HTMLParser):
    """The tags of a page in order, with their attributes, and the text of its headings."""

    def __init__(self):
        super().__init__()
        self.tags, self.headings, self._in = [], [], None

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._in = tag if re.fullmatch("h[1-6]", tag) else self._in

    def handle_endtag(self, tag):
        self._in = None if tag == self._in else self._in

    def handle_data(self, data):
        if self._in:
            self.headings.append((int(self._in[1]), data.strip()))


@pytest.fixture(scope="module")
def page(document):
    return document_html.page(document(), service="The Office")


@pytest.fixture(scope="module")
def seen(page):
    parser = Seen()
    parser.feed(page)
    return parser


def test_a_page_has_one_first_heading_and_no_step_is_left_out(seen):
    levels = [level for level, _ in seen.headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert max(levels) <= 3


def test_every_header_of_a_table_says_what_it_heads(seen):
    heads = [told for tag, told in seen.tags if tag == "th"]
    assert heads
    assert {told.get("scope") for told in heads} == {"col", "row"}
    assert sum(tag == "caption" for tag, _ in seen.tags) == sum(
        tag == "table" for tag, _ in seen.tags
    )


def test_a_page_says_its_language_has_a_skip_link_and_asks_for_nothing(seen, page):
    tags = dict(seen.tags)
    assert tags["html"]["lang"] == "en-GB"
    assert next(told for tag, told in seen.tags if tag == "a") == {
        "class": "ju-skip", "href": "#main",
    }  # fmt: skip
    assert not any(tag in {"script", "link", "img", "iframe"} for tag, _ in seen.tags)
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert "default-src 'none'" in page


def test_every_link_inside_a_page_leads_to_a_place_and_places_are_there_once(seen):
    places = [told["id"] for _, told in seen.tags if "id" in told]
    assert len(places) == len(set(places))
    links = [told["href"][1:] for tag, told in seen.tags if tag == "a"]
    assert set(links) <= set(places)


def test_a_picture_has_a_title_and_a_description_that_it_is_named_by(seen):
    pictures = [told for tag, told in seen.tags if tag == "svg"]
    places = {told["id"] for _, told in seen.tags if "id" in told}
    assert len(pictures) == 2
    for told in pictures:
        assert told["role"] == "img"
        assert set(told["aria-labelledby"].split()) <= places


def test_nothing_that_came_from_a_file_is_markup(page):
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_missing_fact_is_told_at_the_head_and_in_its_place(page):
    assert page.count("security.training") >= 3
    assert "1 fact is missing" in page


def test_a_draft_says_so_and_a_signed_one_by_whom(page, document):
    assert "<strong>Draft</strong>" in page
    signed = document_html.page(document(signed="Ben on 1 May 2026", standing="Signed by Ben."))
    assert "<strong>Signed</strong>" in signed
    assert "Signed by Ben." in signed


def test_a_state_is_told_in_words_and_not_by_colour_alone(page):
    assert "In part" in page
    assert document_flow.STATES["no"][1] in page


def placed(drawn):
    """Where the boxes of a drawing stand; its background has no place."""
    rects = drawn.iter("{http://www.w3.org/2000/svg}rect")
    return [(float(one.get("x")), float(one.get("y"))) for one in rects if one.get("x")]


def test_the_map_is_drawn_from_left_to_right_and_from_top_to_bottom(flow):
    wide, narrow = (
        ElementTree.fromstring(document_flow.svg(flow, width=width))
        for width in (document_flow.WIDE, document_flow.NARROW)
    )
    space = "{http://www.w3.org/2000/svg}"
    boxes = [placed(drawn) for drawn in (wide, narrow)]
    assert [x for x, _ in boxes[0]] == sorted(x for x, _ in boxes[0])
    assert len({x for x, _ in boxes[1]}) == 1
    assert [y for _, y in boxes[1]] == sorted(y for _, y in boxes[1])
    for drawn in (wide, narrow):
        assert drawn.find(f"{space}title").text == flow.title
        assert drawn.find(f"{space}desc").text == flow.description
        width = float(drawn.get("viewBox").split()[2])
        for one in drawn.iter(f"{space}rect"):
            if one.get("x"):
                assert float(one.get("x")) + float(one.get("width")) <= width
        assert len([one for one in drawn.iter(f"{space}path") if one.get("marker-end")]) == 3


def test_the_boxes_of_a_map_do_not_overlap(flow):
    drawn = ElementTree.fromstring(document_flow.svg(flow))
    space = "{http://www.w3.org/2000/svg}"
    boxes = [
        tuple(float(one.get(name)) for name in ("x", "y", "width", "height"))
        for one in drawn.iter(f"{space}rect")
        if one.get("x")
    ]
    for number, (x, y, width, height) in enumerate(boxes):
        for a, b, wide, high in boxes[number + 1 :]:
            apart = x + width <= a or a + wide <= x or y + height <= b or b + high <= y
            assert apart


def test_the_json_holds_every_part_and_can_be_read_back(document):
    kept = json.loads(document_json.render(document()))
    assert [one["heading"] for one in kept["sections"]] == ["1. Which data", "2. The map"]
    parts = [part["is"] for one in kept["sections"] for part in one["parts"]]
    assert parts == ["text", "lines", "grid", "flow", "marks", "judge"]
    assert kept["missing"] == [
        {"what": "Training", "file": "agreements/homes.toml", "key": "security.training"}
    ]
    assert kept["record"] == {"rows": [1]}


@pytest.fixture(scope="module")
def word(document):
    import docx

    return docx.Document(io.BytesIO(document_docx.render(document())))


def test_a_word_file_has_heading_styles_and_real_tables_with_a_repeated_header(word):
    styles = [one.style.name for one in word.paragraphs if one.text]
    assert styles.count("Title") == 1
    assert "Heading 1" in styles
    assert "Heading 2" in styles
    assert len(word.tables) == 4  # the lines, the grid, the marks, the files
    for table in word.tables:
        mark = table.rows[0]._tr.trPr.xpath("./w:tblHeader")
        assert len(mark) == 1
        assert len(table.rows) > 1


def test_a_word_file_is_in_british_english_and_names_nobody(word):
    language = word.styles.element.xpath("//w:rPrDefault//w:lang/@w:val")
    assert language == ["en-GB"]
    about = word.core_properties
    assert (about.author, about.last_modified_by) == ("Joinedup", "Joinedup")
    assert about.language == "en-GB"
    assert about.comments == ""
    assert about.created.date() == date(2026, 11, 24)


def test_the_picture_in_a_word_file_speaks(word, flow):
    (told,) = word.element.body.xpath("//wp:docPr/@descr")
    assert told == flow.description


def test_a_word_file_says_what_the_page_says(word):
    text = "\n".join(one.text for one in word.paragraphs)
    text += "\n".join(
        cell.text for table in word.tables for row in table.rows for cell in row.cells
    )
    for wanted in (
        "Four reasons to assess.", "To see.", "A second paragraph.", "a point", "Whether it is",
        "Missing: write security.training in agreements/homes.toml", "Safe data", "In part",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_the_same_document_gives_the_same_bytes_in_every_form(document):
    assert document_docx.render(document()) == document_docx.render(document())
    assert document_html.page(document()) == document_html.page(document())
    assert document_json.render(document()) == document_json.render(document())


def test_a_word_file_holds_no_hour_of_its_making_and_no_thumbnail(document):
    with zipfile.ZipFile(io.BytesIO(document_docx.render(document()))) as packed:
        assert {one.date_time[:3] for one in packed.infolist()} == {(1980, 1, 1)}
        assert not [one for one in packed.namelist() if "thumbnail" in one]
        assert b"thumbnail" not in packed.read("_rels/.rels")


def test_a_cell_of_csv_that_would_be_a_formula_is_text(document):
    head, first, second, rest = document_csv.render(document()).split("\r\n")
    assert (head, rest) == ("Party,Role,Contact", "")
    assert first == "Council,controller,"
    assert second.endswith(",'=cmd()")


def test_a_document_for_the_public_shows_no_file_names_and_once_signed_no_judgements(document):
    public = document(public=True)
    draft, signed = (
        document_html.page(public),
        document_html.page(document(public=True, signed="Ben on 1 May 2026")),
    )
    assert "a.toml, purpose" not in draft
    assert "Whether it is worth it." in draft
    assert "Whether it is worth it." not in signed
    assert "a.toml, purpose" in document_json.render(public)


def test_a_document_for_the_public_lists_no_files(document):
    page = document_html.page(document(public=True))
    assert "agreements/homes.toml</code></dt>" not in page
    assert 'id="source"' not in page
    assert 'href="#source"' not in page
