"""Which steps would run again, when a table is another than before?"""

from collections.abc import Iterator

from joinedup.core.errors import ProjectError
from joinedup.office.house import Office
from joinedup.office.plan import plan


def runs_again(office: Office, table: str) -> Iterator[str]:
    """`project/step` of what has run on the table, or on what rests on it, in the plans' order.

    A project whose plan has mistakes is left out: `joinedup check` tells them.
    """
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    for name, project in office.folder.projects.items():
        touched = {table}
        try:
            nodes = plan(office.folder, project)
        except ProjectError:
            continue
        for node in nodes:
            if touched.isdisjoint(node.reads):
                continue
            touched |= set(node.writes.values())
            if Run.objects.latest(name, node.name) is not None:
                yield f"{name}/{node.name}"
