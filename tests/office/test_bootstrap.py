"""One file makes people, roles, signatures and a policy for a test, and nowhere else."""

import json

import pytest
from ruled import POLICY, make, write_homes

HEAD = """signatures = "all"
author = "cy"
approver = "dee"

[[leases]]
person = "eve"
role = "analyst"
by = "cy"
hours = 2

"""


@pytest.fixture
def office(tmp_path):
    make(tmp_path / "office")
    return tmp_path / "office"


def setup_file(tmp_path, head=HEAD, policy=POLICY):
    """The policy stands under [policy] in the same file."""
    inside = policy.replace("\n[roles]", "\n[policy.roles]").replace(
        "\n[grants.", "\n[policy.grants."
    )
    path = tmp_path / "test.toml"
    path.write_text(head + inside.replace("\n[leases.", "\n[policy.leases."))
    return path


def test_one_file_makes_all_that_a_test_needs(joinedup, tmp_path):
    said = joinedup("bootstrap", str(setup_file(tmp_path)), "--test-mode", "--json")
    assert said.code == 0, said.err
    made = json.loads(said.out)
    assert made["signed"] == 1
    assert len(made["leases"]) == 1
    write_homes(tmp_path / "homes.csv")
    assert joinedup("deliver", "homes", str(tmp_path / "homes.csv"), "--as", "eng").code == 0
    assert joinedup("run", "define:cohort", "--as", "eve").code == 0
    assert joinedup("run", "define:cohort", "--as", "vic").code == 30
    assert joinedup("audit", "verify").code == 0


def test_the_policy_of_the_office_itself_will_do(joinedup, office, tmp_path):
    (office / "policy.toml").write_text(POLICY)
    path = tmp_path / "test.toml"
    path.write_text(HEAD)
    assert joinedup("bootstrap", str(path), "--test-mode").code == 0


def test_it_is_refused_in_a_real_office_in_production_and_where_anything_happened(
    joinedup, office, tmp_path, monkeypatch
):
    path = str(setup_file(tmp_path))
    assert joinedup("bootstrap", path).code == 10
    monkeypatch.setenv("JOINEDUP_PRODUCTION", "1")
    assert joinedup("bootstrap", path, "--test-mode").code == 10
    monkeypatch.delenv("JOINEDUP_PRODUCTION")
    card = office / "office.toml"
    card.write_text(card.read_text() + "example = true\n")
    assert joinedup("bootstrap", path).code == 0
    said = joinedup("bootstrap", path)
    assert said.code == 10
    assert "something has happened in this home already" in said.err


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (HEAD.replace('"dee"', '"CY"'), 30),
        (HEAD.replace('by = "cy"', 'by = "eve"'), 30),
        (HEAD.replace('role = "analyst"', 'role = "king"'), 10),
        (HEAD.replace("signatures", "signature"), 10),
        ("[", 10),
    ],
)
def test_with_one_thing_wrong_nothing_is_made(joinedup, tmp_path, head, code):
    path = str(setup_file(tmp_path, head))
    assert joinedup("bootstrap", path, "--test-mode").code == code
    assert joinedup("audit", "show").out == ""
    assert joinedup("bootstrap", str(setup_file(tmp_path)), "--test-mode").code == 0
