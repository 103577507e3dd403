"""How is a person named in the ledger? By a token that can be made to lead nowhere.

Each person has a secret of their own, drawn at random when the ledger first tells of them, and the
token is an HMAC under it. Which secret is whose stands in one table, under a tag: an HMAC of the
reference under a key of the home's ring (`records.keyring`). So without the keys nobody can try
out references against the ledger; with them, whoever may ask finds every event about one person;
and when the secret is destroyed, the events stay, the chain holds, and nothing leads to them.
"""

import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import kept, tombstones
from joinedup.records.overwritten import overwritten, settle

NAME = "subjects of the ledger"
MARK = "subject:"
TAG = b"joinedup ledger tag 1\x00"
TOKEN = b"joinedup ledger subject 1\x00"
SECRET_BYTES = 32
ERASED = "subject erased"
"""The kind of the event that tells of an erasure; it does not say whose."""


def token(home: Path, reference: str | int) -> str:
    """What stands for a person in the ledger; makes the secret if there is none yet.

    Spaces around, case and width do not count, and the number 42 is the text "42". Inside a
    transaction the secret is made with it, or not at all.

    Raises:
        ProjectError: the reference is empty, or others may read the keys.
        RecordsError: the keys are missing, damaged or another home's.
    """
    from joinedup.records.models import SubjectSecret  # noqa: PLC0415 - Django, once connected
    from joinedup.records.trouble import told  # noqa: PLC0415 - as above

    tags = _tags(kept.secrets(home, NAME, make=True), reference)
    fresh = secrets.token_hex(SECRET_BYTES)
    with told():
        row = SubjectSecret.objects.filter(tag__in=tags).first()
        if row is None:
            row, _ = SubjectSecret.objects.get_or_create(tag=tags[-1], defaults={"secret": fresh})
    return _token(row.secret)


def known_token(home: Path, reference: str | int) -> str | None:
    """The token of a person that the ledger tells of; None if it tells of no such person.

    For asking: it makes no key and no secret.

    Raises:
        ProjectError: the reference is empty, or others may read the keys.
        RecordsError: this home has no such key, or its keys are missing or damaged.
    """
    from joinedup.records.models import SubjectSecret  # noqa: PLC0415 - as above

    tags = _tags(_keys(home), reference)
    row = SubjectSecret.objects.filter(tag__in=tags).first()
    return None if row is None else _token(row.secret)


def erase(home: Path, reference: str | int, *, actor: str) -> bool:
    """Destroy a person's secret, so that no token leads to them; gives whether there was one.

    The events about them stay as they were written. An event tells that somebody was erased, and by
    whom, not who. A copy of the records made before loses the secret when it is restored.

    Raises:
        ProjectError: the reference is empty.
        RecordsError: this home has no such key, or its keys are missing or damaged.
        AuditUnavailable: the records cannot be written to; nothing was erased.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import SubjectSecret  # noqa: PLC0415 - as above

    tags = _tags(_keys(home), reference)
    there = SubjectSecret.objects.filter(tag__in=tags).values_list("tag", flat=True)
    tombstones.add(home, kind=tombstones.SUBJECT, names=list(there))
    with transaction(), overwritten():
        gone, _ = SubjectSecret.objects.filter(tag__in=tags).delete()
        if gone:
            append(ERASED, actor=actor, facts={"secrets": gone})
    if gone:
        settle("records_subjectsecret")
    return bool(gone)


def _keys(home: Path) -> tuple[bytes, ...]:
    found = kept.secrets(home, NAME, make=False)
    if not found:
        raise RecordsError(
            "this home has no key of the ledger's subjects.",
            fix="nobody has been told of in it yet; a new key would find nobody.",
            where="keys",
        )
    return found


def _tags(keys: Sequence[bytes], reference: str | int) -> list[str]:
    """What a reference is looked up by, under each key that there was; the last is in use."""
    plain = unicodedata.normalize("NFKC", str(reference)).strip().casefold()
    if not plain:
        raise ProjectError(
            "the reference of a person is empty.", fix="give the reference.", where="subject"
        )
    said = TAG + plain.encode(errors="surrogatepass")
    return [hmac.digest(key, said, "sha256").hex() for key in keys]


def _token(secret: str) -> str:
    return MARK + hmac.digest(bytes.fromhex(secret), TOKEN, "sha256").hex()
