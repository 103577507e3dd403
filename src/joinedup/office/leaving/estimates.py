"""Do the estimates of a release and of one before it rest on nearly the same cases?

Two means a few cases apart tell those few cases' own values. Who the cases are is not kept, so they
are held apart by how many they are.
"""

from collections.abc import Iterator

from joinedup.core.errors import Problem
from joinedup.office.house import Office
from joinedup.office.leaving.candidate import Ready
from joinedup.office.results import result_of_run


def too_near(office: Office, ready: Ready, *, k: int) -> Iterator[Problem]:
    """The estimates that differ from one of the same name and step by fewer than `k` cases."""
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - Django, only when needed

    run = ready.row.run
    now = {one.name: one for one in ready.candidate.result.estimates}
    if not now:
        return
    rows = ReleaseRow.objects.filter(run__project=run.project, run__step=run.step)
    told = set[str]()
    for row in rows.select_related("run").order_by("id"):
        if not row.run.result:  # destroyed since
            continue
        for old in result_of_run(office, row.run).estimates:
            new = now.get(old.name)
            if new is None or not 0 < abs(new.n - old.n) < k or old.name in told:
                continue
            told.add(old.name)
            yield Problem(
                old.name,
                f"it rests on {new.n:,} cases, and one released on {row.at[:10]} on {old.n:,}:"
                f" fewer than {k} apart, so the two together tell of those few.",
                "wait until more cases have come, or release another measure.",
            )
