"""A real city's case, from files to report, against what the city published."""

import json

import pytest

from joinedup.cli.main import main

pytestmark = pytest.mark.real

DAYS_TOLERANCE = 0.05  # the published 7.44 has the same-day events that as-of features leave out
SHARE_TOLERANCE = 0.0001  # the published shares are printed to four digits


@pytest.fixture(scope="module")
def story(real_data, tmp_path_factory):
    """The demonstration, run once for this file."""
    import contextlib
    import io

    home = tmp_path_factory.mktemp("food") / "home"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(
            [
                *("demo", "--office", "examples/food-inspections", "--home", str(home)),
                *("--data", str(real_data / "chicago_food"), "--json"),
            ]
        )
    assert code == 0, out.getvalue()
    return json.loads(out.getvalue()) | {"home": home}


def way(story, words):
    (found,) = [values for title, values in story["ways"].items() if words in title]
    return found


def test_the_published_result_is_reached_from_the_departments_own_tables(story):
    found = way(story, "Published model, inspector group allowed")
    assert found["days_earlier"][0] == pytest.approx(7.44, abs=DAYS_TOLERANCE)
    assert found["share_first_half_actual"][0] == pytest.approx(0.5465, abs=SHARE_TOLERANCE)
    assert found["share_first_half_ranked"][0] == pytest.approx(0.6899, abs=SHARE_TOLERANCE)


def test_the_interval_of_the_published_gain_excludes_nothing_earlier(story):
    low, high = way(story, "Published model, inspector group allowed")["days_earlier"][1:]
    assert low == pytest.approx(4.7, abs=0.5)
    assert high == pytest.approx(10.3, abs=0.5)


def test_most_of_the_gain_goes_with_the_inspector(story):
    found = way(story, "Rebuilt features without")
    assert found["days_earlier"][0] == pytest.approx(2.3, abs=0.2)
    assert found["share_first_half_ranked"][0] == pytest.approx(0.57, abs=0.01)


def test_the_report_repeats_the_written_override(story):
    assert any("head of food protection" in caution for caution in story["cautions"])


def test_running_the_case_again_changes_nothing(story, capsys):
    places = ["--office", "examples/food-inspections", "--home", str(story["home"])]
    assert main(["run", *places, "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)
    assert [step["step"] for step in steps if step["ran"]] == []


def test_un_agreed_fields_of_the_city_never_reach_the_disk(story):
    from joinedup.records.home import connect
    from joinedup.records.models import TableVersion

    connect(story["home"])
    columns = {
        column
        for version in TableVersion.objects.every()
        if version.table.startswith("admitted.")
        for part in version.parts
        for column in part["columns"]
    }
    assert "inspection_id" in columns
    assert columns.isdisjoint({"case_number", "block", "legal_name", "street_address", "request"})


def test_without_data_the_demonstration_says_where_to_get_it(capsys, tmp_path):
    arguments = ["demo", "--office", "examples/food-inspections", "--home", str(tmp_path / "h")]
    assert main(arguments) == 10
    said = capsys.readouterr().err
    assert "data portal" in said
    assert "Food Inspections" in said
    assert not (tmp_path / "h").exists()
