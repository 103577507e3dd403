"""Whatever file of a home is changed, cut short or gone, it is found, named, and never believed."""

import json
import shutil

import pytest
from filling import filled

from joinedup.cli.main import main

ANALYST = ("--as", "A. Nalyst")
READERS = (("--as", "R. Eader"), ("--as", "S. Econd"))
READ = ("--approve", "--for", "council", "--reason", "read every row")
SIGNATORY = "Name of the person who may sign"
HARMS = ("flipped at the front", "flipped in the middle", "flipped at the end", "cut", "gone")
KINDS = {
    "a part of a delivery": "home/lake/admitted/visits/*.parquet",
    "a part of a step": "home/lake/derived/*/*.parquet",
    "the mark of the keys": "home/keys.id",
    "the root key": "home.keys/root.key",
    "the ring of keys": "home.keys/ring-*.json",
    "a page that left": "home/outbox/*/report.html",
    "data that left": "home/outbox/*/report.json",
    "a page for reviewers": "home/desk/*/report.html",
    "a certificate": "home/certificates/*/certificate.json",
    "a certificate's page": "home/certificates/*/certificate.html",
    "the list of what was erased": "home.keys/tombstones-*.jsonl",
    "the length of that list": "home.keys/tombstones-*.count",
    "an anchor": "anchors/*.json",
}
NO_LOSS = {("an anchor", "gone"), ("the length of that list", "gone")}
"""A newer anchor vouches for all that an older one did, and is written with the next event if it is
due; the list is whole without its count."""
LATER = set(list(KINDS)[8:])
"""Of these the quick run tries one flip of three."""
FAULTS = [
    pytest.param(
        kind, harm, marks=[pytest.mark.deep] if kind in LATER and harm in HARMS[:3:2] else []
    )
    for kind in KINDS
    for harm in HARMS
    if (kind, harm) not in NO_LOSS
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An office with something of every kind in its home, to be copied and harmed."""
    from django.db import connection

    from joinedup.office.begin import begin

    folder = tmp_path_factory.mktemp("damage") / "whole"
    begin(folder / "office", "Invented office")
    filled(folder / "office")
    card = folder / "office" / "office.toml"
    card.write_text(card.read_text() + '\n[audit]\nanchors = "../anchors"\nevery = 5\n')
    older, visits = folder / "visits_february.csv", folder / "visits_march.csv"
    for month, path in ((2, older), (3, visits)):
        lines = [f"V{n:03},{n % 28 + 1:02}/0{month}/2026,{n % 37}.5" for n in range(60)]
        path.write_text("\n".join(["visit,visited_on,risk", *lines, ""]))
    for command in (
        ["agree", "sign", "visits", "--party", "council", "--by", SIGNATORY],
        ["deliver", "visits", str(older), *ANALYST],
        ["deliver", "visits", str(visits), *ANALYST],
        ["run", *ANALYST],
        ["project", "gate", *ANALYST],
        *(["release", "review", "rank", *READ, *reader] for reader in READERS),
        ["release", "rank", "--for", "council", *ANALYST],
        ["release", "check", "report", "--for", "council", *ANALYST],
    ):
        assert joinedup(folder, *command) == 0, command
    destroyed(folder, 1)
    connection.close()
    return folder


def destroyed(folder, number):
    """One version whose time is over: gone, with a certificate, and on the list beside the keys."""
    from joinedup.office.house import open_office
    from joinedup.office.retention.destroy import destroy
    from joinedup.office.retention.due import Due
    from joinedup.records.models import TableVersion

    office = open_office(folder / "office", folder / "home", "A. Nalyst")
    version = TableVersion.objects.get(table="admitted.visits", number=number)
    made = destroy(office, Due(versions=((version, "its time is over"),), runs=()))
    assert (made.failed, made.folder.is_dir()) == ((), True)


def joinedup(folder, *arguments):
    places = ["--office", str(folder / "office"), "--home", str(folder / "home")]
    return main([*arguments, *places])


@pytest.fixture
def copy(whole, tmp_path):
    """A copy of the whole, keys and all."""
    from django.db import connection

    shutil.copytree(whole, tmp_path / "copy")
    yield tmp_path / "copy"
    connection.close()


def harmed(path, harm):
    content = bytearray(path.read_bytes())
    path.chmod(0o600)
    if harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        place = {"front": 0, "middle": len(content) // 2, "end": len(content) - 1}
        content[place[harm.rpartition(" ")[2]]] ^= 4
        path.write_bytes(content)


def test_an_unharmed_home_has_nothing_to_tell(copy, capsys):
    assert joinedup(copy, "fsck", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "code": 0, "problems": []}


@pytest.mark.parametrize(("kind", "harm"), FAULTS)
def test_every_harm_to_every_kind_of_file_is_found_and_the_file_named(copy, kind, harm, capsys):
    path = min(copy.glob(KINDS[kind]))
    harmed(path, harm)
    capsys.readouterr()
    code = joinedup(copy, "fsck", "--json")
    told = json.loads(capsys.readouterr().out)
    assert code in {10, 60}
    told_of = " ".join(f"{one['where']} {one['what']}" for one in told["problems"])
    of_keys = "key" in kind and harm == "gone"  # then it is told of the folder they lay in
    assert path.name in told_of or (of_keys and "home.keys" in told_of)
    assert str(copy) not in told_of


def test_an_end_of_the_list_of_what_was_erased_that_is_gone_is_missed(copy, capsys):
    destroyed(copy, 2)
    path = next((copy / "home.keys").glob("tombstones-*.jsonl"))
    lines = path.read_text().splitlines(keepends=True)
    assert len(lines) > 1
    path.write_text("".join(lines[:-1]))
    capsys.readouterr()
    assert joinedup(copy, "fsck", "--json") == 60
    assert path.name in capsys.readouterr().out


@pytest.mark.parametrize("place", range(0, 100, 9))
def test_a_flip_in_the_records_is_found_or_changes_nothing_that_is_told(copy, place, capsys):
    path = copy / "home" / "records.sqlite3"
    content = bytearray(path.read_bytes())
    before = _told(copy, capsys)
    from django.db import connection

    connection.close()
    content[len(content) * place // 100 + 37] ^= 1
    path.write_bytes(content)
    for more in ("-wal", "-shm"):
        path.with_name(path.name + more).unlink(missing_ok=True)
    found = joinedup(copy, "fsck", "--json") != 0
    capsys.readouterr()
    assert found or _told(copy, capsys) == before


def _told(folder, capsys):
    """What the home tells: its steps, its list, its ledger."""
    said = []
    for command in (["status", "--json"], ["show", "rank"], ["audit", "verify", "--json"]):
        capsys.readouterr()
        joinedup(folder, *command)
        said.append(capsys.readouterr().out)
    ledger = json.loads(said.pop())
    return [*said, {name: ledger[name] for name in ledger if name != "events"}]  # looking adds some
