"""Is every part still small enough to read in one sitting? A ratchet: it only tightens."""

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES, ROOM_LINES = 400, 40, 3_000
BUDGET = tomllib.loads((ROOT / "tests/house/budget.toml").read_text(encoding="utf-8"))
GENERATED = "migrations"  # by Django


def files(*folders: str) -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if GENERATED not in path.parts
    }


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring not counted: shapes and sources are welcome."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None or len(function.body) == 1:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def long_functions(name: str, text: str) -> dict[str, int]:
    return {
        f"{name}:{node.name}": lines(node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines(node) > FUNCTION_LINES
    }


def test_no_file_outgrows_its_budget():
    sizes = {
        name: len(text.splitlines())
        for name, text in files("src", "tests", "tools", "benchmarks").items()
    }
    over = {name: size for name, size in sizes.items() if size > FILE_LINES}
    assert over == BUDGET["files"], "split the file, or write its smaller size in budget.toml"


def test_no_function_outgrows_its_budget():
    over: dict[str, int] = {}
    for name, text in files("src").items():
        over |= long_functions(name, text)
    assert over == BUDGET["functions"], "split it, or write its smaller size in budget.toml"


def test_a_long_function_is_noticed():
    body = "\n".join(f"    x{number} = {number}" for number in range(FUNCTION_LINES))
    assert long_functions("a.py", f"def grow():\n{body}\n") == {"a.py:grow": FUNCTION_LINES + 1}


def test_no_room_outgrows_its_budget():
    rooms: dict[str, int] = {}
    for name, text in files("src/joinedup").items():
        room = name.split("/")[2]
        rooms[room] = rooms.get(room, 0) + len(text.splitlines())
    over = {room: size for room, size in rooms.items() if size > ROOM_LINES}
    assert over == BUDGET["rooms"], "split the room, or write its smaller size in budget.toml"
