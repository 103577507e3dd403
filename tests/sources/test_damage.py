"""Whatever bytes a file holds, it is read or refused; nothing else happens, and no cell is told."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from visit_files import CANARY, FORMATS, ROWS, held, visits, write

from joinedup.core.errors import DeliveryError
from joinedup.sources import propose as proposed
from joinedup.sources import read
from joinedup.sources.mapping.proposal import propose
from joinedup.sources.parsing import parsed

AGREED = ("visit", "postcode", "seen_on")
ZIPPED = ("ods", "xlsx")
JUNK = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from([b"\0", b'"', b"\r", b"\n", b"<", b"&", b"{", b"[", b"]", b",", b"\xff\xfe"]),
    st.sampled_from(
        [b"9" * 5_000, b"1e999999999999", b"NaN", b"\\ud800", b"\\u0000", b"\xed\xa0\x80"]
    ),
    st.sampled_from(
        [b"<!DOCTYPE x>", b"&#0;", b"<![CDATA[", b"\xe2\x80\xae", b"PK\5\6", b"\xff" * 8]
    ),
)
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["put", "over", "cut"]), JUNK),
    min_size=1,
    max_size=4,
)
WITH_CANARY = [(*row[:3], CANARY) for row in ROWS]
every_format = pytest.mark.parametrize("kind", FORMATS)
fixtures_are_shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def changed(whole, changes):
    for share, way, junk in changes:
        place = int(share * len(whole))
        after = {"put": place, "over": place + len(junk), "cut": len(whole)}[way]
        whole = whole[:place] + (b"" if way == "cut" else junk) + whole[after:]
    return whole


def spoiled(folder, kind, changes, part):
    """A file that was right; of a zip, the archive as it lies or one of its parts."""
    path = write(folder, kind, WITH_CANARY)
    if kind not in ZIPPED or part is None:
        path.write_bytes(changed(path.read_bytes(), changes))
        return path
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = sorted(parts)[part % len(parts)]
    parts[name] = changed(parts[name], changes)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def said(attempt, *arguments):
    """What is told of a file: findings, or a refusal; anything else that is raised fails."""
    try:
        found = attempt(*arguments)
    except DeliveryError as error:
        return str(error)
    return str(getattr(found, "findings", ""))


@every_format
@settings(fixtures_are_shared, max_examples=40)
@given(changes=CHANGES, part=st.none() | st.integers(0, 20))
def test_a_damaged_file_is_read_or_refused(tmp_path, kind, changes, part):
    """Parsed in this process, where a mistake of ours would be raised and not be told in words."""
    file = held(spoiled(tmp_path, kind, changes, part))
    assert CANARY not in said(parsed, file, visits(kind), AGREED)
    said(propose, file)


@every_format
@settings(fixtures_are_shared, max_examples=40)
@given(data=st.binary(max_size=300))
def test_bytes_of_no_format_are_read_or_refused(tmp_path, kind, data):
    path = tmp_path / f"visits.{kind}"
    path.write_bytes(data)
    said(parsed, held(path), visits(kind), AGREED)
    said(propose, held(path))


@every_format
@settings(fixtures_are_shared, max_examples=6)
@given(changes=CHANGES, part=st.none() | st.integers(0, 20))
def test_a_child_reads_or_refuses_a_damaged_file_too(tmp_path, kind, changes, part):
    path = spoiled(tmp_path, kind, changes, part)
    for told in (said(read, path, visits(kind), AGREED), said(proposed, path)):
        assert CANARY not in told
        assert "broke off" not in told
        assert "not what was asked for" not in told


@pytest.mark.deep
@every_format
@settings(fixtures_are_shared, max_examples=500)
@given(changes=CHANGES, part=st.none() | st.integers(0, 20))
def test_a_damaged_file_is_read_or_refused_however_often_it_is_tried(tmp_path, kind, changes, part):
    file = held(spoiled(tmp_path, kind, changes, part))
    said(parsed, file, visits(kind), AGREED)
    said(propose, file)
