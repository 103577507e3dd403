"""Equal facts give equal bytes, and different facts different ones."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from joinedup.core.digest import CHUNK_BYTES, canonical, digest, file_digest

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_the_canonical_form_is_json_that_gives_the_value_back(value):
    assert json.loads(canonical(value)) == value


@given(plain)
def test_the_form_of_the_form_is_the_form(value):
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(st.text(), st.integers(), max_size=6), st.randoms())
def test_the_order_of_keys_does_not_count(facts, random):
    keys = list(facts)
    random.shuffle(keys)
    assert canonical({key: facts[key] for key in keys}) == canonical(facts)


@given(plain, plain)
def test_different_facts_have_different_digests(one, other):
    assert (digest(one) == digest(other)) == (canonical(one) == canonical(other))


@given(st.lists(st.text(), max_size=5))
def test_a_set_has_one_form_whatever_its_order(words):
    assert canonical(set(words)) == canonical(frozenset(reversed(words)))
    assert canonical(set(words)) == canonical(sorted(set(words)))


def test_the_digest_is_sha256_of_the_form_in_utf8():
    assert digest({"b": 1, "a": "é"}) == hashlib.sha256('{"a":"é","b":1}'.encode()).hexdigest()


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    x: int
    on: date


class Spec(BaseModel):
    when: datetime


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (date(2026, 3, 1), '"2026-03-01"'),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), '"2026-03-01T12:00:00+00:00"'),
        (Colour.RED, '"red"'),
        (Path("a") / "b", '"a/b"'),
        (Point(1, date(2026, 3, 1)), '{"on":"2026-03-01","x":1}'),
        (Spec(when=datetime(2026, 3, 1, tzinfo=UTC)), '{"when":"2026-03-01T00:00:00Z"}'),
        ({"k": (1, 2)}, '{"k":[1,2]}'),
    ],
)
def test_the_house_words_have_a_plain_form(value, form):
    assert canonical(value) == form


@pytest.mark.parametrize("value", [object(), b"bytes", PurePosixPath, 1j])
def test_what_has_no_form_is_refused(value):
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_cannot_say_is_refused(value):
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"share": value})


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_a_files_digest_is_sha256_of_its_bytes(tmp_path, length):
    content = bytes(range(256)) * (length // 256) + b"x" * (length % 256)
    (tmp_path / "file").write_bytes(content)
    assert file_digest(tmp_path / "file") == hashlib.sha256(content).hexdigest()
