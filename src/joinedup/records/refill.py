"""How are records that hold nothing filled from a backup, and what must not come with it?"""

from collections.abc import Iterable, Mapping
from typing import Any

from joinedup.records import dump, tombstones

SEALED_TEXT = "sealed-"


def unmake() -> None:
    """Take the tables away again that were made here; SQLite's file goes with its folder."""
    from django.db import connection  # noqa: PLC0415 - Django, only when needed

    if connection.vendor != "postgresql":
        return
    connection.close()
    quote = connection.ops.quote_name
    tables = [model._meta.db_table for model in dump.models()]  # noqa: SLF001 - Django's own way to ask
    with connection.cursor() as cursor:
        for table in (*tables, "django_migrations"):
            cursor.execute("drop table if exists " + quote(table) + " cascade")
        cursor.execute("drop function if exists ledger_refuses() cascade")


def is_of_this_version() -> bool:
    """Whether the tables that are open are those that the models of this version describe."""
    from joinedup.records.home import applied, known  # noqa: PLC0415 - as above

    return applied() == known()


def empty_sealed(names: frozenset[str], *, actor: str, reason: str) -> int:
    """Take away sealed texts that were erased, wherever they stand; what rows say now is told.

    In the caller's transaction; gives how many there were.
    """
    from django.db import models as fields  # noqa: PLC0415 - as above

    from joinedup.records.borne_out import RESULTS_DESTROYED, told_now  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import Rectification, Run  # noqa: PLC0415 - as above

    count, said = 0, {}
    for model in dump.models() if names else ():
        for field in model._meta.concrete_fields:  # noqa: SLF001 - as above
            if not isinstance(field, fields.TextField):
                continue
            rows = model.objects.filter(**{f"{field.attname}__startswith": SEALED_TEXT})
            for row in [one for one in rows if tombstones.name_of(_text(one, field)) in names]:
                count += 1
                if isinstance(row, Rectification):  # without its value it puts nothing right
                    row.delete()
                    continue
                setattr(row, field.attname, "")
                row.save(update_fields=[field.attname])
                if isinstance(row, Run):
                    said[str(row.event_id)] = told_now(row)
    if said:
        append(
            RESULTS_DESTROYED, actor=actor, subject="results", facts={"rows": said, "why": reason}
        )
    return count


def forget(tags: frozenset[str]) -> int:
    """Take away the secrets of people who were erased: the ledger's tokens of them lead nowhere."""
    from joinedup.records.models import SubjectSecret  # noqa: PLC0415 - as above

    return SubjectSecret.objects.filter(tag__in=tags).delete()[0] if tags else 0


def bar(marks: Iterable[Mapping[str, Any]], event: Any) -> int:
    """Rows of people who were erased are not taken again, as was so before; gives how many rows.

    Args:
        marks: of each of them.
        event: of the recovery, which tells of it.
    """
    from joinedup.records.models import Suppression  # noqa: PLC0415 - as above

    there = [dict(one.marks) for one in Suppression.objects.erased()]
    fresh = [dict(one) for one in marks if dict(one) not in there]
    for one in fresh:
        Suppression.objects.create(subject="", purpose="", marks=one, at=event.at, event=event)
    return len(fresh)


def _text(row: Any, field: Any) -> str:
    return str(getattr(row, field.attname))


def leave() -> None:
    """Close the records, so that SQLite puts everything into its one file."""
    from django.conf import settings  # noqa: PLC0415 - as above

    if settings.configured:
        from django.db import connection  # noqa: PLC0415 - as above

        connection.close()
