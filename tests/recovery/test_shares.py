"""Do enough shares give the keys back, and does one fewer tell nothing?"""

import json
import shutil
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recovery_place import CANARY, tree

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import keyring, shares

SECRETS = st.binary(min_size=1, max_size=40)


@given(SECRETS, st.integers(2, 5), st.integers(0, 3))
def test_any_that_are_enough_give_the_secret_back(secret, needed, more):
    values = shares.split(secret, needed=needed, of=needed + more)
    for some in combinations(range(needed + more), needed):
        assert shares.joined({place + 1: values[place] for place in some}) == secret


@given(st.integers(0, 255), st.integers(1, 255), st.integers(0, 255))
def test_with_one_share_of_two_every_secret_is_as_possible_as_any(value, place, secret):
    """For whatever byte the secret were, there is a polynomial that gives this very share."""
    other = place % 255 + 1 if place % 255 + 1 != place else 1
    slope = shares._times(value ^ secret, shares._inverse(place))
    second = secret ^ shares._times(slope, other)
    assert shares.joined({place: bytes([value]), other: bytes([second])}) == bytes([secret])


def test_one_share_takes_every_value_equally_often_whatever_the_secret_is():
    seen = {0: [0] * 256, 255: [0] * 256}
    for secret, counts in seen.items():
        for _ in range(400):
            for value in shares.split(bytes([secret]) * 32, needed=2, of=2)[0]:
                counts[value] += 1
    # 12,800 values over 256: mean 50, standard deviation 7; six of them are 42.
    assert all(abs(count - 50) < 45 for counts in seen.values() for count in counts)


@pytest.mark.parametrize(("needed", "of"), [(1, 3), (0, 3), (4, 3), (2, 256), (2, 1)])
def test_numbers_that_make_no_shares_are_refused(needed, of):
    with pytest.raises(ProjectError, match="cannot be made"):
        shares.split(b"secret", needed=needed, of=of)


@given(st.integers(0, 255), st.integers(1, 255), st.integers(1, 255))
def test_the_field_has_its_laws(one, other, third):
    times, inverse = shares._times, shares._inverse
    assert times(one, 1) == one
    assert times(one, other) == times(other, one)
    assert times(one, times(other, third)) == times(times(one, other), third)
    assert times(one, other ^ third) == times(one, other) ^ times(one, third)
    assert times(other, inverse(other)) == 1
    assert times(0x53, 0xCA) == 1  # FIPS 197, 4.2: these two are each other's


@pytest.fixture
def made(place):
    """A folder of three shares, of which two are needed."""
    said = place.say(
        *("keys", "shares", "make", "--of", 3, "--needed", 2, "--out", place.folder / "shares"),
        *("--as", "M. Aker", "--home", place.home, "--json"),
    )
    assert said.code == 0, said.err
    return place.folder / "shares"


def combine(place, made, *numbers, **where):
    files = [made / f"share-{number}.json" for number in numbers]
    target = ("--out", where["out"]) if where else ("--home", place.home)
    words = ("--reserve", made, *target, "--as", "K. Eeper", "--json")
    return place.say("keys", "shares", "combine", *files, *words)


@pytest.mark.parametrize("numbers", [(1, 2), (1, 3), (2, 3), (3, 1, 2)])
def test_two_of_three_shares_bring_the_lost_keys_back_and_the_ledger_tells(place, made, numbers):
    before = tree(place.keys)
    shutil.rmtree(place.keys)
    assert place.run("deliver", "people", place.folder / "none.csv").code != 0
    assert combine(place, made, *numbers).code == 0
    after = tree(place.keys)
    assert after["root.key"] == before["root.key"]
    (ring,) = (name for name in before if name.startswith("ring-"))
    assert after[ring] == before[ring]
    event = place.say("audit", "show", "--last", "1", "--home", place.home, "--json").facts()
    assert (event["kind"], event["subject"], event["actor"]) == ("key", "recovery", "K. Eeper")
    assert event["facts"]["shares"] == sorted(numbers)
    assert place.run("fsck", "--json").facts()["ok"]


def test_home_and_keys_come_back_from_a_backup_and_two_shares_alone(place, made):
    place.backup()
    rows = len(list((place.home / "lake").rglob("*.parquet")))
    shutil.rmtree(place.keys)
    shutil.rmtree(place.home)
    assert combine(place, made, 1, 3, out=place.keys).code == 0
    assert place.restore().facts()["parts"] == rows
    assert place.run("fsck", "--json", home=place.new).facts()["ok"]


def test_one_share_is_refused_and_nothing_is_made(place, made):
    shutil.rmtree(place.keys)
    for numbers in ((1,), (2, 2)):
        assert combine(place, made, *numbers).code == 10
    assert not place.keys.exists()


def forge(path):
    told = json.loads(path.read_text())
    told["values"] = told["values"][:-1] + ("0" if told["values"][-1] != "0" else "1")
    path.write_text(json.dumps(told))


def test_a_forged_share_is_refused_and_told_of_where_enough_good_ones_are(place, made):
    shutil.rmtree(place.keys)
    forge(made / "share-2.json")
    refused = combine(place, made, 1, 2)
    assert refused.code == 60
    assert not place.keys.exists()
    found = combine(place, made, 1, 2, 3).facts()
    assert (found["used"], found["forged"]) == ([1, 3], [2])


def test_shares_of_another_set_or_a_changed_sealed_root_are_refused(place, made):
    other = place.folder / "other"
    words = ("keys", "shares", "make", "--out", other, "--home", place.home)
    assert place.say(*words).code == 0
    shutil.rmtree(place.keys)
    shutil.copy(other / "share-2.json", made / "share-2.json")
    assert combine(place, made, 1, 2).code == 10
    sealed = made / "root.sealed"
    whole = json.loads(sealed.read_text())
    for at in (0, 30, len(whole["root"]) - 1):
        digit = "0" if whole["root"][at] != "0" else "1"
        told = whole | {"root": whole["root"][:at] + digit + whole["root"][at + 1 :]}
        sealed.write_text(json.dumps(told))
        assert combine(place, made, 1, 3).code == 60
    assert not place.keys.exists()


def test_recovering_never_overwrites_a_key(place, made):
    before = tree(place.keys)
    assert combine(place, made, 1, 2).code == 10
    assert tree(place.keys) == before


def test_no_share_and_nothing_beside_it_holds_a_key(place, made):
    roots = keyring.roots_of(place.home)
    named = [keyring.key(place.home, name).secret for name in keyring.names(place.home)]
    for path in made.iterdir():
        content = path.read_bytes()
        for secret in (*roots.secrets, *named):
            assert secret not in content
            assert secret.hex().encode() not in content
        assert path.stat().st_mode & 0o077 == 0


def test_the_status_says_whether_the_root_in_use_can_be_recovered(place):
    def status():
        return place.say("keys", "status", "--home", place.home, "--json").facts()

    assert not status()["shared"]
    place.say("keys", "shares", "make", "--out", place.folder / "s", "--home", place.home)
    assert status()["is_shared"]
    assert place.run("keys", "rotate", "root").code == 0
    found = status()
    assert found["shared"]
    assert not found["is_shared"]
    assert len(found["roots"]) == 2


TABLE = "table admitted.people"


def destroy(place, who, *more, name=TABLE):
    words = ("--reason", "it ended", "--as", who, "--home", place.home, "--json")
    return place.say("keys", "destroy", name, *words, *more)


def test_a_key_is_destroyed_by_two_people_and_a_certificate_says_so(place):
    place.backup()
    (identity,) = keyring.held(place.home)[TABLE]
    assert destroy(place, "Ana").facts()["certificate"] == {}
    assert destroy(place, " ANA ").code == 10
    assert TABLE in keyring.names(place.home)
    page = place.folder / "certificate.json"
    told = destroy(place, "Bo", "--out", page).facts()["certificate"]
    assert json.loads(page.read_text()) == told
    assert (told["asked_by"], told["done_by"], told["ids"]) == ("Ana", "Bo", [identity])
    assert told["unreadable_parts"] == {"admitted.people": 1}
    assert TABLE not in keyring.names(place.home)
    assert place.run("fsck", "--json").facts()["ok"]
    assert place.say("audit", "verify", "--home", place.home).code == 0
    place.restore()
    with pytest.raises(RecordsError, match="was destroyed"):
        keyring.key_by_id(place.new, TABLE, identity)
    assert place.run("fsck", "--json", home=place.new).facts()["ok"]
    assert destroy(place, "Ana", name="table admitted.nothing").code == 10


def test_a_ring_from_reserve_brings_no_destroyed_key_back_into_a_restored_home(place, made):
    place.backup()
    assert place.say("keys", "shares", "refresh", made, "--home", place.home).code == 0
    (identity,) = keyring.held(place.home)[TABLE]
    destroy(place, "Ana")
    destroy(place, "Bo")
    (old,) = made.glob("ring-*.json")
    assert identity in old.read_text()
    shutil.copy(old, place.keys / old.name)
    place.restore()
    assert TABLE not in keyring.names(place.new)
    with pytest.raises(RecordsError, match="was destroyed"):
        keyring.key_by_id(place.new, TABLE, identity)
    place.say("keys", "shares", "refresh", made, "--home", place.new)
    assert identity not in json.dumps(json.loads(old.read_text())["keys"])
    assert CANARY not in place.say("keys", "status", "--home", place.new).out
