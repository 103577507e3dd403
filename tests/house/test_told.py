"""Is it on record who sees what, before they see it? Every path to data says so first."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TELLS = "before_answer"
GIVES = {"open_access", "load_result", "result_of_run"}
"""Calls that give rows or a result; so does `read` of a lake."""
TOLD_BY = {
    "store/bench.py:run_on": "the analyst's own files; no office, home or ledger",
    "office/report.py:latest": "office/report.py:report",
    "office/leave.py:approve": "gives the digest of a result, and nothing that it says",
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
        case ast.Attribute(attr="read", value=ast.Attribute(attr="lake") | ast.Name(id="lake")):
            return True
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
        f"{room}/{path.name}:{function.name}": path.name
        for room in ("office", "cli", "store")
        for path in sorted((ROOT / "src/joinedup" / room).glob("*.py"))
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
        ("def show(row):\n    return result_json.load_result(row.result)", True),
        ("def show(g):\n    with open_access(g) as a:\n        before_answer(g)", True),
        ("def show(g):\n    before_answer(g)\n    with open_access(g) as a:\n        pass", False),
        ("def show(file):\n    return file.read()", False),
    ],
)
def test_a_path_that_does_not_say_so_is_noticed(text, found):
    assert [unsaid(function) for function in functions(text)] == [found]
