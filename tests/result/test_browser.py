"""The page in a real browser: on a phone, at a desk, on paper. Skipped without Chromium."""

import shutil
from dataclasses import replace

import pytest

from joinedup.result import document_html, html
from joinedup.result.blocks import Column, Table

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WORST_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=["--no-sandbox"]
        )
        yield opened
        opened.close()


@pytest.fixture
def see(browser, tmp_path):
    """Open a page at a width; give it, what its console said, and what it asked for."""
    opened = []

    def open_at(text, *, width, media="screen"):
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.emulate_media(media=media)
        page.goto((tmp_path / "page.html").as_uri())
        opened.append(page)
        return page

    yield open_at
    for page in opened:
        page.close()


@pytest.fixture(scope="module")
def report(invented):
    result = invented.result()
    wide = Table(
        title=f"A wide table {WORST_WORD}",
        columns=tuple(Column(name=f"column_{number}", kind="count") for number in range(30)),
        rows=(tuple(range(1_000_000, 1_000_030)),),
        about="groups",
    )
    provenance = replace(result.provenance, inputs={WORST_WORD: "a" * 64})
    return html.page(
        replace(result, blocks=(*result.blocks, wide), provenance=provenance),
        title="Which premises should we visit first?",
    )


@pytest.mark.parametrize("width", [320, 375, 640, 1280])
def test_the_page_never_scrolls_sideways(see, report, width):
    page = see(report, width=width)
    for details in page.locator("summary").all():
        details.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_browser_has_nothing_to_complain_of_and_asks_nobody(see, report):
    page = see(report, width=375)
    assert page.said == []
    assert len(page.asked) == 1


def test_every_picture_a_reader_meets_has_a_name(see, report, invented):
    page = see(report, width=375)
    pictures = [svg for svg in page.get_by_role("img").all() if svg.is_visible()]
    assert len(pictures) == 5
    assert pictures[0].get_attribute("aria-label") == invented.chart_of_shares().alt


def test_on_a_phone_a_chart_is_drawn_for_it_and_its_words_stay_large(see, report):
    page = see(report, width=375)
    words = page.locator("svg:visible text").first
    assert words.evaluate("t => t.getScreenCTM().a * parseFloat(getComputedStyle(t).fontSize)") > 12


def test_a_keyboard_reaches_the_way_past_the_head_first_and_can_scroll_a_table(see, report):
    page = see(report, width=375)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    region = page.get_by_role("region", name="A wide table")
    region.focus()
    page.keyboard.press("ArrowRight")
    # Asked from outside: the page's own policy forbids a waiting script inside it.
    for _ in range(60):
        if region.evaluate("element => element.scrollLeft") > 0:
            break
        page.wait_for_timeout(50)
    assert region.evaluate("element => element.scrollLeft") > 0


def test_paper_shows_the_table_behind_each_chart(see, report):
    page = see(report, width=800, media="print")
    behind = page.locator(".ju-behind table").first
    assert behind.bounding_box()["height"] > 100


@pytest.mark.parametrize("width", [320, 360, 640, 1200])
def test_a_document_never_scrolls_sideways_and_asks_nobody(see, invented_document, width):
    page = see(document_html.page(invented_document.document()), width=width)
    for details in page.locator("summary").all():
        details.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.said == []
    assert len(page.asked) == 1


def test_on_a_phone_each_cell_of_a_document_says_its_column(see, invented_document):
    page = see(document_html.page(invented_document.document()), width=360)
    cell = page.locator(".ju-grid td").first
    said = cell.evaluate("one => getComputedStyle(one, '::before').content")
    assert "Role" in said
    assert page.locator(".ju-narrow svg").is_visible()
    assert not page.locator(".ju-wide svg").is_visible()


def test_on_paper_a_document_keeps_its_tables_and_the_wide_map(see, invented_document):
    page = see(document_html.page(invented_document.document()), width=800, media="print")
    assert page.locator(".ju-wide svg").is_visible()
    assert not page.locator(".ju-narrow svg").is_visible()
    assert page.locator(".ju-grid thead").first.is_visible()
