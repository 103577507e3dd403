"""Does a YAML reader read back what was written, and can a person?"""

import doctest
import math

import pytest
import yaml as reader
from hypothesis import given
from hypothesis import strategies as st

from joinedup.office import yaml as module
from joinedup.office.yaml import yaml

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text("abn:#- y", max_size=4), inner)
)


@given(VALUES)
def test_what_is_written_is_read_back(value):
    assert reader.safe_load(yaml(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "1.0",
        "2026-09-30",
        "a: b",
        "# a",
        "- a",
        "",
        " a ",
        "\u0085\u2028\ufeff",
        "é \U0001f600",
    ],
)
def test_a_text_stays_a_text(text):
    assert reader.safe_load(yaml({"a": text, text: ["b", [text]]})) == {
        "a": text,
        text: ["b", [text]],
    }


@pytest.mark.parametrize("number", [1e300, 1e-9, -1e22, 0.0, 5e-324])
def test_a_number_stays_a_number(number):
    read = reader.safe_load(yaml([number]))[0]
    assert isinstance(read, float)
    assert read == number


def test_a_number_without_end_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        yaml([math.inf])


def test_the_example_in_the_docstring_is_true():
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
