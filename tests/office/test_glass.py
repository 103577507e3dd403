"""Broken glass: a reason, an hour at most, an alert, and somebody else who looks at all of it."""

import json
from datetime import timedelta

import pytest
from ruled import REASON

from joinedup.core import clock

BREAK = ("policy", "break-glass", "--as", "dan")
WHY = ("--reason", "fire at the address")


@pytest.fixture
def ruled(ruled_office):
    return ruled_office


def events(joinedup, kind):
    lines = joinedup("audit", "show", "--last", "500", "--json", "--as", "cy").out.splitlines()
    return [event for event in map(json.loads, lines) if event["kind"] == kind]


@pytest.fixture
def later(monkeypatch):
    """Set the clock forward, each time from now."""
    began = clock.now()

    def set_forward(minutes):
        monkeypatch.setattr(clock, "now", lambda: began + timedelta(minutes=minutes))

    return set_forward


def test_what_is_kept_for_emergencies_opens_with_a_reason_and_closes_by_itself(ruled, later):
    assert ruled("run", "--as", "dan").code == 30
    said = ruled(*BREAK, *WHY, "--minutes", "20", "--json")
    assert said.code == 0, said.err
    assert ruled("run", "--as", "dan").code == 0
    assert ruled("show", "rank", "--as", "dan").code == 0
    later(21)
    assert ruled("show", "rank", "--as", "dan").code == 30


@pytest.mark.parametrize("wrong", [(), ("--reason", "  "), (*WHY, "--minutes", "61"),
                                   (*WHY, "--minutes", "0")])  # fmt: skip
def test_without_a_reason_or_for_longer_than_an_hour_it_is_refused(ruled, wrong):
    assert ruled(*BREAK, *wrong).code == 30
    assert not events(ruled, "glass")


def test_whoever_has_nothing_kept_for_emergencies_breaks_no_glass(ruled):
    for who in ("ana", "nobody"):
        said = ruled("policy", "break-glass", *WHY, "--as", who)
        assert said.code == 30
        assert "kept for emergencies" in said.err


def test_breaking_it_is_an_alert_and_each_use_carries_its_number_and_reason(ruled):
    number = json.loads(ruled(*BREAK, *WHY, "--json").out)["glass"]
    ruled("run", "--as", "dan")
    ruled("show", "rank", "--as", "dan")
    ruled("show", "rank", "--as", "ana")
    (alert,) = events(ruled, "glass")
    assert (alert["seq"], alert["facts"]["alert"]) == (number, "glass broken")
    for kind in ("run", "show"):
        told = [event for event in events(ruled, kind) if event["actor"] == "dan"]
        policies = [event["facts"].get("policy", {}) for event in told]
        marked = [one for one in policies if one.get("glass") == number]
        assert marked
        assert {one["glass_reason"] for one in marked} == {"fire at the address"}
    others = [event for event in events(ruled, "show") if event["actor"] == "ana"]
    assert "glass" not in others[0]["facts"]["policy"]


def test_whoever_watches_is_told_of_it_before_anything_else(ruled):
    number = json.loads(ruled(*BREAK, *WHY, "--json").out)["glass"]
    ruled(*BREAK, *WHY, "--renews", str(number))
    told = json.loads(ruled("audit", "watch", "--as", "cy", "--json").out)["sights"]
    assert [(one["who"], one["what"], one["where"]) for one in told[:2]] == [
        ("dan", "broken glass", "fire at the address"),
        ("dan", "glass renewed, the one before not reviewed", "fire at the address"),
    ]
    assert told[0]["first"] == number
    assert "fire at the address" in ruled("audit", "watch", "--as", "cy").out


def test_it_is_not_renewed_in_silence(ruled, later):
    first = json.loads(ruled(*BREAK, *WHY, "--minutes", "30", "--json").out)["glass"]
    for minutes in (10, 40, 89):
        later(minutes)
        said = ruled(*BREAK, *WHY)
        assert said.code == 30
        assert f"--renews {first}" in said.err
    said = ruled(*BREAK, *WHY, "--renews", str(first), "--json")
    assert json.loads(said.out)["renews"] == first
    assert events(ruled, "glass")[-1]["facts"]["alert"] == (
        "glass renewed, the one before not reviewed"
    )


def test_once_reviewed_or_long_past_it_may_be_broken_anew(ruled, later):
    first = json.loads(ruled(*BREAK, *WHY, "--minutes", "30", "--json").out)["glass"]
    later(31)
    assert ruled("policy", "review", str(first), "--finding", "right", "--as", "cy").code == 0
    assert ruled(*BREAK, *WHY, "--minutes", "30").code == 0
    later(31 + 30 + 61)
    assert ruled(*BREAK, *WHY).code == 0


def test_somebody_else_reviews_it_with_all_that_was_done_behind_it(ruled):
    number = json.loads(ruled(*BREAK, *WHY, "--json").out)["glass"]
    ruled("run", "--as", "dan")
    assert ruled("policy", "review", "--as", "ana").code == 30
    (listed,) = json.loads(ruled("policy", "review", "--as", "cy", "--json").out)
    assert listed["finding"] is None
    assert {one["kind"] for one in listed["done"]} >= {"run"}
    review = ("policy", "review", str(number))
    assert ruled(*review, "--as", "cy").code == 10
    assert ruled(*review, "--finding", "right", "--as", "ana").code == 30
    assert ruled(*review, "--finding", "right", "--as", "cy").code == 0
    assert ruled(*review, "--finding", "again", "--as", "dee").code == 10
    assert json.loads(ruled("policy", "review", "--unreviewed", "--as", "cy", "--json").out) == []
    said = ruled("policy", "review", "--as", "cy").out
    assert "0 of 1 not reviewed" in said
    assert ruled("audit", "verify").code == 0


def test_whoever_broke_it_cannot_review_it_even_with_the_right_to_review(ruled):
    number = json.loads(ruled(*BREAK, *WHY, "--json").out)["glass"]
    give = ("policy", "lease", "dan", "officer", "--hours", "1", *REASON, "--as", "cy")
    assert ruled(*give).code == 0
    said = ruled("policy", "review", str(number), "--finding", "all well", "--as", " DAN ")
    assert said.code == 30
    assert "cannot review it" in said.err
