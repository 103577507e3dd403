"""A person stands in the ledger as a token that only the key's holder can follow, until erased."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import keyring, subjects
from joinedup.records.home import connect, transaction

anything = st.one_of(st.text(max_size=40), st.integers())


def tell(home, reference, actor="ana"):
    from joinedup.records import ledger

    with transaction():
        ledger.append("read", actor=actor, subject=subjects.token(home, reference))


def followed(home, reference):
    """Who is found to have looked at a person."""
    from joinedup.records.who import of_subject

    token = subjects.known_token(home, reference)
    return None if token is None else [deed.who for deed in of_subject(token)]


def test_the_same_person_has_the_same_token_and_another_another(home):
    token = subjects.token(home, "AB123456C")
    assert subjects.token(home, " ab123456c ") == token
    assert subjects.token(home, "AB123456D") != token
    assert subjects.token(home, 42) == subjects.token(home, "42")
    assert "123456" not in token
    assert len(token) == len("subject:") + 64


def test_another_home_gives_another_token(sqlite_home, tmp_path):
    here = subjects.token(sqlite_home, "x")
    connect(tmp_path / "other")
    assert subjects.token(tmp_path / "other", "x") != here


def test_asking_never_makes_a_key_or_a_secret(home, tmp_path):
    from joinedup.records.models import SubjectSecret

    with pytest.raises(RecordsError, match="no key"):
        subjects.known_token(home, "x")
    assert not (tmp_path / "home.keys").exists()
    token = subjects.token(home, "x")
    assert subjects.known_token(home, "x") == token
    assert subjects.known_token(home, "y") is None
    assert SubjectSecret.objects.count() == 1


@pytest.mark.parametrize("reference", ["", "   "])
def test_nobody_has_no_token(sqlite_home, reference):
    with pytest.raises(ProjectError, match="empty"):
        subjects.token(sqlite_home, reference)


def test_a_person_is_found_after_the_key_of_the_tags_was_rotated(home):
    tell(home, "QQ123456C", "ana")
    keyring.rotate(home, subjects.NAME)
    tell(home, "QQ123456C", "bo")
    assert followed(home, "QQ123456C") == ["ana", "bo"]
    assert subjects.erase(home, "QQ123456C", actor="cy")
    assert followed(home, "QQ123456C") is None


def test_an_erased_person_leads_nowhere_and_the_chain_holds(home):
    from joinedup.records import ledger
    from joinedup.records.models import SubjectSecret
    from joinedup.records.who import of_subject

    tell(home, "QQ123456C")
    tell(home, "QQ123456D")
    token = subjects.known_token(home, "QQ123456C")
    secret = SubjectSecret.objects.order_by("id").first().secret
    assert subjects.erase(home, "qq123456c ", actor="cy")
    assert not subjects.erase(home, "QQ123456C", actor="cy")
    assert followed(home, "QQ123456C") is None
    assert followed(home, "QQ123456D") == ["ana"]
    assert [deed.who for deed in of_subject(token)] == ["ana"]  # the events stay as they were
    assert ledger.verify().ok
    (told,) = [event for event in ledger.events() if event.kind == subjects.ERASED]
    assert (told.actor, told.subject, dict(told.facts)) == ("cy", "", {"secrets": 1})
    tell(home, "QQ123456C", "dee")  # somebody new, as far as the ledger knows
    assert followed(home, "QQ123456C") == ["dee"]
    assert subjects.known_token(home, "QQ123456C") != token
    assert not SubjectSecret.objects.filter(secret=secret).exists()


def test_an_erased_secret_is_in_no_file_of_the_home(sqlite_home):
    from joinedup.records.models import SubjectSecret

    for number in range(50):
        tell(sqlite_home, number)
    secrets = list(SubjectSecret.objects.order_by("id").values_list("secret", flat=True))
    assert secrets[20].encode() in everything(sqlite_home)
    assert subjects.erase(sqlite_home, 20, actor="cy")
    kept = everything(sqlite_home)
    assert secrets[20].encode() not in kept
    assert secrets[21].encode() in kept


def everything(home):
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=anything, other=anything)
def test_no_reference_stands_in_what_the_ledger_keeps(sqlite_home, one, other):
    """Not as text, not as a number: whatever was given, its token tells nothing of it."""
    import unicodedata

    def folded(reference):
        return unicodedata.normalize("NFKC", str(reference)).strip().casefold()

    assume(folded(one) and folded(other))
    tokens = subjects.token(sqlite_home, one), subjects.token(sqlite_home, other)
    assert (tokens[0] == tokens[1]) == (folded(one) == folded(other))
    for token in tokens:
        assert token.removeprefix(subjects.MARK).isalnum()
        assert len(token) == len(subjects.MARK) + 64
