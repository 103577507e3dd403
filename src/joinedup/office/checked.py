"""Is everything the office declares right? Every mistake of every part, in one answer."""

from joinedup.core.errors import Problem, ProjectError
from joinedup.office.assessed import assessed
from joinedup.office.disclosed import disclosed
from joinedup.office.folder import Folder
from joinedup.office.plan import Node, plan
from joinedup.office.policy import declared
from joinedup.office.protected import protected


def checked(folder: Folder) -> dict[str, tuple[Node, ...]]:
    """What each project would run, once its folder, policy, fields and steps hold.

    Raises:
        ProjectError: every mistake in the policy, the disclosure profiles, the datasets' fields,
            what documents are made from, and all projects, at once.
    """
    problems: list[Problem] = [*disclosed(folder), *protected(folder), *assessed(folder)]
    try:
        declared(folder)
    except ProjectError as error:
        problems.extend(error.problems)
    nodes: dict[str, tuple[Node, ...]] = {}
    for name, project in folder.projects.items():
        try:
            nodes[name] = plan(folder, project)
        except ProjectError as error:
            problems.extend(error.problems)
    if problems:
        raise ProjectError.of(problems)
    return nodes
