"""Does the scorecard say what the profile of the latest delivery says?"""

import json
import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from joinedup.office.folder import load
from joinedup.sources.fitness.quality import profile

ROOT = Path(__file__).resolve().parents[2]
VISITS = pa.table(
    {
        "visit": [f"V{n:03}" for n in range(60)],
        "visited_on": [date(1900, 1, 1)] * 3 + [date(2026, 3, n % 28 + 1) for n in range(57)],
        "risk": [None] * 6 + [float(n) for n in range(54)],
    }
)


@pytest.fixture
def measured(signed, office, visits):
    """An office with one delivery whose profile is kept."""
    from joinedup.records.models import Delivery

    assert signed("deliver", "visits", str(visits)).code == 0
    dataset = load(office).datasets["visits"]
    kept = profile(VISITS, dataset, today=date(2026, 9, 30)).as_json()
    Delivery.objects.filter(dataset="visits").update(profile={"quality": kept})
    return signed


def test_the_card_has_a_grade_with_its_reason_and_each_defect_counted(measured):
    said = measured("quality", "visits")
    assert said.code == 0, said.err
    assert "visits" in said.out
    assert "60 rows of visits_march.csv, delivered 20" in said.out
    assert "count over time   fail, by day" in said.out
    assert "visited_on: 3 of 60 cells (5.0 %) cannot be used (3 default date)" in said.out
    assert "visited_on        3 default date (5.0 %)" in said.out
    assert "risk              6 empty (10.0 %)" in said.out


def test_the_card_is_to_be_had_as_json(measured):
    (card,) = json.loads(measured("quality", "visits", "--json").out)
    assert card["dataset"] == "visits"
    assert card["profile"]["fields"]["visited_on"]["defects"] == {"default date": 3}
    assert [grade["grade"] for grade in card["grades"]] == ["fail"]


def test_without_a_name_every_dataset_has_its_card(measured, office):
    cards = json.loads(measured("quality", "--json").out)
    assert [card["dataset"] for card in cards] == list(load(office).datasets)


def test_what_was_not_delivered_has_no_card_and_says_so(joinedup):
    said = joinedup("quality")
    assert said.code == 0
    assert "nothing delivered yet" in said.out


def test_a_delivery_that_was_not_measured_says_so(signed, visits):
    from joinedup.records.models import Delivery

    signed("deliver", "visits", str(visits))
    Delivery.objects.update(profile={})
    (card,) = json.loads(signed("quality", "visits", "--json").out)
    assert card["profile"] is None
    assert "before quality was measured" in card["words"]


def test_an_unknown_dataset_is_refused_with_those_there_are(joinedup):
    said = joinedup("quality", "stranger")
    assert said.code == 10
    assert "visits" in said.err


def test_the_card_on_the_page_is_the_card_of_its_example(capsys):
    from joinedup.cli.quality import _show
    from joinedup.office.quality import Card

    page = (ROOT / "docs/how-to/read-the-quality-card.md").read_text("utf-8")
    shown = re.search(r"```text\n(people  .*?)```", page, flags=re.DOTALL)[1]
    example: dict = {}
    exec(re.search(r"```python\n(.*?)```", page, flags=re.DOTALL)[1], example)  # noqa: S102
    found, dataset = example["found"], example["people"]
    words = "1,000 rows of people_march.csv, delivered 2026-03-31"
    grades = example["grades"](found, dataset)
    _show(Card(dataset="people", title="", words=words, grades=grades, profile=found))
    assert capsys.readouterr().out == shown
