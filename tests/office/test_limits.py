"""An office sees its caps, changes them in office.toml, and they hold for what it is sent."""

import json

import pytest

from joinedup.core.limits import CAPS, Limits
from joinedup.sources.child import ask


def set_caps(office, text):
    card = office / "office.toml"
    card.write_text(f"{card.read_text()}\n[limits]\n{text}\n")


def test_the_caps_are_shown_with_what_they_hold(joinedup):
    said = joinedup("limits", home=False)
    assert said.code == 0, said.err
    for name in CAPS:
        assert f"  {name} " in said.out
    assert "upload_bytes    10 GB" in said.out
    assert "holds           writes no file" in said.out
    assert "caution" not in said.out


def test_a_program_gets_the_same(joinedup, office):
    set_caps(office, "rows = 1_000")
    told = json.loads(joinedup("limits", "--json", home=False).out)
    assert told["office"] == "invented-office"
    assert told["limits"]["rows"]["value"] == 1_000
    assert told["limits"]["rows"]["default"] == Limits().rows
    assert set(told["limits"]) == set(CAPS)
    assert all(told["child"]["cannot"].values())


def test_where_there_is_no_office_the_caps_of_every_office_are_shown(tmp_path, monkeypatch, capsys):
    from joinedup.cli.main import main

    monkeypatch.chdir(tmp_path)
    assert main(["limits"]) == 0
    assert "where an office says nothing else" in capsys.readouterr().out
    assert main(["limits", "--office", str(tmp_path)]) == 10


def test_what_a_machine_lacks_is_said(joinedup, monkeypatch):
    without = "kernel.read_only_under = lambda *_: -1; kernel.filter_calls = lambda *_: False;"
    begin = f" from joinedup.sources.child import kernel; {without} main("
    monkeypatch.setattr(ask, "BEGIN", ask.BEGIN.replace(" main(", begin))
    ask._forget()
    said = joinedup("limits", home=False)
    ask._forget()
    assert said.code == 0, said.err
    assert "does NOT hold   writes no file" in said.out
    assert "not there       files closed off (Landlock)" in said.out
    assert "this machine lets a reader do more than it should" in said.out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rows = 0", "rows must be at least 1"),
        ('rows = "many"', "valid integer"),
        ("row = 5", "did you mean rows?"),
    ],
)
def test_a_mistake_in_the_caps_is_told_by_check(joinedup, office, text, told):
    set_caps(office, text)
    said = joinedup("check", home=False)
    assert said.code == 10
    assert told in said.out + said.err
    assert "office.toml" in said.out + said.err


def test_a_cap_of_the_office_holds_for_what_it_is_sent(signed, office, visits):
    set_caps(office, "rows = 59")
    for command in (("deliver", "visits"), ("deliver", "visits", "--dry-run")):
        said = signed(*command, str(visits))
        assert said.code == 20
        assert "the cap is 59 rows (rows)" in said.err
        assert "raise rows under [limits] in office.toml" in said.err
    card = office / "office.toml"
    card.write_text(card.read_text().replace("rows = 59", "rows = 60"))
    assert signed("deliver", "visits", str(visits)).code == 0


def test_a_cap_of_the_office_holds_where_a_layout_is_asked_for(signed, office, visits):
    set_caps(office, "upload_bytes = 100")
    for command in (("drift", "visits", str(visits)), ("layout", str(visits))):
        said = signed(*command, home=command[0] == "drift")
        assert said.code == 20
        assert "(upload_bytes)" in said.err


def test_a_delivery_that_was_refused_for_memory_leaves_the_version_before(signed, office, visits):
    assert signed("deliver", "visits", str(visits)).code == 0
    sixty = visits.read_text()
    lines = [f"W{n:07},01/03/2026,{n % 37}.5\n" for n in range(400_000)]
    visits.write_text(f"visit,visited_on,risk\n{''.join(lines)}")
    set_caps(office, "memory_bytes = 16_000_000")
    said = signed("deliver", "visits", str(visits))
    assert said.code == 20
    assert "for want of memory" in said.err
    visits.write_text(sixty)
    assert "was delivered before: nothing to do" in signed("deliver", "visits", str(visits)).out
