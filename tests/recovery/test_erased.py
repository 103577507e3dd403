"""Does what was erased stay erased, whatever is brought back?"""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recovery_place import CANARY, close, last_event, tree

from joinedup.core.errors import JoinedupError, ProjectError, RecordsError
from joinedup.records import keyring, tombstones
from joinedup.records.home import connect


def test_what_was_erased_does_not_come_back(place):
    place.backup()
    (shown, *_) = [path for path in (place.home / "lake").rglob("*.parquet") if path.stat().st_size]
    tombstones.add(place.home, kind=tombstones.PART, names=[shown.stem])
    shown.unlink()
    table = "table admitted.people"
    old = keyring.key(place.home, table)
    reserve = tree(place.keys)
    tombstones.add(place.home, kind=tombstones.KEY, names=[old.id])
    keyring.destroy(place.home, table)
    # The ring is brought back from a copy made before, and with it the key that was destroyed.
    (ring,) = place.keys.glob("ring-*.json")
    ring.write_bytes(reserve[ring.name])
    back = place.restore().facts()
    assert back["erased"] >= 1
    assert shown.stem not in {path.stem for path in place.new.rglob("*.parquet")}
    with pytest.raises(RecordsError, match="was destroyed"):
        keyring.key_by_id(place.new, table, old.id)
    last = last_event(place, place.new)
    assert last["facts"]["left_out"]["parts"] == 1
    assert place.run("fsck", "--json", home=place.new).facts()["ok"]
    shutil.copy(
        next(place.vault.rglob(shown.stem)), place.new / "lake/admitted/people" / shown.name
    )
    found = place.run("fsck", "--json", home=place.new)
    assert "was erased" in found.out


def test_a_backup_made_after_an_erasure_holds_the_part_no_longer(place):
    place.backup()
    shown = next(iter((place.home / "lake").rglob("*.parquet")))
    tombstones.add(place.home, kind=tombstones.PART, names=[shown.stem])
    shown.unlink()
    assert place.backup().facts()["dropped"] == 1
    assert not list(place.vault.rglob(shown.stem))
    assert place.restore("--snapshot", "1").code == 0


def test_a_list_of_what_was_erased_that_was_lost_comes_back_with_the_backup(place):
    shown = next(iter((place.home / "lake").rglob("*.parquet")))
    tombstones.add(place.home, kind=tombstones.PART, names=[shown.stem])
    shown.unlink()
    place.backup()
    for path in place.keys.glob("tombstones-*.jsonl"):
        path.unlink()
    place.restore()
    assert shown.stem in tombstones.of(place.new).of(tombstones.PART)


@settings(max_examples=25)
@given(st.data())
def test_any_change_of_the_list_of_what_was_erased_is_noticed(tmp_path_factory, data):
    home = tmp_path_factory.mktemp("list") / "home"
    home.mkdir()
    for number in range(3):
        assert tombstones.add(home, kind=tombstones.PART, names=[f"{number:064x}"]) == 1
    assert tombstones.add(home, kind=tombstones.PART, names=[f"{0:064x}"]) == 0
    (path,) = keyring.key_folder(home).glob("tombstones-*.jsonl")
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(JoinedupError):
        tombstones.of(home)
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[1:]))
    with pytest.raises(RecordsError):
        tombstones.of(home)
    path.write_bytes(b"".join([lines[1], lines[0], lines[2]]))
    with pytest.raises(RecordsError):
        tombstones.of(home)
    path.write_bytes(b"".join(lines[: data.draw(st.integers(0, 2))]))
    with pytest.raises(RecordsError):
        tombstones.of(home)


def test_only_digests_may_stand_on_the_list(place):
    with pytest.raises(ProjectError):
        tombstones.add(place.home, kind=tombstones.PART, names=[CANARY])
    with pytest.raises(ProjectError):
        tombstones.add(place.home, kind="person", names=["0" * 64])


def test_a_sealed_text_that_was_erased_is_empty_in_a_restored_home(place):
    from joinedup.records import borne_out, ledger, sealed
    from joinedup.records.home import transaction

    connect(place.home)
    from joinedup.records.models import Run

    for step, text in (("gone", f"told of {CANARY}"), ("kept", "of nobody")):
        bound = sealed.seal(place.home, "results p", text, bound=[step])
        row = {"project": "p", "step": step, "identity": "i", "method": "m", "result": bound}
        row |= {"tables": {}, "versions": {}, "author": "a"}
        with transaction():
            facts = {borne_out.TOLD: borne_out.told(**row)}
            Run.objects.add(**row, event=ledger.append("run", actor="a", facts=facts))
    gone = Run.objects.get(step="gone").result
    close()
    place.backup()
    tombstones.add(place.home, kind=tombstones.SEALED, names=[tombstones.name_of(gone)])
    back = place.restore().facts()
    assert back["erased"] == 1
    connect(place.new)
    assert {row.step: row.result == "" for row in Run.objects.all()} == {
        "gone": True,
        "kept": False,
    }
    said = [event for event in ledger.events() if event.kind == "results destroyed"]
    row = Run.objects.get(step="gone")
    columns = {
        name: getattr(row, name) for name in said[0].facts["rows"][str(row.event_id)]["columns"]
    }
    assert borne_out.told(**columns) == said[0].facts["rows"][str(row.event_id)]
    close()
    assert place.restore().facts()["already"]


def test_while_an_erasure_is_half_done_no_backup_is_made(place):
    place.backup()
    shown = next(iter((place.home / "lake").rglob("*.parquet")))
    tombstones.add(place.home, kind=tombstones.PART, names=[shown.stem])
    said = place.backup()
    assert said.code == 60
    assert "finish the erasure" in said.out
    shown.unlink()
    assert place.backup().facts()["number"] == 2
