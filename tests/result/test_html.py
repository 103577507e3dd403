import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from joinedup.result import html
from joinedup.result.blocks import (
    Caution,
    Check,
    Checks,
    Column,
    Estimate,
    Estimates,
    Figure,
    Prose,
    Table,
)
from joinedup.result.model import Output, Result

VOID = {"meta", "br", "hr", "img", "input", "link"}
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


class Reader(HTMLParser):
    """Elements in order, their text, and whether each is closed by its own end tag."""

    def __init__(self, page):
        super().__init__()
        self.open, self.found, self.mistakes = [], [], []
        self.feed(page)
        self.close()
        self.mistakes += [f"{tag} is not closed" for tag, _ in self.open]

    def handle_starttag(self, tag, attrs):
        element = (tag, dict(attrs) | {"text": ""})
        self.found.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs) | {"text": ""}))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.mistakes.append(f"{tag} at {self.getpos()} closes nothing")
        else:
            self.open.pop()

    def handle_data(self, data):
        for _, facts in self.open:
            facts["text"] += data

    def all(self, tag, **wanted):
        return [
            facts
            for name, facts in self.found
            if name == tag and all(facts.get(key) == value for key, value in wanted.items())
        ]


@pytest.fixture(scope="module")
def page(invented):
    return html.page(invented.result(), title="Whom first?", subtitle="March", status="Invented")


@pytest.fixture(scope="module")
def read(page):
    return Reader(page)


def small(*blocks):
    return Result(method="try.it", headline="Found 3.", blocks=blocks)


def shown(*blocks):
    return Reader(html.page(small(*blocks), title="T"))


def test_every_element_is_closed_by_its_own_end_tag(read):
    assert read.mistakes == []


def test_the_page_has_no_script_and_asks_nobody_for_anything(page):
    without_names = page.replace("http://www.w3.org/2000/svg", "")
    assert "http:" not in without_names
    assert "https:" not in without_names
    assert "<script" not in page
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_no_id_is_used_twice_and_every_reference_finds_its_id(page, read):
    ids = [facts["id"] for _, facts in read.found if "id" in facts]
    assert len(ids) == len(set(ids))
    wanted = [facts["aria-labelledby"] for _, facts in read.found if "aria-labelledby" in facts]
    wanted += [facts["href"].removeprefix("#") for facts in read.all("a")]
    wanted += re.findall(r"url\(#([^)]+)\)", page)
    assert set(wanted) <= set(ids)


def test_a_reader_without_sight_finds_language_landmarks_and_a_way_past_the_head(read):
    assert read.all("html", lang="en-GB")
    assert [len(read.all(tag)) for tag in ("main", "header", "footer", "nav", "h1")] == [1] * 5
    assert read.all("a", href="#main")[0]["text"] == "Skip to main content"


def test_headings_never_skip_a_level(read):
    levels = [int(tag[1]) for tag, _ in read.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_picture_is_named_by_what_it_shows(read, invented):
    names = [facts["aria-label"] for facts in read.all("svg")]
    assert all(facts["role"] == "img" for facts in read.all("svg"))
    assert set(names) >= {invented.chart_of_effects().alt, invented.map_of_wards().alt}


def test_behind_each_picture_is_its_table(read):
    summaries = [facts["text"] for facts in read.all("summary")]
    assert sum(text.startswith("Table behind this chart") for text in summaries) == 4
    assert sum(text.startswith("Table behind this map") for text in summaries) == 1


def test_a_table_has_a_caption_scopes_and_a_place_to_scroll(read):
    tables = len(read.all("table"))
    assert len(read.all("caption")) == tables == 6
    assert len(read.all("div", role="region", tabindex="0")) == tables
    assert len(read.all("th", scope="col")) == 3 * 6 + 3 + 4 + 2
    assert read.all("th", scope="row")[0]["text"] == "0\N{NO-BREAK SPACE}%"


def test_cells_are_set_as_their_columns_say(page):
    row = page[page.index("Eastfield</th>") :].split("</tr>")[0]
    assert '<td class="ju-number">310</td>' in row
    assert '<abbr title="would give away another hidden number">hidden' in row
    assert 'aria-hidden="true">–</span><span class="ju-unseen">no figure</span>' in row  # noqa: RUF001 - as it is set
    assert '<td class="ju-number">\N{MINUS SIGN}1.5</td>' in row
    assert '<td class="ju-date">28 March 2026</td>' in row
    assert "25.0\N{NO-BREAK SPACE}%" in page


def test_a_result_says_that_it_is_not_for_release(read):
    assert "Not for release" in read.all("section")[0]["text"]


def test_a_release_says_what_was_hidden_and_looks_as_it_did_to_its_reviewers(invented):
    page = html.page(invented.release(), title="Whom first?")
    said = Reader(page).all("section")[0]["text"]
    assert "Bo Lund" not in page
    assert page == html.page(invented.candidate(), title="Whom first?")
    assert "3 numbers are hidden" in said
    assert "Not for release" not in page


def test_a_caution_stands_before_everything_that_could_be_acted_on(page):
    assert page.index("gas record") < page.index("How much earlier") < page.index("Checks")


def test_several_cautions_are_one_list_that_says_each_once():
    found = shown(
        Caution(text="Mind."), Prose(text="a"), Caution(text="Gap."), Caution(text="Gap.")
    )
    (inset,) = found.all("div", **{"class": "ju-inset"})
    assert inset["text"].split() == ["Cautions", "Mind.", "Gap."]


def test_a_long_page_has_a_contents_list_and_a_short_one_has_none():
    sections = [Prose(heading=f"Part {number}", text="Words.") for number in range(3)]
    links = [facts["text"] for facts in shown(*sections).all("a")]
    assert links[1:] == ["Part 0", "Part 1", "Part 2", "Where this comes from"]
    assert shown(*sections[:2]).all("nav") == []


def test_two_headings_with_the_same_words_have_places_of_their_own():
    found = shown(Prose(heading="Here", text="a"), Prose(heading="Here", text="b\n\nc"))
    assert [facts["id"] for facts in found.all("h2")][:2] == ["here", "here-2"]
    assert [facts["text"] for facts in found.all("p")][-4:-1] == ["a", "b", "c"]


def test_checks_and_estimates_stand_one_step_below_their_section():
    checks = Checks(items=(Check(name="A", answer="passed", detail=""),))
    assert shown(checks).all("h2")[0]["text"] == "Checks"
    assert shown(Prose(heading="One", text="a"), checks).all("h3")[0]["text"] == "Checks"


def test_many_estimates_are_a_table():
    item = Estimate(name="a", value=-1.5, low=-2.0, high=-1.0, level=0.95, unit="days", n=1200)
    found = shown(Estimates(items=(item,) * 7))
    assert len(found.all("tbody")[0]["text"].splitlines()) > 1
    assert "\N{MINUS SIGN}2.00 to \N{MINUS SIGN}1.00" in found.all("td")[1]["text"]


def test_nothing_from_the_data_becomes_markup(invented):
    table = Table(
        title=ATTACK,
        columns=(Column(name="x", kind="text", label=ATTACK), Column(name="n", kind="count")),
        rows=((ATTACK, 1),),
        about="groups",
        note=ATTACK,
    )
    figure = replace(
        invented.chart_of_wards(),
        title=ATTACK,
        alt=ATTACK,
        table=replace(invented.chart_of_wards().table, rows=((ATTACK, 1, 1, 0.5, 1.0, None),)),
    )
    provenance = replace(
        invented.provenance(), purpose=ATTACK, settings={ATTACK: ATTACK}, inputs={ATTACK: ATTACK}
    )
    result = replace(
        small(table, figure, Prose(heading=ATTACK, text=ATTACK), Caution(text=ATTACK)),
        headline=ATTACK,
        provenance=provenance,
    )
    for page in (
        html.page(result, title=ATTACK, subtitle=ATTACK, status=ATTACK, service=ATTACK),
        html.fragment(result),
    ):
        read = Reader(page)
        assert read.mistakes == []
        assert not read.all("script")
        assert not read.all("img")
        assert not [facts for _, facts in read.found if "onerror" in facts]


def test_a_figure_that_sets_its_own_width_can_be_scrolled(invented):
    figure = invented.chart_of_wards()
    wide = Figure(
        title=figure.title, chart={**figure.chart, "width": 800}, table=figure.table, alt=figure.alt
    )
    found = shown(wide)
    assert len(found.all("svg")) == 1
    assert found.all("div", role="group", tabindex="0")


def test_the_same_result_gives_the_same_page(invented, page):
    again = html.page(invented.result(), title="Whom first?", subtitle="March", status="Invented")
    assert again == page


def test_two_results_in_one_notebook_share_no_id(invented):
    one = Output(result=invented.result())._repr_html_()
    other = html.fragment(replace(invented.result(), headline="Another."))
    ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in (one, other)]
    assert Reader(one).mistakes == []
    # A picture's ids begin with v and its digest: the same picture twice may share them.
    assert {name for name in ids[0] & ids[1] if not name.startswith("v")} == set()
