"""Which fields are kept and used by nothing? What is not needed need not be kept."""

from dataclasses import dataclass
from datetime import timedelta

from joinedup.core import clock
from joinedup.core.errors import JoinedupError
from joinedup.core.vocabulary import Field
from joinedup.office.house import Office
from joinedup.office.plan import plan

FLAGS = {
    "date": "a period or an age band, worked out by the sender",
    "text": "a yes or no for what is asked of it, worked out by the sender",
    "number": "a band, worked out by the sender",
    "integer": "a band, worked out by the sender",
    "datetime": "the day, or a period",
    "geometry": "the area it lies in",
}


@dataclass(frozen=True, slots=True)
class Unused:
    """A field that is kept and that nothing read.

    Attributes:
        instead: what would do, if something should be needed of it.
    """

    dataset: str
    field: str
    sensitivity: int
    instead: str


def unused(office: Office, days: int) -> tuple[Unused, ...]:
    """The fields held that no step and no definition read in so many days.

    A field is used if a step whose plan reads it ran in that time. A project whose plan has
    mistakes uses nothing: `joinedup check` tells them.
    """
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    since = clock.stamp(clock.now() - timedelta(days=days))
    used: set[tuple[str, str]] = set()
    for name, project in office.folder.projects.items():
        try:
            nodes = plan(office.folder, project)
        except JoinedupError:
            continue
        for node in nodes:
            last = Run.objects.latest(name, node.name)
            if last is not None and last.at >= since:
                used |= {(table, column) for table, names in node.reads.items() for column in names}
    found = []
    for version in office.lake.tables():
        dataset = office.folder.datasets.get(version.table.removeprefix("admitted."))
        if dataset is None or not version.parts:
            continue
        found += [
            Unused(dataset.id, name, declared.sensitivity, _instead(declared))
            for name, declared in dataset.fields.items()
            if name in version.columns
            and name not in dataset.key
            and (version.table, name) not in used
        ]
    return tuple(sorted(found, key=lambda one: (-one.sensitivity, one.dataset, one.field)))


def _instead(declared: Field) -> str:
    return FLAGS.get(declared.type, "nothing: leave it out")
