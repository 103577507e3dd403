"""A file that is not as it was is refused and changes nothing; a correction is as a fresh load."""

import json

import pytest

from joinedup.cli.main import main

HEAD = "visit,visited_on,risk"
OTHER_HEADS = {
    "renamed": "visit,visited_on,points",
    "two swapped": "visited_on,visit,risk",
    "two of another type swapped": "visit,risk,visited_on",
    "twice": "visit,visited_on,risk,risk",
    "alike but for capitals": "visit,visited_on,risk,Risk",
    "missing": "visit,visited_on",
    "one more": "visit,visited_on,risk,more",
}


def parts(tmp_path):
    return sorted(
        (path.name, path.stat().st_mtime_ns) for path in (tmp_path / "home/lake").rglob("*.parquet")
    )


def ranked(joinedup):
    said = joinedup("show", "rank")
    assert said.code == 0, said.err
    return listed(said.out)


def listed(shown):
    """The list, without where it comes from: that names the versions read."""
    return shown.partition("identity")[0].rpartition("\n")[0]


def with_head(visits, head):
    """The rows under another header; a column more has the last cell again, one less has none."""
    width = head.count(",") - HEAD.count(",")
    path = visits.with_name("visits_april.csv")
    rows = visits.read_text().splitlines()[1:]
    if width > 0:
        rows = [f"{row},{row.rpartition(',')[2]}" for row in rows]
    if width < 0:
        rows = [row.rpartition(",")[0] for row in rows]
    path.write_text("\n".join([head, *rows, ""]))
    return path


@pytest.mark.parametrize("kind", OTHER_HEADS)
def test_a_drifted_file_is_refused_and_the_old_version_is_served(signed, visits, tmp_path, kind):
    assert signed("deliver", "visits", str(visits)).code == 0
    assert signed("run").code == 0
    before, there = ranked(signed), parts(tmp_path)
    said = signed("deliver", "visits", str(with_head(visits, OTHER_HEADS[kind])))
    assert said.code == 20
    assert "Fix:" in said.err
    assert "V000" not in said.out + said.err
    assert parts(tmp_path) == there
    assert ranked(signed) == before
    assert signed("fsck").code == 0


def test_columns_in_another_order_change_nothing(signed, visits):
    assert signed("deliver", "visits", str(visits)).code == 0
    rows = [line.split(",") for line in visits.read_text().splitlines()]
    path = visits.with_name("visits_april.csv")
    path.write_text("\n".join([*(",".join((row[2], *row[:2])) for row in rows), ""]))
    said = signed("deliver", "visits", str(path), "--json")
    assert said.code == 0, said.err
    effect = json.loads(said.out)["effect"]
    assert (effect["added"], effect["gone"], effect["changed"]) == (0, 0, 0)


def test_a_correction_gives_the_list_that_a_fresh_load_gives(signed, visits, tmp_path, capsys):
    right = visits.read_text()
    wrong = right.replace(",36.5", ",1.5").replace("V001,", "V901,")
    assert wrong != right
    visits.write_text(wrong)
    assert signed("deliver", "visits", str(visits)).code == 0
    assert signed("run").code == 0
    before = ranked(signed)
    path = visits.with_name("visits_again.csv")
    path.write_text(right)
    assert signed("deliver", "visits", str(path), "--corrects").code == 0
    assert signed("run").code == 0
    corrected = ranked(signed)
    assert corrected != before
    fresh = ["--office", str(tmp_path / "office"), "--home", str(tmp_path / "fresh")]
    by = "Name of the person who may sign"
    for command in (
        ["agree", "sign", "visits", "--party", "council", "--by", by],
        ["deliver", "visits", str(path)],
        ["run"],
    ):
        assert main([*command, *fresh]) == 0
    capsys.readouterr()
    assert main(["show", "rank", *fresh]) == 0
    assert listed(capsys.readouterr().out) == corrected
