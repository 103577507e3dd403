"""Whatever bytes a file holds, it is read or refused; nothing else happens, and no cell is told."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from visit_files import CANARY, FORMATS, ROWS, visits, write

from joinedup.core.errors import DeliveryError
from joinedup.sources import read

AGREED = ("visit", "postcode", "seen_on")
JUNK = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from([b"\0", b'"', b"\r", b"\n", b"<", b"&", b"{", b"[", b"]", b",", b"\xff\xfe"]),
)
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["put", "over", "cut"]), JUNK),
    min_size=1,
    max_size=4,
)


def changed(whole, changes):
    for share, way, junk in changes:
        place = int(share * len(whole))
        after = {"put": place, "over": place + len(junk), "cut": len(whole)}[way]
        whole = whole[:place] + (b"" if way == "cut" else junk) + whole[after:]
    return whole


@pytest.mark.parametrize("kind", FORMATS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=CHANGES)
def test_a_damaged_file_is_read_or_refused(tmp_path, kind, changes):
    path = write(tmp_path, kind, [(*row[:2], row[2], CANARY) for row in ROWS])
    path.write_bytes(changed(path.read_bytes(), changes))
    try:
        delivery = read(path, visits(kind), AGREED)
    except DeliveryError as error:
        told = str(error)
    else:
        told = str(delivery.findings)
    assert CANARY not in told
