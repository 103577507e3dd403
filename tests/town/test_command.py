"""The town is made from the command line, and says where everything is."""

import json

import pytest

from joinedup.cli.main import main


def test_the_command_makes_a_town_and_says_what_it_made(tmp_path, capsys):
    out = tmp_path / "town"
    asked = ["town", "make", "--people", "2000", "--seed", "3", "--months", "1", "--out", str(out)]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["months"] == ["2026-07"]
    assert (out / "deliveries" / "2026-07" / "council_tax.csv").is_file()
    assert len(told["rows"]) == 17
    assert main(asked) == 10
    assert "holds something" in capsys.readouterr().err


def test_the_key_comes_from_a_file_and_is_never_shown(tmp_path, capsys):
    key = tmp_path / "key"
    key.write_bytes(b"not to be seen by anybody else")
    out = tmp_path / "town"
    asked = ["town", "make", "--people", "2000", "--months", "1", "--out", str(out)]
    assert main([*asked, "--pseudonymise-health", str(key)]) == 0
    told = capsys.readouterr()
    assert "not to be seen" not in told.out + told.err
    assert "truth" in told.out
    assert (out / "deliveries" / "2026-07" / "gp_tokens.csv").is_file()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--people", "10"], "--people"),
        (["--pseudonymise-health", "nowhere"], "cannot be read"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_way_out(tmp_path, capsys, asked, words):
    assert main(["town", "make", "--out", str(tmp_path / "town"), *asked]) == 10
    told = capsys.readouterr().err
    assert words in told
    assert "Fix:" in told
    assert not (tmp_path / "town").exists()
