"""A byte of the database file is changed by a disk or a hand."""

import shutil
import sqlite3

import numpy as np
import pytest

from joinedup.core.errors import RecordsError
from joinedup.records.home import connect, transaction

EVENTS = 30
SAMPLE = 250
COLUMNS = "seq, at, kind, actor, subject, facts, previous, hash"


@pytest.fixture
def whole(sqlite_home):
    """A closed database file that holds thirty events, and nothing in its write-ahead log."""
    from django.db import connection

    from joinedup.records import ledger

    for number in range(EVENTS):
        with transaction():
            ledger.append("test", actor="ana", subject=f"s{number}", facts={"n": number})
    connection.close()
    file = sqlite_home / "records.sqlite3"
    assert not file.with_name("records.sqlite3-wal").exists()
    return file


def stored(file):
    """Every event as the file gives it, with its types; nothing if it cannot be read."""
    try:
        with sqlite3.connect(file) as direct:
            return repr(direct.execute(f"select {COLUMNS} from records_ledgerevent").fetchall())
    except sqlite3.Error:
        return ""
    finally:
        direct.close()


def verdict_after(flip, file, pristine):
    """Whether the records still pass, after one bit of one byte of their file was changed."""
    from django.db import connection

    from joinedup.records import ledger

    file.write_bytes(_flipped(flip, pristine))
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    try:
        connect(file.parent)
        return ledger.verify().ok
    except RecordsError:
        return False
    finally:
        connection.close()


def test_a_flipped_byte_of_an_event_is_found(whole):
    pristine = whole.read_bytes()
    events = [place for text in (b"ana", b'{"n":7}', b"test") for place in _all(pristine, text)]
    with sqlite3.connect(whole) as direct:
        hashes = direct.execute("select hash, at from records_ledgerevent").fetchall()
    direct.close()
    for words in hashes:
        events += [
            _all(pristine, text.encode())[0] + number % len(text)
            for number, text in enumerate(words)
        ]
    missed = [place for place in events[:120] if verdict_after(place, whole, pristine)]
    assert missed == []


def test_a_flipped_byte_anywhere_is_found_or_harmless_and_never_a_traceback(whole):
    pristine, before = whole.read_bytes(), stored(whole)
    rng = np.random.default_rng(20261123)
    events = _all(pristine, b'{"n":')
    places = [
        *range(0, 100, 3),  # the file's header
        *rng.choice(np.arange(min(events), max(events)), SAMPLE, replace=False).tolist(),
        *rng.choice(len(pristine), SAMPLE, replace=False).tolist(),
    ]
    passed = [place for place in places if verdict_after(place, whole, pristine)]
    changed_unseen = [place for place in passed if _after_flip(place, whole, pristine) != before]
    assert changed_unseen == []
    assert 0 < len(passed) < len(places)  # harmless in free space; else found


def _after_flip(place, file, pristine):
    file.write_bytes(_flipped(place, pristine))
    return stored(file)


def _flipped(place, pristine):
    damaged = bytearray(pristine)
    damaged[place] ^= 1 << (place % 8)
    return bytes(damaged)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_cut_short_never_passes(whole, share):
    from django.db import connection

    from joinedup.records import ledger

    pristine = whole.read_bytes()
    whole.write_bytes(pristine[: int(len(pristine) * share)])
    try:
        connect(whole.parent)
        assert not ledger.verify().ok
    except RecordsError:
        pass
    finally:
        connection.close()


def test_damage_while_the_records_are_open_is_seen(whole):
    from django.db import connection

    from joinedup.records import ledger

    assert ledger.verify().ok
    pristine = whole.read_bytes()
    place = _all(pristine, b'{"n":7}')[0] + 5
    with whole.open("r+b") as file:
        file.seek(place)
        file.write(b"8")
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad) == (False, 8)
    connection.close()


def test_a_copy_of_the_home_verifies_and_with_the_keys_its_seals_do(whole, tmp_path):
    from django.db import connection

    from joinedup.records import ledger

    shutil.copytree(whole.parent, tmp_path / "copy")
    connect(tmp_path / "copy")
    verdict = ledger.verify()
    assert (verdict.ok, verdict.events, verdict.seals) == (True, EVENTS, False)
    assert "the keys are not here" in verdict.reason
    shutil.copytree(tmp_path / "home.keys", tmp_path / "copy.keys")
    assert ledger.verify().seals
    connection.close()


def _all(content, text):
    places, at = [], content.find(text)
    while at >= 0:
        places.append(at)
        at = content.find(text, at + 1)
    return places
