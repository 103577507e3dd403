"""How does everything stand? What `joinedup status` and the home page show."""

from typing import Any

from joinedup.office import agree
from joinedup.office.house import Office
from joinedup.office.policy import current
from joinedup.office.results import result_of_run
from joinedup.office.told import SHOW, before_answer


def overview(office: Office) -> dict[str, Any]:
    """Agreements, datasets, steps and releases, each with one line, and what to do next.

    Raises:
        AuditUnavailable: a step has said something, and that it is shown cannot be written down.
    """
    from joinedup.records.models import ReleaseRow, Run  # noqa: PLC0415 - Django, when needed

    ruled = current() is not None
    if Run.objects.exists() and not ruled:
        before_answer(office, SHOW, "status", {"projects": sorted(office.folder.projects)})
    agreements = [_agreement(office, name) for name in office.folder.agreements]
    datasets = [_dataset(name) for name in office.folder.datasets]
    steps = [
        _step(office, project, step, ruled=ruled)
        for project, folder in office.folder.projects.items()
        for step in folder.steps
    ]
    return {
        "office": office.folder.card.name,
        "agreements": agreements,
        "datasets": datasets,
        "steps": steps,
        "released": ReleaseRow.objects.count(),
        "next": _next(agreements, datasets, steps),
    }


def _agreement(office: Office, name: str) -> dict[str, Any]:
    now = agree.state(office, name)
    return {
        "id": name,
        "in_force": now.in_force,
        "reasons": list(now.reasons),
        "waiting": list(now.waiting),
    }


def _dataset(name: str) -> dict[str, Any]:
    from joinedup.records.models import Delivery  # noqa: PLC0415 - as above

    row = Delivery.objects.latest(name)
    if row is None:
        return {"id": name, "rows": None, "words": "nothing delivered yet"}
    return {"id": name, "rows": row.rows, "words": f"{row.rows:,} rows, delivered {row.at[:10]}"}


def _step(office: Office, project: str, step: str, *, ruled: bool) -> dict[str, Any]:
    """A step's headline; under a policy only that it has run: what it says is for `show`."""
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    row = Run.objects.latest(project, step)
    if row is None:
        headline = "has not run"
    elif ruled:
        headline = f"has run, {row.at[:10]}"
    else:
        headline = result_of_run(office, row).headline
    return {"project": project, "id": step, "ran": row is not None, "headline": headline}


def _next(
    agreements: list[dict[str, Any]], datasets: list[dict[str, Any]], steps: list[dict[str, Any]]
) -> str:
    waiting = next((one for one in agreements if one["waiting"]), None)
    if waiting:
        return f"joinedup agree show {waiting['id']}"
    missing = next((one for one in datasets if one["rows"] is None), None)
    if missing:
        return f"joinedup deliver {missing['id']} FILE"
    if not all(one["ran"] for one in steps):
        return "joinedup run"
    return "joinedup show report --html"
