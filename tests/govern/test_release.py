"""The way out: a second person, this very content, and nothing small."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from facts import PROVENANCE, groups

import joinedup
from joinedup.core.errors import ReleaseError
from joinedup.govern.disclosure.behind import Stands
from joinedup.govern.disclosure.profiles import PROFILES
from joinedup.govern.release import Counted, candidate, release
from joinedup.govern.review import Review
from joinedup.result.blocks import (
    Caution,
    Check,
    Checks,
    Column,
    Estimate,
    Estimates,
    Figure,
    Hidden,
    Map,
    Prose,
)
from joinedup.result.model import Result

PROFILE = PROFILES["counts"]
AREAS = groups([("a", 3), ("b", 50), ("all", 53)], "n", total_row=True)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}


def result(*blocks, **facts):
    told = Result(
        method="diagnose.rates", headline="Fires", blocks=blocks or (AREAS,), provenance=PROVENANCE
    )
    return replace(told, **facts)


def ready(told, *, records_allowed=False, recipient="", profile=PROFILE, counted=None):
    return candidate(
        told,
        profile=profile,
        records_allowed=records_allowed,
        recipient=recipient,
        counted=counted,
    )


def approved(by="Ben", **said):
    """A verdict on whatever content it is put with."""
    return lambda digest: Review(
        **{"by": by, "at": "2026-03-02", "verdict": "approve", "digest": digest, "reason": "read"}
        | said
    )


BOTH = (approved("Ben"), approved("Cy"))
READ = (approved("Ben", words_read=True), approved("Cy", words_read=True))


def released(told, *reviews, authors=("Ana",), withdrawn=False, **facts):
    made = ready(told, **facts)
    heard = [one(made.digest) for one in reviews]
    return release(made, authors=authors, reviews=heard, withdrawn=withdrawn)


def refused(told, *reviews, **facts):
    with pytest.raises(ReleaseError) as caught:
        released(told, *(reviews or BOTH), **facts)
    return str(caught.value)


def estimate(**facts):
    one = Estimate(name="found", value=0.5, low=0.4, high=0.6, level=0.95, unit="share", n=200)
    return Estimates(items=(replace(one, **facts),))


def map_of(geometry, **properties):
    areas = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": geometry, "properties": {"area": "a", **properties}}
        ],
    }
    table = groups([("a", 3), ("b", 50), ("all", 53)], "n", total_row=True)
    return Map(title="Map", areas=areas, key="area", value="n", table=table, alt="It is even.")


def test_a_candidate_hides_what_is_too_few_and_says_by_which_rule():
    made = ready(result())
    assert (made.hidden, made.hidden_to_protect) == (2, 1)
    assert made.rule == "counts 2 (counts under 10 hidden)"
    assert made.result.provenance.status == "released"
    assert made.result.blocks[0].rows[0] == ("a", Hidden("too few"))


def test_a_release_is_what_was_reviewed_and_names_who_did():
    made = released(result(), approved("Ana"), approved("Cy", digest="other"), *BOTH)
    assert made.candidate == ready(result())
    assert [approval.by for approval in made.approvals] == ["Ben", "Cy"]
    assert made.authors == ("Ana",)


def test_the_content_reviewed_binds_result_rule_and_recipient():
    digests = {
        ready(result()).digest,
        ready(result(headline="Floods")).digest,
        ready(result(), recipient="fire").digest,
        ready(result(), profile=replace(PROFILE, version="3")).digest,
    }
    assert len(digests) == 4
    assert ready(result()).digest == ready(result()).digest


def test_a_result_without_two_reviews_by_others_is_refused_and_the_way_out_is_said():
    for reviews in ([approved("Ben")], [approved("Ana"), approved("Ben")], [approved(" ")] * 2):
        text = refused(result(), *reviews)
        assert "2 people who did not make it must have reviewed it" in text
        assert "joinedup release review" in text
    assert "only people who made this result" in refused(result(), approved("Ana"))
    assert "has changed since" in refused(result(), approved(digest="e" * 64))


def test_a_result_returned_or_withdrawn_does_not_leave():
    assert "is returned" in refused(result(), approved("Ben"), approved("Cy", verdict="return"))
    assert "is withdrawn" in refused(result(), withdrawn=True)


def test_a_result_without_author_is_refused():
    assert "has no author" in refused(result(), authors=(" ",))


def test_sentences_that_may_tell_of_few_leave_only_if_both_have_read_them():
    told = result(Prose(text="Found in 3 homes."))
    assert ready(told).unjudged == ("Found in 3 homes.",)
    read = approved("Ben", words_read=True)
    assert "1 sentences may tell of too few" in refused(told)
    assert "1 sentences may tell of too few" in refused(told, read, approved("Cy"))
    assert released(told, read, approved("Cy", words_read=True))


@pytest.mark.parametrize(("value", "unit"), [(0.0, "share"), (1.0, "share"), (100.0, "%")])
def test_an_estimate_that_says_the_same_of_everyone_leaves_only_if_both_have_read_it(value, unit):
    told = result(estimate(value=value, unit=unit))
    assert ready(told).unjudged == ("Estimate found: it says the same of each of its 200 cases.",)
    assert "or of a whole group" in refused(told)
    assert released(told, *READ)


ALL_IN_ONE = groups(
    [("a", 40, 40), ("b", 30, 0), ("c", 59, 28), ("all", 129, 68)],
    "n",
    Column(name="late", kind="count", part_of="n"),
    total_row=True,
)


def test_a_group_all_in_one_cell_leaves_hidden_or_if_both_say_in_writing_that_it_may():
    told = result(ALL_IN_ONE)
    rows = ready(told).result.blocks[0].rows
    assert [isinstance(row[2], Hidden) for row in rows] == [True, True, False, False]
    read = {"profile": PROFILES["counts-groups-read"]}
    made = ready(told, **read)
    assert made.result.blocks == (ALL_IN_ONE,)
    assert len(made.unjudged) == 1
    assert made.unjudged[0].startswith("Table 'Visits by area': 2 groups are all in one cell")
    assert "or of a whole group" in refused(told, **read)
    assert "or of a whole group" in refused(told, READ[0], approved("Cy"), **read)
    assert released(told, *READ, **read)


def test_a_group_that_is_hidden_anyway_need_not_be_read():
    few = groups([("a", 4, 4), ("b", 30, 15)], "n", Column(name="late", kind="count", part_of="n"))
    assert ready(result(few), profile=PROFILES["counts-groups-read"]).unjudged == ()


def test_nothing_says_where_the_members_of_a_table_are_kept():
    table = replace(AREAS, behind="behind.a@1#x")
    figure = Figure(title="F", chart={"mark": "bar"}, table=table, alt="x")
    assert "behind" not in str(
        ready(result(table, figure, replace(map_of(SQUARE), table=table)))
    ).replace("behind=''", "")


def test_a_result_of_the_bench_is_refused():
    text = refused(result(provenance=None))
    assert "rests on no agreement" in text
    assert "run it as a step" in text
    refused(result(provenance=replace(PROVENANCE, agreements=())), *BOTH)


def test_records_leave_only_where_recipients_may_see_them():
    records = groups([("a", 3)], "n", about="records", title="Homes")
    assert "table 'Homes': it shows one row per person" in refused(result(records), *BOTH)
    figure = Figure(title="F", chart={}, table=records, alt="x")
    assert "table 'Homes'" in refused(result(figure), *BOTH)
    made = released(result(records), *BOTH, records_allowed=True)
    assert made.result.blocks == (records,)


def test_a_profile_that_rounds_shows_rounded_counts_and_refuses_exact_shares():
    counted = Counted(secret=b"k" * 32)
    rounds = PROFILES["ons-like"]
    table = groups([("a", 33), ("b", 51)], "n")
    made = ready(result(table), profile=rounds, counted=counted)
    assert all(row[1] % 5 == 0 for row in made.result.blocks[0].rows)
    assert made.rule == "ons-like 1 (counts under 10 hidden, counts rounded to 5)"
    with pytest.raises(ReleaseError, match="exact count"):
        ready(result(table, estimate(value=0.165)), profile=rounds, counted=counted)


def test_a_chart_whose_axis_says_a_hidden_number_is_refused():
    chart = {"mark": "bar", "encoding": {"y": {"scale": {"domain": [0, 3]}}}}
    figure = Figure(title="F", chart=chart, table=AREAS, alt="x")
    assert "says a number that is hidden" in refused(result(figure))


def test_a_count_is_judged_by_the_people_behind_it_not_by_what_it_shows():
    table = groups([("a", 30), ("b", 51)], "n")
    behind = {(0, 0, "n"): Stands(persons=3), (0, 1, "n"): Stands(persons=51)}
    made = ready(result(table), counted=Counted(behind=behind))
    assert isinstance(made.result.blocks[0].rows[0][1], Hidden)
    assert made.result.blocks[0].rows[1][1] == 51


def test_an_estimate_on_too_few_cases_is_refused_by_name():
    assert "estimate found: it rests on fewer than 10" in refused(result(estimate(n=9)), *BOTH)


@pytest.mark.parametrize(("value", "unit"), [(0.02, "share"), (0.98, "share"), (2.0, "%")])
def test_an_estimate_that_gives_a_small_count_back_is_refused(value, unit):
    text = refused(result(estimate(value=value, unit=unit)), *BOTH)
    assert "gives back a count under 10" in text


@pytest.mark.parametrize(("value", "unit"), [(0.5, "share"), (7.4, "days"), (0.0, "days")])
def test_an_estimate_on_enough_cases_is_shown(value, unit):
    block = estimate(value=value, unit=unit)
    assert released(result(block), *BOTH).result.blocks == (block,)


def test_a_chart_that_carries_rows_of_its_own_is_refused():
    for chart in (
        {"data": {"values": [{"n": 3}]}},
        {"layer": [{"data": {"values": [{"n": 3}]}}]},
        {"datasets": {"x": [{"n": 3}]}},
    ):
        figure = Figure(title="F", chart=chart, table=AREAS, alt="x")
        assert "carries rows of its own" in refused(result(figure), *BOTH)


def test_charts_and_maps_are_hidden_like_the_tables_they_repeat():
    chart = {"mark": "bar", "data": {"name": "table"}}
    figure = Figure(title="F", chart=chart, table=AREAS, alt="x")
    blocks = (Prose(text="p"), AREAS, figure, map_of(SQUARE, n=3), Caution(text="c"))
    checks = Checks(items=(Check(name="enough", answer="passed", detail="yes"),))
    shown = released(result(*blocks, checks), *BOTH).result.blocks
    assert shown[1].rows == shown[2].table.rows == shown[3].table.rows
    assert shown[3].areas["features"][0]["properties"] == {"area": "a"}
    assert (shown[0], shown[4], shown[5]) == (blocks[0], blocks[4], checks)


def test_a_map_of_points_is_refused_where_records_may_not_be_seen():
    points = map_of({"type": "Point", "coordinates": [0, 0]})
    assert "places that are not areas" in refused(result(points), *BOTH)
    assert released(result(points), *BOTH, records_allowed=True)
    assert released(result(map_of(None)), *BOTH)


def test_everything_that_stands_against_a_release_is_told_at_once():
    share = groups([("a", 0.5)], Column(name="s", kind="share"))
    records = groups([("a", 3)], "n", about="records", title="Homes")
    told = result(share, records, estimate(n=1), provenance=None)
    with pytest.raises(ReleaseError) as caught:
        ready(told)
    assert len(caught.value.problems) == 4


def test_the_result_that_was_approved_is_left_as_it_was():
    told = result()
    released(told, *BOTH)
    assert told.blocks[0].rows[0] == ("a", 3)
    assert told.provenance.status == "not for release"


def test_no_other_module_makes_a_candidate_or_a_release():
    root = Path(joinedup.__file__).parent
    makes = re.compile(r"^(?!.*class ).*\b(?:Release|Candidate)\(", re.MULTILINE)
    makers = [path for path in root.rglob("*.py") if makes.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(root).as_posix() for path in makers] == ["govern/release.py"]
