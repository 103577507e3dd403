"""Is what the pages say true? Every link, command, settings file, query and program in them."""

import re
import shlex
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from typer.main import get_command

from joinedup.cli.main import app
from joinedup.store.access import one_select

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
)
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", flags=re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", flags=re.MULTILINE)

every_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix()
)


def fences(page: Path, kind: str) -> list[str]:
    return [
        text for _, found, text in FENCE.findall(page.read_text(encoding="utf-8")) if found == kind
    ]


def prose(page: Path) -> str:
    """The page without its fences and inline code."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(text)
    }


@every_page
def test_every_link_inside_the_project_leads_somewhere(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        other = (page.parent / target).resolve() if target else page
        assert other.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(other), f"{link}: there is no such heading"


@every_page
def test_every_fence_says_what_it_is(page):
    kinds = {kind for _, kind, _ in FENCE.findall(page.read_text(encoding="utf-8"))}
    assert kinds <= {"python", "toml", "sql", "text", "markdown", "json"}


@every_page
def test_every_settings_file_parses(page):
    for text in fences(page, "toml"):
        tomllib.loads(text)


@every_page
def test_every_query_is_one_select(page):
    for text in fences(page, "sql"):
        one_select(text, where=page.name)


def commands(page: Path) -> list[str]:
    lines = [line.strip() for text in fences(page, "text") for line in text.splitlines()]
    return [line for line in lines if line.startswith("joinedup ")]


@every_page
def test_every_command_and_option_exists(page):
    for line in commands(page):
        words = shlex.split(line.partition("   ")[0])[1:]
        here = get_command(app)
        while words and words[0] in getattr(here, "commands", {}):
            here = here.commands[words.pop(0)]
        alone = getattr(here, "invoke_without_command", False)
        alone = alone and all(word.startswith("--") for word in words)
        assert not hasattr(here, "commands") or not words or alone, f"there is no command: {line}"
        known = {option for param in here.params for option in param.opts}
        asked = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert asked <= known | {"--help", "--version"}, line


PROGRAMS = [page for page in PAGES if fences(page, "python")]


@pytest.mark.parametrize("page", PROGRAMS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_program_runs(page, tmp_path, monkeypatch):
    """The blocks of a page run one after another, as one program, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    module = ModuleType("page_of_the_docs")
    monkeypatch.setitem(sys.modules, module.__name__, module)  # pydantic looks a class's module up
    for number, text in enumerate(fences(page, "python"), 1):
        code = compile(text, f"{page.name}, block {number}", "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 - our own pages


WORDS_THAT_JUDGE = re.compile(r"\b(simply|just|easy|easily|obviously)\b", flags=re.IGNORECASE)


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/how-to/*.md")), ids=lambda page: page.stem)
def test_a_how_to_does_not_tell_the_reader_that_it_is_easy(page):
    assert WORDS_THAT_JUDGE.findall(prose(page)) == []
