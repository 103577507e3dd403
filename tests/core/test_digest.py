"""Do equal facts give equal digests, and different facts different ones?"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from joinedup.core.digest import CHUNK_BYTES, canonical, digest, file_digest

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Home:
    name: str
    built: date


class Settings(BaseModel):
    level: float = 0.95


@given(st.dictionaries(st.text(), PLAIN, min_size=2, max_size=5))
def test_the_order_of_keys_does_not_matter(facts):
    turned = dict(reversed(facts.items()))
    assert digest(facts) == digest(turned)


@given(PLAIN, PLAIN)
def test_a_digest_tells_apart_what_its_canonical_form_tells_apart(one, other):
    assert (digest(one) == digest(other)) == (canonical(one) == canonical(other))


def test_a_known_digest():
    """By hand: SHA-256 of the text {"a":1,"b":"é"}, in UTF-8."""
    want = hashlib.sha256('{"a":1,"b":"é"}'.encode()).hexdigest()
    assert digest({"b": "é", "a": 1}) == want


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 3, 1), '"2026-03-01"'),
        (datetime(2026, 3, 1, 9, tzinfo=UTC), '"2026-03-01T09:00:00+00:00"'),
        (Colour.RED, '"red"'),
        (Path("a") / "b", '"a/b"'),
        ({"b", "a"}, '["a","b"]'),
        (Home("mill", date(1900, 1, 1)), '{"built":"1900-01-01","name":"mill"}'),
        (Settings(), '{"level":0.95}'),
    ],
)
def test_what_the_house_signs_has_one_form(value, text):
    assert canonical(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_has_no_form(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(value)


def test_what_has_no_form_is_refused_by_its_kind_alone():
    with pytest.raises(TypeError, match="no canonical form for object"):
        canonical(object())


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_a_file_is_digested_whole_whatever_its_size(tmp_path, size):
    path = tmp_path / "part"
    path.write_bytes(b"x" * size)
    assert file_digest(path) == hashlib.sha256(b"x" * size).hexdigest()
