"""A result as a person looks at it inside the office: not for release."""

from pathlib import Path

from joinedup.core.digest import digest
from joinedup.core.errors import ProjectError
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.report import REPORT, report
from joinedup.office.results import result_of_run
from joinedup.office.seen import seen
from joinedup.office.told import SHOW, before_answer
from joinedup.result import html
from joinedup.result.model import Result

SHORT = 8


def result_of(office: Office, project: ProjectFolder, step: str) -> Result:
    """The latest result of a step, or the project's report, as the acting person may see it.

    It is on record before it is given.

    Raises:
        AuditUnavailable: the event that says so cannot be written.
        PolicyDenied: the policy in force lets them see nothing of it.
        ProjectError: there is no result yet.
    """
    found = seen(office, project, step)
    return found.result if found is not None else _latest(office, project, step)


def page(office: Office, project: ProjectFolder, step: str) -> Path:
    """Write the result as one page under the home; gives its path.

    What one person may see is not what another may: under a policy each has a page of their own.
    """
    found = seen(office, project, step)
    result = found.result if found is not None else _latest(office, project, step)
    title = project.steps[step].title if step in project.steps else project.project.title
    content = html.page(result, title=title or step, subtitle=office.folder.card.name)
    own = f"{step}.{digest(office.who)[:SHORT]}.html"
    name = own if found is not None else f"{step}.html"
    path = office.home / "results" / project.project.id / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def _latest(office: Office, project: ProjectFolder, step: str) -> Result:
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    if step == REPORT:
        return report(office, project)
    row = Run.objects.latest(project.project.id, step)
    if row is None:
        raise ProjectError("there is no result yet.", fix="run `joinedup run`.", where=step)
    before_answer(office, SHOW, f"{project.project.id}/{step}", {"identity": row.identity})
    return result_of_run(office, row)
