"""Is the keyed digest of a column the one that RFC 2104 has, whatever the text?"""

import hmac

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from joinedup.store.keyed import keyed_digests

SECRET, BEFORE = bytes(range(32)), b"nhs_number\x00\x00"
ODD = ["", "\\x41", "\\", "'; drop table texts; --", "Zoë\u0301", "\U0001f600", "a" * 300, "\x00"]


def want(text):
    if text is None:
        return None
    return hmac.new(SECRET.hex().encode(), BEFORE + text.encode(), "sha256").hexdigest()


def test_odd_texts_have_the_digest_of_the_standard_library():
    texts = [None, *ODD, None]
    made = keyed_digests(pa.array(texts), SECRET, BEFORE)
    assert made.to_pylist() == [want(text) for text in texts]


@given(st.lists(st.none() | st.text(max_size=80), min_size=1, max_size=20))
def test_any_texts_have_the_digest_of_the_standard_library(texts):
    made = keyed_digests(pa.array(texts, pa.string()), SECRET, BEFORE)
    assert made.type == pa.string()
    assert made.to_pylist() == [want(text) for text in texts]


def test_a_long_column_keeps_its_order():
    texts = [None if number % 97 == 0 else str(number * 7_919) for number in range(300_000)]
    made = keyed_digests(pa.array(texts), SECRET, BEFORE).to_pylist()
    for place in range(0, len(texts), 1_009):
        assert made[place] == want(texts[place])
    assert [one is None for one in made] == [text is None for text in texts]


def test_a_column_that_says_nothing_has_no_digests():
    assert keyed_digests(pa.nulls(3, pa.string()), SECRET, BEFORE).to_pylist() == [None] * 3
    assert len(keyed_digests(pa.array([], pa.string()), SECRET, BEFORE)) == 0
