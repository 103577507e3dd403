"""An anchor kept elsewhere finds what the chain alone cannot show."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records.home import connect, transaction

LENGTH = 9


def write_events(count=LENGTH, actor="ana"):
    from joinedup.records import ledger

    for number in range(count):
        with transaction():
            ledger.append("test", actor=actor, facts={"n": number})


def keys(folder, name):
    """A new pair of keys as PEM files: the private, the public."""
    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return private, public


def sql(statement, *arguments):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, list(arguments))


def cut_to(seq):
    """The tail goes, and its head with it, as somebody with the database would do it."""
    from django.db import connection

    from joinedup.records import ledger

    if connection.vendor == "postgresql":
        sql("alter table records_ledgerevent disable trigger user")
    else:
        sql("drop trigger ledger_refuses_delete")
    sql("delete from records_ledgerevent where seq > %s", seq)
    last = list(ledger.events())[-1]
    sql("update records_ledgerhead set seq = %s, hash = %s", seq, last.hash)


def test_a_longer_chain_still_passes_its_older_anchor(home, tmp_path):
    from joinedup.records import anchors, ledger

    write_events()
    kept = tmp_path / "anchor.json"
    assert anchors.write(kept).seq == LENGTH
    write_events(3)
    assert ledger.verify(anchors.read(kept)).ok
    assert home.is_dir()


def test_a_cut_off_tail_with_its_head_is_found(home, tmp_path):
    from joinedup.records import anchors, ledger

    write_events()
    anchors.write(tmp_path / "anchor.json")
    cut_to(5)
    kept = anchors.read(tmp_path / "anchor.json")
    assert not ledger.verify().ok
    assert (ledger.verify(kept).ok, ledger.verify(kept).first_bad) == (False, 6)
    write_events(LENGTH)  # grown past it again, by a history made anew with the home's own keys
    assert ledger.verify().ok
    assert not ledger.verify(kept).ok
    assert home.is_dir()


def test_another_database_put_in_its_place_is_found(sqlite_home, tmp_path):
    from django.db import connection

    from joinedup.records import anchors, ledger

    write_events()
    anchors.write(tmp_path / "anchor.json")
    connection.close()
    other = tmp_path / "other"
    connect(other)
    write_events(LENGTH + 3)
    connection.close()
    (other / "records.sqlite3").replace(sqlite_home / "records.sqlite3")
    connect(sqlite_home)
    assert ledger.verify().first_bad == 1
    assert not ledger.verify(anchors.read(tmp_path / "anchor.json")).ok


def test_an_anchor_signed_with_the_homes_own_key_is_checked_with_its_public_half(home, tmp_path):
    from joinedup.records import anchors

    write_events()
    kept, public = tmp_path / "anchor.json", tmp_path / "own.pub"
    anchors.write(kept, own=True)
    public.write_text(anchors.public_pem(home))
    assert anchors.read(kept, public).seq == LENGTH
    _, other = keys(tmp_path, "other")
    with pytest.raises(RecordsError, match="not signed with this key"):
        anchors.read(kept, other)
    kept.write_text(kept.read_text().replace(f'"events": {LENGTH}', f'"events": {LENGTH - 1}'))
    with pytest.raises(RecordsError):  # it says with which key it was signed, so it must fit
        anchors.read(kept)


@pytest.mark.usefixtures("sqlite_home")
def test_one_byte_changed_in_a_signed_anchor_is_found_wherever_it_is(tmp_path):
    from joinedup.records import anchors

    write_events()
    private, public = keys(tmp_path, "auditor")
    kept = tmp_path / "anchor.json"
    anchors.write(kept, private)
    whole = kept.read_bytes()
    assert anchors.read(kept, public).seq == LENGTH
    passed = []
    for place, byte in enumerate(whole):
        kept.write_bytes(whole[:place] + bytes([byte ^ 1]) + whole[place + 1 :])
        try:
            passed.append((place, anchors.read(kept, public).seq))
        except RecordsError:
            continue
    spaces = {place for place, byte in enumerate(whole) if bytes([byte]).isspace()}
    assert {place for place, _ in passed} <= spaces
    assert {seq for _, seq in passed} <= {LENGTH}


@pytest.mark.usefixtures("sqlite_home")
def test_an_unsigned_anchor_or_one_under_another_key_does_not_pass_where_a_key_is_given(tmp_path):
    from joinedup.records import anchors

    write_events()
    mine, _ = keys(tmp_path, "mine")
    _, theirs = keys(tmp_path, "theirs")
    anchors.write(tmp_path / "plain.json")
    anchors.write(tmp_path / "signed.json", mine)
    with pytest.raises(RecordsError, match="not signed"):
        anchors.read(tmp_path / "plain.json", theirs)
    with pytest.raises(RecordsError, match="not signed with this key"):
        anchors.read(tmp_path / "signed.json", theirs)


@pytest.mark.usefixtures("sqlite_home")
def test_nothing_is_anchored_that_does_not_verify_and_no_anchor_is_overwritten(tmp_path):
    from joinedup.records import anchors

    with pytest.raises(RecordsError, match="no event yet"):
        anchors.write(tmp_path / "a.json")
    write_events()
    anchors.write(tmp_path / "a.json")
    with pytest.raises(ProjectError, match="cannot be written"):
        anchors.write(tmp_path / "a.json")
    sql("update records_ledgerhead set seq = seq + 1")
    with pytest.raises(RecordsError, match="nothing to vouch for"):
        anchors.write(tmp_path / "b.json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        json.dumps({"form": "joinedup anchor 1", "events": 0, "head": "0" * 64, "at": ""}).encode(),
        json.dumps({"form": "joinedup anchor 1", "events": True, "head": "", "at": ""}).encode(),
    ],
)
def test_a_file_that_is_no_anchor_proves_nothing(tmp_path, sqlite_home, content):
    from joinedup.records import anchors

    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(RecordsError, match="proves nothing"):
        anchors.read(tmp_path / "a.json")
    with pytest.raises(ProjectError, match="cannot be read"):
        anchors.read(sqlite_home / "none.json")


@pytest.mark.usefixtures("sqlite_home")
def test_a_file_that_is_no_key_is_refused_with_how_to_make_one(tmp_path):
    from joinedup.records import anchors

    write_events()
    (tmp_path / "key.pem").write_text("secret")
    with pytest.raises(ProjectError, match="openssl") as refused:
        anchors.write(tmp_path / "a.json", tmp_path / "key.pem")
    assert "secret" not in str(refused.value)
    anchors.write(tmp_path / "a.json")
    with pytest.raises(ProjectError, match="public key"):
        anchors.read(tmp_path / "a.json", tmp_path / "key.pem")
