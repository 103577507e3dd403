"""A witness takes no two pasts of one ledger, and keeps both as evidence."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from joinedup.core import clock
from joinedup.core.errors import RecordsError
from joinedup.records import anchors, witness

DAY = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Write an anchor as an office would show it."""
    made = []

    def show(events, head, *, minutes=0, key=None):
        monkeypatch.setattr(clock, "now", lambda: DAY + timedelta(minutes=minutes))
        path = tmp_path / f"shown-{len(made)}.json"
        path.write_text(anchors.text_of(anchors.Anchor(events, head * 64), key))
        made.append(path)
        return path

    return show


def evidence(register):
    return [json.loads(path.read_text()) for path in sorted(register.glob("evidence-*.json"))]


def test_two_witnesses_shown_two_pasts_each_refuse_the_others(shown, tmp_path):
    one, other = shown(1_000, "a"), shown(1_000, "b")
    for name, first, second in (("north", one, other), ("south", other, one)):
        register = tmp_path / name
        assert not witness.add(register, first).held
        with pytest.raises(RecordsError, match="another head to the same 1,000 events"):
            witness.add(register, second)
        (kept,) = evidence(register)
        assert kept["held"] == json.loads(first.read_text())
        assert kept["shown"] == json.loads(second.read_text())
        assert [json.loads(path.read_text())["head"] for path in register.glob("anchor-*")] == [
            json.loads(first.read_text())["head"]
        ]


def test_a_chain_that_grows_is_taken_in_any_order_and_once(shown, tmp_path):
    register = tmp_path / "register"
    early, late = shown(1_000, "a", minutes=0), shown(2_000, "b", minutes=9)
    middle = shown(1_500, "c", minutes=5)
    for anchor in (late, early, middle):
        assert not witness.add(register, anchor).held
    again = witness.add(register, late)
    assert (again.held, again.count) == (True, 3)
    assert evidence(register) == []


def test_a_chain_that_was_cut_is_refused_though_no_size_is_the_same(shown, tmp_path):
    register = tmp_path / "register"
    witness.add(register, shown(2_000, "a", minutes=0))
    with pytest.raises(RecordsError, match="was later one of 1,900"):
        witness.add(register, shown(1_900, "b", minutes=5))
    assert len(evidence(register)) == 1


def test_an_anchor_that_is_not_the_offices_is_not_taken(shown, tmp_path):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public, register = tmp_path / "office.pub", tmp_path / "register"
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    for wrong in (shown(5, "a"), shown(5, "a", key=other)):
        with pytest.raises(RecordsError):
            witness.add(register, wrong, public)
    assert not register.exists() or not list(register.glob("anchor-*"))
    witness.add(register, shown(5, "a", key=key), public)
    with pytest.raises(RecordsError):
        witness.add(register, shown(5, "b", key=key), public)
    (kept,) = evidence(register)
    assert kept["held"]["signature"] != kept["shown"]["signature"]  # neither can be denied


def test_a_witness_needs_no_ledger(shown, tmp_path):
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from joinedup.cli.main import main;"
        "code = main(sys.argv[1:]); sys.exit(code or ('django' in sys.modules) * 99)"
    )
    command = [sys.executable, "-c", code, "audit", "witness"]
    done = subprocess.run(
        [*command, str(shown(7, "a")), "--register", str(tmp_path / "mine")],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "1 anchors of one past" in done.stdout
