"""One person never speaks for two parties, and never rotates a key alone where a policy is."""

import json

import pytest
from ruled import POLICY, REASON, SIGNATORY

PEOPLE = """
[people]
p1 = ["cy", "Cy Renamed", "C. Y. Chief"]
p2 = ["dee"]
"""
CHIEF = "C. Y. Chief"
OTHER = "F. Ire"


def slow(one):
    """A case of the deep run."""
    return pytest.param(one, marks=pytest.mark.deep)


@pytest.fixture
def ruled(ruled_office):
    return ruled_office


def two_parties(office, *, fire=(OTHER,), council=(SIGNATORY,)):
    """The agreement with the fire brigade as a second party, each with its signatories."""
    partners = office / "partners"
    text = (partners / "council.toml").read_text()
    for name, may in {"fire": fire, "council": council}.items():
        listed = ", ".join(f'"{one}"' for one in may)
        (partners / f"{name}.toml").write_text(text.replace(f'"{SIGNATORY}"', listed))
    file = next((office / "agreements").glob("*.toml"))
    agreed = file.read_text().replace('parties = ["council"]', 'parties = ["council", "fire"]')
    power = agreed[agreed.index("[[powers]]") :].partition("\n\n")[0] + "\n\n"
    file.write_text(
        agreed.replace(power, power + power.replace('party = "council"', 'party = "fire"'))
    )
    return file.stem


def sign(call, name, party, by, *who):
    return call("agree", "sign", name, "--party", party, "--by", by, *who)


def refused(said):
    assert said.code == 30, said.err
    assert "one person speaks for one party" in said.err
    return True


def in_force(call, name):
    return json.loads(call("agree", "show", name, "--json").out)["in_force"]


def with_people(call, tmp_path):
    """The policy that says which names are one person's."""
    (tmp_path / "office" / "policy.toml").write_text(PEOPLE + POLICY)
    assert call("policy", "propose", "--as", "cy").code == 0
    assert call("policy", "approve", "--as", "dee", *REASON).code == 0


def test_a_newcomer_enters_what_each_signatory_signed(joinedup, office):
    name = two_parties(office)
    assert sign(joinedup, name, "council", SIGNATORY).code == 0
    assert sign(joinedup, name, "fire", OTHER).code == 0
    assert in_force(joinedup, name)


@pytest.mark.parametrize("again", [" JO  both ", slow("Jo Both"), slow("\uff2ao Both")])
def test_one_signatory_never_signs_for_two_parties_however_the_name_is_written(
    joinedup, office, again
):
    name = two_parties(office, council=("Jo Both",), fire=(again, OTHER))
    assert sign(joinedup, name, "council", "Jo Both").code == 0
    assert refused(sign(joinedup, name, "fire", again))
    assert not in_force(joinedup, name)
    assert sign(joinedup, name, "fire", OTHER).code == 0
    assert in_force(joinedup, name)


@pytest.mark.parametrize("second", ["Cy Renamed", slow("cy"), slow("CY")])
def test_under_a_policy_one_person_enters_the_signature_of_one_party(ruled, tmp_path, second):
    with_people(ruled, tmp_path)
    name = two_parties(tmp_path / "office")
    assert sign(ruled, name, "council", SIGNATORY, "--as", "cy").code == 0
    said = sign(ruled, name, "fire", OTHER, "--as", second)
    assert refused(said)
    assert not in_force(ruled, name)
    assert sign(ruled, name, "fire", OTHER, "--as", "dee").code == 0
    assert in_force(ruled, name)


@pytest.mark.deep
def test_who_entered_one_signature_is_not_the_signatory_of_another(ruled, tmp_path):
    with_people(ruled, tmp_path)
    name = two_parties(tmp_path / "office", fire=(CHIEF, OTHER))
    assert sign(ruled, name, "council", SIGNATORY, "--as", "cy").code == 0
    assert refused(sign(ruled, name, "fire", CHIEF, "--as", "dee"))
    assert sign(ruled, name, "fire", OTHER, "--as", "dee").code == 0


@pytest.mark.deep
def test_what_one_person_entered_before_there_was_a_policy_counts_after(joinedup, office):
    name = two_parties(office)
    assert sign(joinedup, name, "council", SIGNATORY, "--as", "cy").code == 0
    text = POLICY.replace('"homes"', '"visits"')
    fields = 'fields = ["visit", "visited_on", "risk"]'
    lines = [fields if one.startswith("fields") else one for one in text.splitlines()]
    (office / "policy.toml").write_text(
        "\n".join(one for one in lines if not one.startswith("rows"))
    )
    assert joinedup("policy", "propose", "--as", "cy").code == 0
    said = joinedup("policy", "approve", "--as", "dee", *REASON)
    assert said.code == 0, said.err
    assert refused(sign(joinedup, name, "fire", OTHER, "--as", "cy"))
    assert sign(joinedup, name, "fire", OTHER, "--as", "dee").code == 0


@pytest.fixture
def keepers(ruled, tmp_path):
    """An office where two persons may keep the house, one of them under two names."""
    people = '[people]\np1 = ["eng", "Eng Ineer"]\n'
    extra = ""
    for who in ("cy", "Eng Ineer"):
        extra += (
            f'\n[leases."keeper-{who[:2]}"]\nperson = "{who}"\nrole = "engineer"\nby = "dee"\n'
            "starts = 2026-01-01T00:00:00Z\nends = 2099-01-01T00:00:00Z\n"
        )
    (tmp_path / "office" / "policy.toml").write_text(people + POLICY + extra)
    assert ruled("policy", "propose", "--as", "cy").code == 0
    said = ruled("policy", "approve", "--as", "dee", *REASON)
    assert said.code == 0, said.err
    return ruled


def rotated(call, who, *names):
    said = call("keys", "rotate", *names, "--json", "--as", who)
    return said.code, json.loads(said.out).get("rotated")


def ids(home):
    from joinedup.records import keyring

    return keyring.held(home), keyring.roots_of(home).ids


KEYS = ("all", *map(slow, ("root", "table admitted.homes", "seal of the ledger")))


@pytest.mark.parametrize("name", KEYS)
def test_under_a_policy_a_key_is_rotated_by_two_persons(keepers, tmp_path, name):
    home = tmp_path / "home"
    before = ids(home)
    assert rotated(keepers, "eng", name) == (0, [])
    for again in ("eng", "ENG", "Eng Ineer"):
        assert rotated(keepers, again, name)[0] == 10
    assert rotated(keepers, "ana", name)[0] == 30
    assert ids(home) == before
    code, done = rotated(keepers, "cy", name)
    assert code == 0
    assert done
    assert ids(home) != before
    assert rotated(keepers, "cy", name) == (0, [])  # what was asked for is done; this asks anew
    assert keepers("audit", "verify").code == 0


@pytest.mark.deep
def test_who_asks_for_some_keys_has_not_asked_for_others(keepers, tmp_path):
    before = ids(tmp_path / "home")
    assert rotated(keepers, "eng", "root") == (0, [])
    assert rotated(keepers, "cy", "all") == (0, [])
    assert ids(tmp_path / "home") == before
