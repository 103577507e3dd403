"""The chain begins: its head, and triggers that refuse to change or remove an event.

A trigger is a courtesy to whoever slips; what proves the chain is its hashes.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSAL = "the ledger is only added to"

SQLITE = [
    f"""create trigger ledger_refuses_{verb} before {verb} on records_ledgerevent
        begin select raise(abort, '{REFUSAL}'); end"""
    for verb in ("update", "delete")
]
POSTGRES = [
    f"""create function ledger_refuses() returns trigger language plpgsql as
        $$ begin raise exception '{REFUSAL}'; end $$""",
    """create trigger ledger_refuses_change before update or delete on records_ledgerevent
        for each row execute function ledger_refuses()""",
    """create trigger ledger_refuses_truncate before truncate on records_ledgerevent
        for each statement execute function ledger_refuses()""",
]


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Place the head of an empty chain, then the triggers."""
    apps.get_model("records", "LedgerHead").objects.create(pk=1, seq=0, hash="0" * 64)
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(guard)]
