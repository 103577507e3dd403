"""Does every method, formula and error carry what its reader needs?"""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

import joinedup
from joinedup.core import errors
from joinedup.core.method import Method

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "methods"
HEADINGS = (
    "Use it when",
    "Do not use it when",
    "What it assumes, and how each could fail here",
    "Reading the result",
    "A worked example with invented data",
    "Source",
)


def names() -> list[str]:
    rooms = {room: import_module(f"joinedup.{room}") for room in joinedup.ROOMS}
    return [f"{room}.{verb}" for room, module in rooms.items() for verb in module.METHODS]


@pytest.fixture
def card(name: str) -> Method:
    room, _, verb = name.partition(".")
    return getattr(import_module(f"joinedup.{room}"), verb)


every_method = pytest.mark.parametrize("name", names())


@pytest.mark.parametrize("name", joinedup.ROOMS)
def test_a_room_opens_with_its_contract(name):
    room = import_module(f"joinedup.{name}")
    assert room.METHODS
    for clause in ("Comes in:", "Goes out:", "Promises:", "Does not:"):
        assert clause in (room.__doc__ or ""), (
            f"joinedup.{name}: its first docstring has no {clause}"
        )


@every_method
def test_a_method_is_a_card_that_can_be_called_by_its_name(name, card):
    assert isinstance(card, Method)
    assert callable(card)
    assert card.name == name


@every_method
def test_a_method_has_a_page_with_the_usual_headings(name):
    page = PAGES / f"{name}.md"
    assert page.is_file(), f"write docs/methods/{name}.md"
    found = re.findall(r"^## +(.+?) *$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [heading for heading in HEADINGS if heading not in found] == []


@every_method
def test_a_method_says_what_it_assumes_and_whom_it_follows(card):
    assert card.summary
    assert "\n" not in card.summary
    assert card.assumptions
    assert all(text.endswith(".") for text in card.assumptions)
    assert card.reference
    assert card.gives


@every_method
def test_a_setting_is_described_and_strangers_are_refused(card):
    assert card.spec.model_config.get("extra") == "forbid"
    assert card.spec.model_config.get("frozen") is True
    assert [name for name, field in card.spec.model_fields.items() if not field.description] == []


@every_method
def test_a_number_among_the_settings_is_bounded(card):
    loose = [
        name
        for name, field in card.spec.model_fields.items()
        if {int, float} & {field.annotation, *get_args(field.annotation)} and not field.metadata
    ]
    assert loose == []


def test_every_page_of_a_method_has_its_method():
    assert {page.stem for page in PAGES.glob("*.md")} - set(names()) == set()


def formulas() -> list[tuple[str, str]]:
    return [
        (f"{path.stem}.{node.name}", ast.get_docstring(node) or "")
        for path in sorted((ROOT / "src/joinedup/stats").glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize(("name", "words"), formulas(), ids=lambda value: value.split("\n")[0])
def test_a_formula_names_its_source(name, words):
    assert "Source" in words, f"joinedup.stats.{name}: whose formula is it?"


def kinds() -> list[type[errors.JoinedupError]]:
    return [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.JoinedupError) and kind is not errors.JoinedupError
    ]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_an_error_stands_on_the_page_and_belongs_to_a_family(kind):
    assert kind.__name__ in (errors.__doc__ or "")
    assert [family for family in errors.FAMILIES if issubclass(kind, family)]
    assert kind.__doc__


def test_each_family_has_an_exit_code_of_its_own():
    codes = [family.code for family in errors.FAMILIES]
    assert codes == sorted(set(codes))
    assert 0 not in codes
    assert all(
        re.search(rf"{family.__name__}\s+{family.code}\b", errors.__doc__ or "")
        for family in errors.FAMILIES
    )


def test_no_other_room_has_errors_of_its_own():
    strays = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in (ROOT / "src/joinedup").rglob("*.py")
        if path != ROOT / "src/joinedup/core/errors.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(getattr(base, "id", "").endswith(("Error", "Exception")) for base in node.bases)
    ]
    assert strays == []
