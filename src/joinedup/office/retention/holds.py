"""Who holds what, and until when? Legal holds are events; there is no second row to forge."""

import json
from datetime import date

from joinedup.core import clock
from joinedup.core.errors import ProjectError
from joinedup.govern.retention import EVERYTHING, Hold
from joinedup.office.house import Office
from joinedup.office.subject.cases import require_another, require_reason

PLACED, LIFTED = "legal hold", "legal hold lifted"


def holds(office: Office) -> tuple[Hold, ...]:
    """The holds that stand today, by name."""
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - Django, only when needed

    del office  # the records are connected; the office says whose
    found: dict[str, Hold] = {}
    rows = LedgerEvent.objects.filter(kind__in=[PLACED, LIFTED]).order_by("seq")
    for kind, name, actor, text in rows.values_list("kind", "subject", "actor", "facts"):
        facts = json.loads(text)
        if kind == LIFTED:
            found.pop(name, None)
        else:
            until = date.fromisoformat(facts["until"])
            found[name] = Hold(name, facts["what"], facts["reason"], until, actor)
    today = clock.today()
    return tuple(one for _, one in sorted(found.items()) if today <= one.until)


def place(office: Office, name: str, *, what: str, reason: str, until: date) -> Hold:
    """Place a hold; one person may, for it only keeps.

    Raises:
        ProjectError: no reason, a day that is over, a name in use, or nothing of that name.
    """
    require_reason(reason)
    known = {EVERYTHING, *office.folder.agreements, *office.folder.datasets}
    known |= {version.table for version in office.lake.tables()}
    if what not in known:
        raise ProjectError(
            "there is no such agreement, dataset or table.",
            fix="name one of them, or all.",
            where="--what",
        )
    if until < clock.today():
        raise ProjectError("the day is over.", fix="name a later one.", where="--until")
    if name in {one.name for one in holds(office)}:
        raise ProjectError("there is a hold of this name.", fix="choose another.", where=name)
    _record(office, PLACED, name, {"what": what, "reason": reason, "until": until.isoformat()})
    return Hold(name, what, reason, until, office.who)


def lift(office: Office, name: str, *, reason: str) -> None:
    """End a hold; only another than who placed it may.

    Raises:
        ProjectError: there is none of this name, or no reason.
        ReleaseError: who lifts it is who placed it.
    """
    require_reason(reason)
    found = next((one for one in holds(office) if one.name == name), None)
    if found is None:
        fix = "see `joinedup retain holds`."
        raise ProjectError("there is no such hold.", fix=fix, where=name)
    require_another(office, found.by, where=f"hold {name}")
    _record(office, LIFTED, name, {"reason": reason})


def _record(office: Office, kind: str, name: str, facts: dict[str, str]) -> None:
    from joinedup.records.together import record  # noqa: PLC0415 - as above

    record(office.home, kind, actor=office.who, subject=name, facts=facts)
