"""What is past its time today, and what rests on it?"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from joinedup.core import clock
from joinedup.core.errors import ProjectError
from joinedup.govern.retention import last_day
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.project_gate import left_behind
from joinedup.office.retention.holds import holds

if TYPE_CHECKING:
    from joinedup.records.models import Run, TableVersion

ADMITTED, BEHIND = "admitted.", "behind."
OVER = "its time under {agreements} was over on {day}"
RESTS = "it rests on rows whose time is over"


@dataclass(frozen=True, slots=True)
class Due:
    """What is to go.

    Attributes:
        versions: each with why.
        runs: whose results rest on them.
        held: table and version to the hold that keeps it.
        unknown: versions that rest on an agreement which is no longer in the folder: kept.
    """

    versions: "tuple[tuple[TableVersion, str], ...]"
    runs: "tuple[Run, ...]"
    held: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def due(office: Office) -> Due:
    """Everything whose time is over today, with all that rests on it."""
    days = {name: one.retention_days for name, one in office.folder.agreements.items()}
    over: dict[int, tuple[TableVersion, str]] = {}
    held: dict[str, str] = {}
    unknown: list[str] = []
    for version in _there():
        if not version.table.startswith(ADMITTED):
            continue
        last = last_day(_came(version), version.agreements, days)
        if last is None:
            unknown.append(str(version))
        elif clock.today() > last:
            hold = _held(office, version)
            if hold:
                held[str(version)] = hold
                continue
            names = ", ".join(version.agreements)
            over[version.pk] = (version, OVER.format(agreements=names, day=last.isoformat()))
    return _with_resting(over, held, tuple(unknown))


def due_of(office: Office, project: ProjectFolder) -> Due:
    """Everything that only a retired project has use for.

    Raises:
        ProjectError: it is not retired.
    """
    from joinedup.records.models import Run, SignOff  # noqa: PLC0415 - Django, only when needed

    name = project.project.id
    if not SignOff.objects.filter(project=name, what="retired").exists():
        raise ProjectError(
            "it is not retired.",
            fix=f"run `joinedup project retire --project {name} --lessons …` first.",
            where=f"project {name}",
        )
    tables = set(left_behind(office.folder, project))
    over: dict[int, tuple[TableVersion, str]] = {}
    held: dict[str, str] = {}
    for version in _there():
        if version.table in tables:
            hold = _held(office, version)
            if hold:
                held[str(version)] = hold
            else:
                over[version.pk] = (version, f"project {name} is retired")
    runs = list(Run.objects.filter(project=name).exclude(result="")) if not held else []
    return _with_resting(over, held, (), runs)


def _with_resting(
    over: "dict[int, tuple[TableVersion, str]]",
    held: dict[str, str],
    unknown: tuple[str, ...],
    runs: "Iterable[Run]" = (),
) -> Due:
    """Step by step what was made of what goes, until nothing more is found."""
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    there = {(version.table, version.number): version for version in _there()}
    going = {run.pk: run for run in runs}
    every = list(Run.objects.select_related("event").order_by("id"))
    writer = {(table, number): run.pk for run in every for table, number in run.versions.items()}
    known = _Versions(over)
    for run in every:  # a run reads only what was there before it, so once is enough
        if any(known.stale(table, run) for table in _reads(run)):
            going[run.pk] = run
            for place in run.versions.items():
                version = there.get(place)
                if version is not None and writer[place] == run.pk:
                    over.setdefault(version.pk, (version, RESTS))
                    known.add(version)
    for run in going.values():
        for version in _behind(there.values(), run):
            over.setdefault(version.pk, (version, RESTS))
    ordered = sorted(over.values(), key=lambda one: (one[0].table, one[0].number))
    left = tuple(run for run in going.values() if run.result)
    return Due(tuple(ordered), left, held, unknown)


class _Versions:
    """Which versions go, or are gone, by the moment they were written."""

    def __init__(self, over: "dict[int, tuple[TableVersion, str]]") -> None:
        from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

        self._all: dict[str, list[TableVersion]] = {}
        for version in TableVersion.objects.every():
            self._all.setdefault(version.table, []).append(version)
        self._stale = set(over)
        self._stale |= {one.pk for some in self._all.values() for one in some if not one.parts}

    def add(self, version: "TableVersion") -> None:
        self._stale.add(version.pk)

    def stale(self, table: str, run: "Run") -> bool:
        """Whether the version that a run read of a table goes: the newest before it."""
        before = [one for one in self._all.get(table, ()) if one.event.seq < run.event.seq]
        return bool(before) and before[-1].pk in self._stale


def _reads(run: "Run") -> list[str]:
    return list(json.loads(run.event.facts).get("reads", ()))


def _behind(versions: "Iterable[TableVersion]", run: "Run") -> "Iterator[TableVersion]":
    base = f"{BEHIND}{run.project}_{run.step}".replace("-", "_")
    for version in versions:
        mine = version.table in {base, f"{base}_units"}
        if mine and version.event.seq < run.event.seq:
            yield version


def _there() -> "list[TableVersion]":
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

    return [version for version in TableVersion.objects.every() if version.parts]


def _came(version: "TableVersion") -> date:
    """The day of the newest delivery of a version."""
    from joinedup.records.models import Delivery  # noqa: PLC0415 - as above

    newest = Delivery.objects.filter(version=version).order_by("-id").first()
    return date.fromisoformat((newest.at if newest else version.event.at)[:10])


def _held(office: Office, version: "TableVersion") -> str:
    today = clock.today()
    for one in holds(office):
        if one.holds(version.table, version.agreements, today=today):
            return one.name
    return ""
