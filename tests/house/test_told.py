"""Is it on record who sees what, before they see it? Every path to data says so first."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TELLS = "before_answer"
GIVES = {"open_access", "load_result", "result_of", "result_of_run", "read_model"}
READ_FROM = {"lake", "behind"}
"""Calls that give rows or a result; so does `read` of a lake, and of whom counts are made of."""
TOLD_BY = {
    "store/bench.py:run_on": "the analyst's own files; no office, home or ledger",
    "office/report.py:latest": "office/report.py:report",
    "office/behind.py:read": "office/leaving/candidate.py:_told_of",
    "office/reads.py:granted": "office/run.py:run_node",
    "office/reads.py:only_granted": "office/run.py:run_node",
    "office/leaving/models.py:made_ready": "office/leaving/models.py:_judged",
    "office/leaving/models.py:require_may_leave": "office/leaving/candidate.py:_told_of",
    "office/leaving/models.py:attached": "office/leaving/models.py:_judged",
    "office/behind.py:read_model": "office/leaving/models.py:_judged",
    "office/leaving/lineage.py:behind": "gives which versions runs had read and who ran, no cell",
    "office/leaving/candidate.py:authors_of": "office/leaving/candidate.py:_told_of",
    "office/leaving/log.py:against": "office/leaving/candidate.py:_told_of",
    "office/leaving/estimates.py:too_near": "office/leaving/candidate.py:_told_of",
    "office/leaving/population.py:_counts": "office/leaving/candidate.py:_told_of",
    "office/leaving/population.py:_known": "office/leaving/candidate.py:_told_of",
    "office/remembered.py:with_last": "office/run.py:run_node",
    "office/run.py:_calculated": "office/run.py:run_node",
    "cli/work.py:show": "office/shown.py:_latest",
    "office/subject/find.py:read": "a case stands on record before anybody is looked for",
    "office/subject/find.py:_derived": "a case stands on record before anybody is looked for",
    "office/subject/shown.py:_listed": "a case stands on record before anybody is looked for",
    "office/standing.py:_step": "office/standing.py:overview",
    "office/results.py:result_of_run": "opens what was sealed, for those who say so first",
}
"""Functions that do not say it themselves: who does before calling them, or why nobody need."""


def functions(text: str) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))


def gives(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id=name):
            return name in GIVES
        case ast.Attribute(attr="read", value=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in READ_FROM
        case ast.Attribute(attr=name):
            return name in GIVES
        case _:
            return False


def unsaid(function: ast.FunctionDef) -> bool:
    """Whether it gives data, and does not say so before it does."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    given = [call.lineno for call in calls if gives(call)]
    said = [
        call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == TELLS
    ]
    return bool(given) and not (said and min(said) < min(given))


def paths() -> dict[str, str]:
    """Every function above the lake that gives data unsaid."""
    return {
        f"{path.relative_to(ROOT / 'src/joinedup').as_posix()}:{function.name}": path.name
        for room in ("office", "cli", "store", "diagnose")
        for path in sorted((ROOT / "src/joinedup" / room).rglob("*.py"))
        for function in functions(path.read_text(encoding="utf-8"))
        if unsaid(function)
    }


def test_nothing_is_shown_before_it_is_on_record_that_it_is():
    strays = sorted(set(paths()) - set(TOLD_BY))
    assert strays == [], f"call office.told.{TELLS} before the data is read: {strays}"


@pytest.mark.parametrize("teller", sorted({one for one in TOLD_BY.values() if ":" in one}))
def test_who_is_said_to_tell_does_tell(teller):
    name, _, function = teller.partition(":")
    text = (ROOT / "src/joinedup" / name).read_text(encoding="utf-8")
    assert any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == TELLS
        for one in functions(text)
        if one.name == function
        for node in ast.walk(one)
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def show(office):\n    return office.lake.read('t')", True),
        ("def show(lake):\n    return lake.read('t')", True),
        ("def counts(where):\n    return behind.read(office, where)", True),
        ("def show(run):\n    return result_of(run)", True),
        ("def show(row):\n    return result_json.load_result(row.result)", True),
        ("def show(g):\n    with open_access(g) as a:\n        before_answer(g)", True),
        ("def show(g):\n    before_answer(g)\n    with open_access(g) as a:\n        pass", False),
        ("def show(file):\n    return file.read()", False),
    ],
)
def test_a_path_that_does_not_say_so_is_noticed(text, found):
    assert [unsaid(function) for function in functions(text)] == [found]
