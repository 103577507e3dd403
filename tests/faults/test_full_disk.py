"""On a full disk a delivery is refused in words, and goes in unmended once there is room."""

import json
import shutil
import subprocess

import pytest

LEVELS = 20
SMALL = 1 << 12


def used(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def refused_then_taken(place, **fault):
    """Deliver with too little room; then with enough, and with nothing mended between."""
    before = place.files()
    ended = place.deliver("people_2.csv", **fault)
    if ended.code == 0:
        assert json.loads(ended.out)["version"] == 2
        return 0
    assert ended.code in {10, 60}, ended.err
    assert str(place.home) not in ended.out + ended.err
    assert place.files() == before, "something was left behind, or what was there was touched"
    return ended.code


def healthy(place):
    again = place.deliver("people_2.csv")
    assert again.code == 0, again.err
    assert json.loads(again.out)["version"] == 2
    checked = place.run("fsck", "--json")
    assert json.loads(checked.out)["ok"], checked.out


@pytest.fixture
def small_disk(place, tmp_path):
    """A disk of four megabytes under the home, where this machine lets one be made."""
    place.put_back(1)
    kept = tmp_path / "kept"
    shutil.move(place.home, kept)
    place.home.mkdir()
    made = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place.home)], check=False
    )
    if made.returncode:
        place.home.rmdir()
        pytest.skip("no disk can be mounted by this user")

    def put_back():
        for one in place.home.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        shutil.copytree(kept, place.home, dirs_exist_ok=True)

    try:
        put_back()
        yield put_back
    finally:
        subprocess.run(["/bin/umount", "-l", str(place.home)], check=True)


@pytest.mark.parametrize(
    "levels", [range(0, LEVELS, 5), pytest.param(range(LEVELS), marks=pytest.mark.deep)]
)
def test_a_disk_that_fills_up_refuses_and_works_again_once_there_is_room(place, small_disk, levels):
    filler = place.home / "filler"
    codes = []
    for level in levels:
        small_disk()
        free = shutil.disk_usage(place.home).free
        with filler.open("wb") as file:
            file.write(bytes(max(0, free - level * SMALL)))
        codes.append(refused_then_taken(place))
        filler.unlink()
        healthy(place)
    assert 60 in codes
    assert codes[0] != 0


@pytest.mark.parametrize("most", [1 << 11, 1 << 13])
def test_a_limit_on_the_size_of_files_refuses_in_words(place, most):
    place.put_back(1)
    assert refused_then_taken(place, largest=most) in {10, 60}
    healthy(place)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("kind", ["ENOSPC", "EIO"])
def test_a_disk_that_refuses_from_the_first_is_told_and_nothing_need_be_mended(place, kind):
    for name in ("pwrite64", "fsync"):  # `write` would silence the command itself
        place.put_back(1)
        ended = place.deliver(
            "people_2.csv", inject=[f"{name}:error={kind}:when=1+"], trace="/dev/null"
        )
        assert ended.code in {10, 60}, (name, ended)
        healthy(place)
