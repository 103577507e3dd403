from datetime import UTC, date, datetime

import numpy as np
import pytest

from joinedup.result import words
from joinedup.result.blocks import Column, Estimate, Hidden


def column(kind, **facts):
    return Column(name="x", kind=kind, **facts)


@pytest.mark.parametrize(
    ("kind", "digits", "value", "want"),
    [
        ("share", 1, 0.68994, "69.0 %"),
        ("share", 2, 0.5465, "54.65 %"),
        ("count", 2, 12408, "12,408"),
        ("count", 2, 12408.0, "12,408"),
        ("count", 2, 3.5, "3.5"),
        ("count", 2, np.int64(1200), "1,200"),
        ("number", 2, -7.125, "-7.12"),
        ("number", 0, -0.2, "0"),
        ("number", 2, np.float32(0.5), "0.50"),
        ("number", 2, float("nan"), words.NO_FIGURE),
        ("number", 2, None, words.NO_FIGURE),
        ("count", 2, Hidden("too few"), "hidden"),
        ("date", 2, date(2014, 9, 2), "2 September 2014"),
        ("date", 2, datetime(2014, 9, 2, tzinfo=UTC), "2 September 2014"),
        ("date", 2, datetime(2014, 9, 2, 14, 5, tzinfo=UTC), "2 September 2014, 14:05"),
        ("text", 2, True, "yes"),
        ("text", 2, np.bool_(0), "no"),
        ("text", 2, 60614, "60614"),
        ("text", 2, "a\x1b[31mb", "a\N{REPLACEMENT CHARACTER}[31mb"),
    ],
)
def test_a_cell_is_said_as_its_column_says(kind, digits, value, want):
    assert words.cell(column(kind, digits=digits), value) == want


def estimate(value, low, high, unit, level=0.95):
    return Estimate(name="a_b", value=value, low=low, high=high, level=level, unit=unit, n=9)


@pytest.mark.parametrize(
    ("item", "size", "doubt"),
    [
        (estimate(7.4321, 5.91, 8.84, "days"), "7.43 days", "95 % interval 5.91 to 8.84"),
        (estimate(0.68994, 0.652, 0.726, "share"), "69.0 %", "95 % interval 65.2 % to 72.6 %"),
        (estimate(12.0, 8.0, 15.0, "homes", 0.9), "12 homes", "90 % interval 8 to 15"),
        (estimate(2.0, 1.25, 3.5, ""), "2.00", "95 % interval 1.25 to 3.50"),
        (estimate(0.0123, -0.002, 0.03, ""), "0.0123", "95 % interval -0.0020 to 0.0300"),
        (estimate(4.0, None, None, "visits", None), "4 visits", "no interval is known"),
        (estimate(float("nan"), None, None, "%", None), words.NO_FIGURE, "no interval is known"),
        (estimate(31.4, 20.0, 40.0, "%", 0.995), "31.4 %", "99.5 % interval 20.0 % to 40.0 %"),
        (estimate(150.5, 120.25, 190.0, "days", None), "150 days", "interval 120 to 190"),
    ],
)
def test_an_estimate_and_its_bounds_have_the_same_decimals(item, size, doubt):
    assert (words.size_of(item), words.doubt(item)) == (size, doubt)


def test_a_name_without_a_label_begins_with_a_capital():
    assert words.name_of(estimate(1.0, None, None, "")) == "A b"


def test_the_banner_says_for_whom_what_was_hidden_and_how_it_may_leave(invented):
    name, sentence = words.status(invented.release())
    assert name == "Prepared to leave, for anyone"
    assert "It may leave only after two people who did not make it have reviewed it" in sentence
    assert "content eeeeeeeeeeee." in sentence
    assert "3 numbers are hidden, 1 of them to protect others." in sentence


@pytest.mark.parametrize(
    ("hidden", "protecting", "said"),
    [
        (0, 0, "No number was hidden."),
        (1, 0, "1 number is hidden because too few are counted."),
        (1200, 7, "1,200 numbers are hidden, 7 of them to protect others."),
    ],
)
def test_what_is_hidden_is_counted_in_words(invented, hidden, protecting, said):
    from dataclasses import replace

    ready = replace(
        invented.candidate(), hidden=hidden, hidden_to_protect=protecting, recipient="fire"
    )
    name, sentence = words.status(ready)
    assert said in sentence
    assert name == "Prepared to leave, for fire"


@pytest.mark.parametrize(
    ("iso", "want"),
    [
        ("2026-04-01T08:30:00.000000Z", "1 April 2026, 08:30 UTC"),
        ("2026-04-01T08:30:00", "1 April 2026, 08:30"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_moment_is_said_with_its_zone(iso, want):
    assert words.moment(iso) == want
