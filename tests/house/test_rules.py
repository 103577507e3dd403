"""The rules a reviewer would otherwise have to remember, each with its sentence."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("src", "tools", "benchmarks", "tests")
KEPT_FOLDERS = (*CODE, "docs", "examples", ".ci")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".sql",
    ".html",
    ".css",
    ".txt",
    ".cfg",
    ".yml",
    ".yaml",
    ".lock",
    "",
}

Wrong = Callable[[ast.AST], bool]


def dotted(node: ast.AST) -> str:
    """`np.random.rand` as text; empty for anything but a chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def called(node: ast.AST) -> str:
    """The last name of what is called: `execute` for `connection.execute(...)`."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def prints(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) == "print"


def makes_a_release(node: ast.AST) -> bool:
    return called(node) == "Release"


def builds_sql_from_text(node: ast.AST) -> bool:
    if called(node) not in {"execute", "executemany", "sql", "raw"}:
        return False
    return any(isinstance(part, ast.JoinedStr) for part in node.args)  # type: ignore[attr-defined]


def global_randomness(node: ast.AST) -> bool:
    allowed = {"default_rng", "Generator", "SeedSequence"}
    if isinstance(node, ast.ImportFrom) and node.module == "numpy.random":
        return any(alias.name not in allowed for alias in node.names)
    before, _, last = dotted(node).rpartition(".")
    return before in {"np.random", "numpy.random"} and last not in allowed


def asks_the_time(node: ast.AST) -> bool:
    name = dotted(node.func) if isinstance(node, ast.Call) else ""
    return name in {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "timezone.now",
        "datetime.datetime.now",
        "datetime.date.today",
    }


def is_unfinished(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and (
        dotted(node.exc or node) == "NotImplementedError"
        or called(node.exc) == "NotImplementedError"
    )


@dataclass(frozen=True)
class Rule:
    """What may not stand in the code, why, where the rule holds, and who may with a reason."""

    sentence: str
    wrong: Wrong
    folders: tuple[str, ...] = ("src",)
    except_in: Mapping[str, str] = field(default_factory=dict)


RULES = {
    "release": Rule(
        "Only govern.release makes a Release; anything else would leave the house unchecked.",
        makes_a_release,
        except_in={"src/joinedup/govern/release.py": "the gate"},
    ),
    "print": Rule(
        "Only the command line prints; a library that prints cannot be used in a service.",
        prints,
        except_in={"src/joinedup/cli/": "the one room that prints"},
    ),
    "randomness": Rule(
        "Randomness comes from np.random.default_rng(seed), so that a result can be made again.",
        global_randomness,
        folders=CODE,
        except_in={
            "tests/conftest.py": "looks at the global state to see that it is unchanged",
            "tests/house/test_ground.py": "breaks the rule to see it caught",
        },
    ),
    "sql": Rule(
        "SQL is a constant or a tree; an f-string in execute() is how a cell becomes a command.",
        builds_sql_from_text,
        except_in={
            "src/joinedup/store/engine.py": "makes views from quoted identifiers, for the engine"
        },
    ),
    "time": Rule(
        "Time comes from joinedup.core.clock, so that a test or an auditor can set it.",
        asks_the_time,
        except_in={
            "src/joinedup/core/clock.py": "the clock",
            "src/joinedup/records/migrations/": "written by Django",
        },
    ),
    "unfinished": Rule(
        "What is not written is not promised: no NotImplementedError.", is_unfinished
    ),
}


def python_files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def kept_files() -> list[Path]:
    """The text files that git keeps, without asking git (there may be none beside a tarball)."""
    loose = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    kept = [path for folder in KEPT_FOLDERS for path in (ROOT / folder).rglob("*")]
    return [
        path
        for path in [*loose, *kept]
        if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts
    ]


def broken(rule: Rule, path: Path) -> list[str]:
    """The places in a file that break a rule, unless the file may."""
    name = path.relative_to(ROOT).as_posix()
    if any(name.startswith(allowed) for allowed in rule.except_in):
        return []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [f"{name}:{getattr(node, 'lineno', 0)}" for node in ast.walk(tree) if rule.wrong(node)]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_code_keeps_the_rule(rule):
    places = [place for path in python_files(rule.folders) for place in broken(rule, path)]
    assert not places, f"{rule.sentence} Broken in {', '.join(places)}"


BREACHES = {
    "release": "release = model.Release(result=result)",
    "print": "print('done')",
    "randomness": "np.random.shuffle(rows)",
    "sql": "cursor.execute(f'select * from {table}')",
    "time": "moment = datetime.now(UTC)",
    "unfinished": "raise NotImplementedError",
}


@pytest.mark.parametrize("name", RULES)
def test_the_rule_notices_its_breach(name):
    assert any(RULES[name].wrong(node) for node in ast.walk(ast.parse(BREACHES[name])))


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b|pragma: no[ ]cover")
    places = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files(CODE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if later.search(line)
    ]
    assert not places, f"Open an issue, or do it now: {', '.join(places)}"


def test_no_file_names_a_place_on_one_machine():
    place = re.compile(r"(?<![\w.:/~-])(/(home|root|work|Users)/\w|[A-Z]:\\Users)")
    places = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in kept_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if place.search(line)
    ]
    assert not places, f"Give the path relative to the project, or by a setting: {places}"


def test_a_suppressed_lint_says_why():
    """The first of a kind in a file says it; the rest of that file may lean on it."""
    marked = re.compile(r"#\s*noqa: ([A-Z]+\d+)(?:, [A-Z]+\d+)*(\s+- \S)?")
    silent = []
    for path in python_files(("src",)):
        explained = set()
        for code, reason in marked.findall(path.read_text(encoding="utf-8")):
            if reason:
                explained.add(code)
            elif code not in explained:
                silent.append(f"{path.relative_to(ROOT)}: {code}")
    assert not silent, f"A reason accompanies every noqa: {', '.join(silent)}"


def test_migrations_are_numbered_without_a_gap():
    folder = ROOT / "src" / "joinedup" / "records" / "migrations"
    names = sorted(path.name for path in folder.glob("*.py") if path.name != "__init__.py")
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names), names
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
