"""No row of a table lies in the home in clear; what was changed, or is another's, does not open."""

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apart_frames import made_tokens

from joinedup.core.errors import JoinedupError, ProjectError, RecordsError
from joinedup.records import keyring
from joinedup.store.lake import Lake
from joinedup.store.sides import Apart

CANARY = "ZQX77CANARY"
NAMES = [f"{CANARY}{number}" for number in range(40)]
SECRET = pa.table({"name": NAMES, "risk": [float(number) for number in range(40)]})
APART = Apart(
    attributes=SECRET.select(["risk"]),
    identifiers=SECRET.select(["name"]),
    tokens={"homes": made_tokens({"name": [f"{n:064x}" for n in range(40)]}, "0" * 16)},
    columns=("name", "risk"),
)


def part_paths(lake):
    return sorted(lake.folder.rglob("*.parquet"))


def test_no_cell_lies_in_the_home_in_clear(lake, put):
    from django.db import connection

    put(SECRET)
    put(APART, table="admitted.apart")
    connection.close()
    kept = [path for path in lake.home.rglob("*") if path.is_file()]
    assert len(part_paths(lake)) == 4
    assert not [path.name for path in kept if CANARY.encode() in path.read_bytes()]


def test_no_cell_is_written_in_clear_while_a_table_is_written(put, monkeypatch):
    """Not even aside, for a moment: each file is looked at when it is made durable."""
    seen = []
    real = os.fsync

    def look(handle):
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if not path.is_dir():
            seen.append(path.read_bytes())
        real(handle)

    monkeypatch.setattr("os.fsync", look)
    put(APART)
    assert len(seen) >= 3
    assert not any(CANARY.encode() in content for content in seen)


def test_a_part_is_no_parquet_for_who_has_no_key(lake, put):
    put(SECRET)
    (path,) = part_paths(lake)
    with pytest.raises(OSError, match="encrypted"):
        pq.read_table(path)


def test_each_part_is_encrypted_under_a_key_of_its_own(put):
    first, second = (put(SECRET, table=f"derived.t{number}").parts[0] for number in range(2))
    again = put(SECRET.slice(1), table="derived.t0").parts[0]
    assert len({first["salt"], second["salt"], again["salt"]}) == 3
    assert first["key"] == again["key"] != second["key"]


def test_the_sides_of_a_table_have_keys_of_their_own(lake, put):
    put(APART)
    assert tuple(name for name in keyring.names(lake.home) if "ledger" not in name) == (
        "digests",
        "identifiers admitted.visits",
        "table admitted.visits",
        "tokens homes admitted.visits",
    )


@pytest.mark.parametrize("side", ["attributes", "identifiers", "tokens homes"])
def test_any_flipped_byte_is_found_by_fsck_and_never_read_as_data(lake, put, side):
    version = put(APART)
    (part,) = (one for one in version.parts if one["side"] == side)
    path = lake.folder / "admitted" / "visits" / part["file"]
    path.chmod(0o600)
    pristine = path.read_bytes()
    want = read(lake)
    for place in range(0, len(pristine), 13):
        damaged = bytearray(pristine)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(bytes(damaged))
        (problem,) = lake.fsck()
        assert part["file"] in problem.what
        try:
            found = read(lake)
        except (JoinedupError, OSError, pa.ArrowException):
            continue
        assert found == want, place


def read(lake):
    with_names = lake.read("admitted.visits", named=["name"]).to_table()
    with_tokens = lake.read("admitted.visits", tokens="homes").to_table()
    return with_names.to_pydict(), with_tokens.to_pydict()


def test_a_part_in_the_place_of_another_does_not_open(lake, put):
    one = put(SECRET, table="derived.one").parts[0]
    other = put(SECRET, table="derived.other").parts[0]
    assert one["bytes"] == other["bytes"]
    place = lake.folder / "derived" / "one" / one["file"]
    place.chmod(0o600)
    place.write_bytes((lake.folder / "derived" / "other" / other["file"]).read_bytes())
    with pytest.raises(RecordsError, match=f"part {one['file']} was changed"):
        lake.read("derived.one")


@pytest.mark.parametrize("lost", ["folder", "root.key", "ring-", "mark"])
def test_without_its_keys_a_home_is_refused_and_nothing_is_made_or_overwritten(lake, put, lost):
    put(SECRET)
    keys = keyring.key_folder(lake.home)
    if lost == "folder":
        shutil.rmtree(keys)
    elif lost == "mark":
        (lake.home / keyring.MARK).unlink()
    else:
        next(path for path in keys.iterdir() if path.name.startswith(lost)).unlink()
    before = everything(lake.home), everything(keys)
    with pytest.raises(JoinedupError, match="key") as caught:
        lake.read("admitted.visits")
    assert str(lake.home) not in str(caught.value)
    with pytest.raises(JoinedupError, match="key"):
        put(SECRET.slice(1))
    assert (everything(lake.home), everything(keys)) == before
    assert any("key" in problem.what for problem in lake.fsck())


def test_the_keys_of_another_home_are_refused(lake, put, tmp_path, monkeypatch):
    put(SECRET)
    other = tmp_path / "other.keys"
    keyring.make_root(other)
    monkeypatch.setenv(keyring.FOLDER, str(other))
    before = everything(lake.home), everything(other)
    with pytest.raises(RecordsError, match="not the keys of this home"):
        lake.read("admitted.visits")
    with pytest.raises(RecordsError, match="not the keys of this home"):
        put(SECRET.slice(1))
    assert (everything(lake.home), everything(other)) == before


def everything(folder):
    """Each file with its bytes; the database as its events tell it, for its file is alive."""
    from joinedup.records import ledger

    files = {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(("records.sqlite3", "."))
    }
    return files, [event.seq for event in ledger.events()]


@pytest.mark.parametrize("side", ["table", "identifiers", "tokens homes"])
def test_after_a_rotation_old_parts_open_and_new_ones_have_the_new_key(lake, put, side):
    old = put(APART)
    made = keyring.rotate(lake.home, f"{side} admitted.visits")
    assert read(lake)[0]["name"] == NAMES
    fewer = Apart(
        attributes=APART.attributes.slice(1),
        identifiers=APART.identifiers.slice(1),
        tokens={"homes": made_tokens({"name": [f"{n:064x}" for n in range(1, 40)]}, "0" * 16)},
        columns=APART.columns,
    )
    new = put(fewer)
    keys = {one["key"] for one in new.parts}
    assert made.id in keys
    assert made.id not in {one["key"] for one in old.parts}
    assert read(lake)[0]["name"] == NAMES[1:]
    assert lake.read("admitted.visits", 1, named=["name"]).to_table()["name"].to_pylist() == NAMES
    assert lake.fsck() == []


def test_after_a_rotation_the_root_may_change_and_everything_still_opens(lake, put):
    put(APART)
    keyring.rotate_root(keyring.key_folder(lake.home))
    put(SECRET, table="derived.more")
    assert read(lake)[0]["name"] == NAMES
    assert lake.fsck() == []


def test_what_a_destroyed_key_encrypted_cannot_be_read_and_counts_stay(lake, put):
    version = put(APART)
    assert keyring.destroy(lake.home, "identifiers admitted.visits") == 1
    with pytest.raises(RecordsError, match="was destroyed"):
        lake.read("admitted.visits", named=["name"])
    assert lake.read("admitted.visits").to_table().column_names == ["risk"]
    assert lake.version("admitted.visits").rows == version.rows == 40
    assert lake.fsck() == []


def test_the_same_rows_after_a_key_was_destroyed_are_kept_under_a_new_one(lake, put):
    put(SECRET)
    keyring.destroy(lake.home, "table admitted.visits")
    again = put(SECRET)
    assert again.number == 2
    assert lake.read("admitted.visits").to_table().equals(SECRET)


def test_the_same_rows_over_a_damaged_part_are_written_anew(lake, put):
    part = put(SECRET).parts[0]
    (lake.folder / "admitted" / "visits" / part["file"]).unlink()
    assert put(SECRET).number == 2
    assert lake.read("admitted.visits").to_table().equals(SECRET)


def test_a_digest_says_nothing_to_who_has_no_key(put, tmp_path):
    """Two homes that hold the same give it two digests: it cannot be tried out until it fits."""
    from joinedup.records.home import connect

    mine = put(SECRET)
    connect(tmp_path / "other")
    theirs = Lake(tmp_path / "other").write(
        "admitted.visits",
        SECRET,
        kind="delivery",
        actor="bo",
        facts={},
        purposes=[],
        agreements=[],
        origin="",
    )
    assert mine.digest != theirs.digest


def test_a_key_folder_in_the_home_is_refused_before_anything_is_written(lake, put, monkeypatch):
    monkeypatch.setenv(keyring.FOLDER, str(lake.home / "keys"))
    with pytest.raises(ProjectError, match="among what they protect"):
        put(SECRET)
    assert not lake.folder.exists()
