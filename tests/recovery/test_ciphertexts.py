"""Does anything that was changed by a bit open, and is a key ever used twice in one way?"""

import io
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.core.errors import JoinedupError, RecordsError
from joinedup.records import keyring, sealed
from joinedup.records.keyring import Named
from joinedup.store import sealing
from joinedup.store.backup import stream

KEY = Named("backup", keyring.key_id(b"k" * 32), b"k" * 32)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("JOINEDUP_KEYS", raising=False)
    place = tmp_path / "home"
    place.mkdir()
    return place


def streamed(lines, what="a file"):
    sink = io.BytesIO()
    with stream.Sealer(sink, KEY, what=what) as to:
        for line in lines:
            to.line(line)
    return sink.getvalue()


def read(path, content, what="a file"):
    path.write_bytes(content)
    return list(stream.opened(path, lambda _identity: KEY, what=what))


LINES = st.lists(st.binary(max_size=60).filter(lambda one: b"\n" not in one), max_size=30)


@given(LINES)
def test_a_sealed_file_gives_its_lines_back(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("sealed") / "file"
    assert read(path, streamed(lines)) == lines


def test_a_long_sealed_file_of_many_pieces_gives_its_lines_back(tmp_path):
    rng = np.random.default_rng(20261128)
    lines = [rng.bytes(200_000).replace(b"\n", b" ") for _ in range(25)]
    content = streamed(lines)
    assert len(content) > 4 * stream.PIECE
    assert read(tmp_path / "file", content) == lines
    head, piece = stream.HEAD_BYTES, stream.LENGTH + stream.PIECE + stream.TAG
    first, second = content[head : head + piece], content[head + piece : head + 2 * piece]
    rest = content[head + 2 * piece :]
    moved = (second + first + rest, first + rest, first, first + first + second + rest)
    for changed in moved:
        with pytest.raises(RecordsError):
            read(tmp_path / "file", content[:head] + changed)


def test_any_bit_of_two_hundred_sealed_files_matters(tmp_path):
    rng = np.random.default_rng(1)
    for turn in range(200):
        content = streamed([rng.bytes(int(rng.integers(0, 80))).hex().encode()])
        at = int(rng.integers(0, 8 * len(content)))
        flipped = bytearray(content)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(RecordsError):
            read(tmp_path / f"{turn}", bytes(flipped))
    with pytest.raises(RecordsError):
        read(tmp_path / "other", streamed([b"a"], what="one"), what="another")


def test_any_bit_of_two_hundred_sealed_texts_matters(home):
    rng = np.random.default_rng(2)
    texts = [sealed.seal(home, "results p", f"text {n}", bound=["p"]) for n in range(20)]
    for turn in range(200):
        text = bytearray(texts[turn % 20].encode())
        at = int(rng.integers(0, 8 * len(text)))
        text[at // 8] ^= 1 << at % 8
        found = bytes(text).decode("latin-1")
        try:
            same = sealed.unseal(home, "results p", found, bound=["p"], where="w")
        except JoinedupError:
            continue
        # Base64 has bits at its end that say nothing: what opens is then the very same.
        assert same == f"text {turn % 20}"
        assert at // 8 >= len(text) - 3


def test_no_nonce_is_used_twice_under_a_key(home, monkeypatch):
    """Of many sealings with one key. A hundred thousand here, a million in `make deep`."""
    nonces(home, monkeypatch, 100_000)


@pytest.mark.deep
def test_no_nonce_is_used_twice_in_a_million_sealings(home, monkeypatch):
    nonces(home, monkeypatch, 1_000_000)


def nonces(home, monkeypatch, count):
    key = keyring.key(home, "results p")
    monkeypatch.setattr(keyring, "key", lambda _home, _name: key)
    seen = set()

    class Watched:
        def __init__(self, _key):
            pass

        def encrypt(self, nonce, data, _bound):
            seen.add(nonce)
            return b"0" * (len(data) + 16)

    monkeypatch.setattr("cryptography.hazmat.primitives.ciphers.aead.AESGCM", Watched)
    for _ in range(count):
        sealed.seal(home, "results p", "x", bound=["p"])
    assert len(seen) == count


def test_each_sealed_file_has_a_key_of_its_own_and_counts_its_pieces(monkeypatch):
    used = []

    class Watched:
        def __init__(self, key):
            self.key = key

        def encrypt(self, nonce, data, _bound):
            used.append((self.key, nonce))
            return data + b"0" * 16

    monkeypatch.setattr("cryptography.hazmat.primitives.ciphers.aead.AESGCM", Watched)
    noise = [os.urandom(900_000).replace(b"\n", b" ") for _ in range(4)]
    for _ in range(5):
        streamed(noise)
    assert len({key for key, _ in used}) == 5
    assert len(used) > 15
    assert len(set(used)) == len(used)


def test_keys_for_different_uses_say_nothing_of_each_other(home):
    """Derived from one secret: all differ, and half of their bits agree, as of any two."""
    secret = keyring.key(home, "table a").secret
    uses = [f"use {number}".encode() for number in range(200)]
    made = np.array([np.frombuffer(keyring.derived(secret, use), np.uint8) for use in uses])
    bits = np.unpackbits(made, axis=1).astype(float)
    assert len({row.tobytes() for row in made}) == len(uses)
    agree = np.array([(bits[0] == other).mean() for other in bits[1:]])
    # 256 bits: standard deviation of a share 1/32; of the mean of 199 of them, 1/450.
    assert abs(agree.mean() - 0.5) < 0.012
    assert agree.max() < 0.5 + 5 / 32
    assert sealing.fresh(home, "t.a", "attributes").secret != secret


@settings(max_examples=20)
@given(st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=6, unique=True))
def test_no_named_key_gives_another(tmp_path_factory, names):
    place = tmp_path_factory.mktemp("ring") / "home"
    place.mkdir()
    made = [keyring.key(place, name).secret for name in names]
    assert len(set(made)) == len(names)


WRITER = """
import sys
from pathlib import Path
import pyarrow as pa
from joinedup.records.home import connect
from joinedup.store.lake import Lake
home = Path(sys.argv[1])
connect(home)
for number in range(12):
    Lake(home).write(
        f"derived.{sys.argv[2]}", pa.table({"n": [number]}), kind="run", actor="w", facts={},
        purposes=["p"], agreements=["a"], origin="o",
    )
"""


def test_keys_rotated_while_others_write_lose_nothing(place):
    from joinedup.records.home import connect
    from joinedup.records.models import TableVersion
    from joinedup.store.lake import Lake

    for name in ("one", "two"):
        subprocess.run([sys.executable, "-c", WRITER, str(place.home), name], check=True)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(place.home), name])
        for name in ("one", "two")
    ]
    turns = 0
    while any(writer.poll() is None for writer in writers):
        assert place.run("keys", "rotate", "all", "root").code == 0
        turns += 1
    assert [writer.returncode for writer in writers] == [0, 0]
    assert turns > 1
    connect(place.home)
    lake = Lake(place.home)
    used = set()
    for version in TableVersion.objects.every():
        used |= {part["key"] for part in version.parts}
        if version.table.startswith("derived."):
            found = lake.read(version.table, version.number).to_table()["n"].to_pylist()
            assert found == [(version.number - 1) % 12]
    assert len(used) > 5
    assert lake.fsck() == []


@pytest.mark.parametrize("what", ["root.key", "ring", "all"])
def test_without_its_keys_a_home_says_so_and_nothing_is_made(place, what):
    for path in list(place.keys.iterdir()):
        if what == "all" or path.name.startswith(what):
            path.unlink()
    before = sorted(path.name for path in place.keys.iterdir())
    path = place.folder / "more.csv"
    path.write_text("reference,nhs,surname,age\nR9,9434700009,Name,3\n")
    said = place.run("deliver", "people", path)
    assert said.code == 60
    assert "Fix:" in said.err
    assert place.say("backup", place.vault, "--home", place.home).code == 60
    assert not place.vault.exists()
    assert sorted(path.name for path in place.keys.iterdir() if path.name != ".lock") == [
        name for name in before if name != ".lock"
    ]
    shutil.rmtree(place.folder / "vault", ignore_errors=True)
