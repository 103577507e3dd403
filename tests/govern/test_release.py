"""The way out: a second person, this very content, and nothing small."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from facts import groups
from hypothesis import given
from hypothesis import strategies as st

import joinedup
from joinedup.core.errors import ReleaseError
from joinedup.core.method import Provenance
from joinedup.govern.release import Rule, release
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
from joinedup.result.model import Approval, Result

RULE = Rule("small counts", "1", 10)
DIGEST = "d" * 64
AREAS = groups([("a", 3), ("b", 50), ("all", 53)], "n", total_row=True)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}
PROVENANCE = Provenance(
    method="diagnose.rates",
    method_version="1",
    settings={},
    inputs={},
    seed=None,
    software="joinedup",
    at="2026-03-01",
    purpose="inspection",
    agreements=("share",),
)


def result(*blocks, **facts):
    told = Result(
        method="diagnose.rates", headline="Fires", blocks=blocks or (AREAS,), provenance=PROVENANCE
    )
    return replace(told, **facts)


def approved(by="Ben", digest=DIGEST):
    return Approval(by=by, at="2026-03-02", digest=digest, reason="looked at every table")


def released(told, *approvals, author="Ana", records_allowed=False):
    return release(
        told,
        author=author,
        approvals=approvals,
        rule=RULE,
        records_allowed=records_allowed,
        digest=DIGEST,
    )


def refused(told, *approvals, **facts):
    with pytest.raises(ReleaseError) as caught:
        released(told, *approvals, **facts)
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


def test_a_release_hides_what_is_too_few_and_says_by_which_rule():
    made = released(result(), approved())
    assert (made.hidden, made.hidden_to_protect) == (2, 1)
    assert made.rule == "small counts 1 (counts under 10 hidden)"
    assert made.result.provenance.status == "released"
    assert made.result.blocks[0].rows[0] == ("a", Hidden("too few"))
    assert (made.author, made.digest) == ("Ana", DIGEST)


def test_only_approvals_that_count_are_kept():
    made = released(result(), approved("Ana"), approved("Cy", "other"), approved("Ben"))
    assert [approval.by for approval in made.approvals] == ["Ben"]


def test_a_result_nobody_approved_is_refused_and_the_way_out_is_said():
    text = refused(result())
    assert "nobody has approved this result" in text
    assert "ask someone other than the author to look at it and approve it" in text


@pytest.mark.parametrize("by", ["Ana", "ana ", " A n a", "\uff21na", "ANA", "A\u200bna"])
def test_an_author_cannot_approve_under_another_spelling(by):
    assert "only its author has approved" in refused(result(), approved(by))


def test_an_approval_by_nobody_does_not_count():
    assert "nobody has approved" in refused(result(), approved(" "))


def test_an_approval_of_another_content_does_not_count():
    assert "the result has changed since" in refused(result(), approved(digest="e" * 64))


def test_a_result_without_author_is_refused():
    assert "has no author" in refused(result(), approved(), author=" ")


def test_a_result_of_the_bench_is_refused():
    text = refused(result(provenance=None), approved())
    assert "rests on no agreement" in text
    assert "run it as a step" in text
    refused(result(provenance=replace(PROVENANCE, agreements=())), approved())


def test_records_leave_only_where_recipients_may_see_them():
    records = groups([("a", 3)], "n", about="records", title="Homes")
    assert "table 'Homes': it shows one row per person" in refused(result(records), approved())
    figure = Figure(title="F", chart={}, table=records, alt="x")
    assert "table 'Homes'" in refused(result(figure), approved())
    made = released(result(records), approved(), records_allowed=True)
    assert made.result.blocks == (records,)


def test_an_estimate_on_too_few_cases_is_refused_by_name():
    assert "estimate found: it rests on fewer than 10" in refused(result(estimate(n=9)), approved())


@pytest.mark.parametrize(("value", "unit"), [(0.02, "share"), (0.98, "share"), (2.0, "%")])
def test_an_estimate_that_gives_a_small_count_back_is_refused(value, unit):
    text = refused(result(estimate(value=value, unit=unit)), approved())
    assert "gives back a count under 10" in text


@pytest.mark.parametrize(("value", "unit"), [(0.5, "share"), (7.4, "days"), (0.0, "share")])
def test_an_estimate_on_enough_cases_is_shown(value, unit):
    block = estimate(value=value, unit=unit)
    assert released(result(block), approved()).result.blocks == (block,)


def test_a_chart_that_carries_rows_of_its_own_is_refused():
    for chart in (
        {"data": {"values": [{"n": 3}]}},
        {"layer": [{"data": {"values": [{"n": 3}]}}]},
        {"datasets": {"x": [{"n": 3}]}},
    ):
        figure = Figure(title="F", chart=chart, table=AREAS, alt="x")
        assert "carries rows of its own" in refused(result(figure), approved())


def test_charts_and_maps_are_hidden_like_the_tables_they_repeat():
    chart = {"mark": "bar", "data": {"name": "table"}}
    figure = Figure(title="F", chart=chart, table=AREAS, alt="x")
    blocks = (Prose(text="p"), AREAS, figure, map_of(SQUARE, n=3), Caution(text="c"))
    checks = Checks(items=(Check(name="enough", answer="passed", detail="yes"),))
    shown = released(result(*blocks, checks), approved()).result.blocks
    assert shown[1].rows == shown[2].table.rows == shown[3].table.rows
    assert shown[3].areas["features"][0]["properties"] == {"area": "a"}
    assert (shown[0], shown[4], shown[5]) == (blocks[0], blocks[4], checks)


def test_a_map_of_points_is_refused_where_records_may_not_be_seen():
    points = map_of({"type": "Point", "coordinates": [0, 0]})
    assert "places that are not areas" in refused(result(points), approved())
    assert released(result(points), approved(), records_allowed=True)
    assert released(result(map_of(None)), approved())


def test_everything_that_stands_against_a_release_is_told_at_once():
    share = groups([("a", 0.5)], Column(name="s", kind="share"))
    records = groups([("a", 3)], "n", about="records", title="Homes")
    told = result(share, records, estimate(n=1), provenance=None)
    with pytest.raises(ReleaseError) as caught:
        released(told, author="")
    assert len(caught.value.problems) == 6


def test_the_result_that_was_approved_is_left_as_it_was():
    told = result()
    released(told, approved())
    assert told.blocks[0].rows[0] == ("a", 3)
    assert told.provenance.status == "not for release"


people = st.sampled_from(["Ana", "ANA", "ana ", "Ben", "Cy"])
digests = st.sampled_from([DIGEST, "e" * 64, ""])


@given(people, st.lists(st.tuples(people, digests), max_size=4))
def test_no_release_is_made_without_someone_else_approving_this_content(author, given_approvals):
    approvals = [approved(by, digest) for by, digest in given_approvals]
    enough = any(
        by.strip().lower() != author.strip().lower() and digest == DIGEST
        for by, digest in given_approvals
    )
    try:
        released(result(Prose(text="x")), *approvals, author=author)
    except ReleaseError:
        assert not enough
    else:
        assert enough


def test_no_other_module_makes_a_release():
    root = Path(joinedup.__file__).parent
    makes = re.compile(r"^(?!.*class ).*\bRelease\(", re.MULTILINE)
    makers = [path for path in root.rglob("*.py") if makes.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(root).as_posix() for path in makers] == ["govern/release.py"]
