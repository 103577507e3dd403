"""Reference pages, written from the code: methods, errors, commands.

`python tools/reference.py` writes them; with `--check` it changes nothing, and exits 1 if a page
differs from what would be written.
"""

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the code. Change the code, not this page. -->"
WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}
BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minLength": "{} characters or more",
    "minItems": "{} or more of them",
    "minProperties": "{} or more of them",
}
PLACES = {"engine": "the engine", "memory": "memory"}


OUR_BUG = (
    "Our bug: its kind and its places in our code, which we would like to see; not its words, which"
    " may repeat a cell."
)


def main() -> int:
    """Write the pages, or say which would change."""
    pages = {"methods.md": methods(), "errors.md": errors(), "commands.md": commands()}
    if "--check" in sys.argv[1:]:
        stale = [name for name, text in pages.items() if text != standing(PAGES / name)]
        for name in stale:
            print(f"docs/reference/{name} is not what the code says.\n  Fix: run `make docs`.")
        return 1 if stale else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    print(f"wrote {', '.join(pages)} in docs/reference")
    return 0


def standing(page: Path) -> str:
    """What a page says now; nothing if it is not there."""
    return page.read_text(encoding="utf-8") if page.is_file() else ""


def page(title: str, *parts: str) -> str:
    """A page with its note and one empty line between parts."""
    return "\n\n".join([f"# {title}", NOTE, *(part for part in parts if part)]) + "\n"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; empty if it has no rows."""
    if not rows:
        return ""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell(one) for one in line) + " |" for line in lines)


def cell(text: str) -> str:
    """Text that cannot end its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def methods() -> str:
    """Every method in the catalogue: what it answers, its settings, what it gives."""
    from joinedup.office import catalogue  # noqa: PLC0415 - tools run without the package too

    cards = list(catalogue.every())
    rows = [[f"[{card.name}](#{card.name.replace('.', '')})", card.summary] for card in cards]
    return page("Methods", table(["method", "answers"], rows), *map(method, cards))


def method(card: Any) -> str:
    """One method's section, from its card and its Spec."""
    schema = card.spec.model_json_schema()
    facts = [
        f"`{card.trust}` · runs in {PLACES[card.where]} · version {card.version}",
        f"Source: {card.reference} · [how to read it](../methods/{card.name}.md)",
    ]
    parts = [
        f"## {card.name}",
        card.summary,
        "\\\n".join(facts),
        "Assumes:\n\n" + "\n".join(f"- {one}" for one in card.assumptions),
        "Settings:",
        settings(schema),
        *(f"{name}:\n\n{settings(inner)}" for name, inner in models(schema).items()),
        "Gives:",
        table(["table", "grain"], [[f"`{name}`", grain] for name, grain in card.gives.items()]),
    ]
    return "\n\n".join(part for part in parts if part)


def models(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The models that a Spec holds, by name, without plain lists of words."""
    return {name: one for name, one in schema.get("$defs", {}).items() if "properties" in one}


def settings(schema: Mapping[str, Any]) -> str:
    """The settings of one model, a row each."""
    required = schema.get("required", [])
    rows = [
        [
            f"`{name}`",
            kind(one, schema),
            "needed" if name in required else default(one),
            one.get("description", ""),
        ]
        for name, one in schema.get("properties", {}).items()
    ]
    return table(["setting", "is", "if not said", "what it is"], rows)


def kind(one: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A JSON schema in words: `whole number, at least 1`."""
    if "$ref" in one:
        return str(one["$ref"]).rpartition("/")[2]
    if "anyOf" in one:
        ways = [each for each in one["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kind(each, schema) for each in ways))
    if "enum" in one or "const" in one:
        return " or ".join(f"`{word}`" for word in one.get("enum", [one.get("const")]))
    bounds = [words.format(f"{one[key]:g}") for key, words in BOUNDS.items() if key in one]
    return ", ".join([shape(one, schema), *bounds])


def shape(one: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The kind without its bounds."""
    if one.get("type") == "array":
        inside = one.get("items") or {}
        return f"list of {kind(inside, schema)}" if inside else "list"
    if one.get("type") == "object":
        inside = one.get("additionalProperties") or {}
        return f"name to {kind(inside, schema)}" if isinstance(inside, dict) and inside else "names"
    if one.get("format") == "date":
        return "date"
    return WORDS.get(str(one.get("type", "")), "any value")


def default(one: Mapping[str, Any]) -> str:
    """What a setting is when nobody sets it."""
    value = one.get("default")
    if value in (None, "", [], {}):
        return "not set"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def errors() -> str:
    """The page of errors, and a row for each."""
    from joinedup.core import errors as tree  # noqa: PLC0415 - as above

    kinds = sorted(
        (one for _, one in inspect.getmembers(tree, inspect.isclass) if is_error(one, tree)),
        key=lambda one: (one.code, one not in tree.FAMILIES, one.__name__),
    )
    rows = [[str(one.code), f"`{one.__name__}`", inspect.getdoc(one) or ""] for one in kinds]
    others = [
        ["0", "", "It is done."],
        [
            "1",
            "",
            OUR_BUG,
        ],
        ["2", "", "The command line itself is mistaken, such as an option that is not there."],
        ["130", "", "The user stopped it."],
    ]
    return page(
        "Errors and exit codes",
        f"```text\n{inspect.getdoc(tree)}\n```",
        table(["code", "error", "says"], rows),
        "Other exit codes:",
        table(["code", "", "says"], others),
        'With `--json` a refusal is `{"code", "error", "message", "problems": [{"where", "what",'
        ' "fix"}]}` on standard output; without it the message is on standard error.',
    )


def is_error(one: type[Any], tree: Any) -> bool:
    """Whether a class is an error a user can meet."""
    return issubclass(one, tree.JoinedupError) and one is not tree.JoinedupError


def commands() -> str:
    """Every command, from the tree that the command line itself walks."""
    from typer.main import get_command  # noqa: PLC0415 - as above

    from joinedup.cli.main import app  # noqa: PLC0415 - as above

    found = list(walk(get_command(app), "joinedup"))
    rows = [[f"[`{name}`](#{name.replace(' ', '-')})", first(one)] for name, one in found]
    sections = [command(name, one) for name, one in found]
    return page("Commands", table(["command", "does"], rows), *sections)


def walk(one: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The commands below one, without the groups themselves."""
    inner = getattr(one, "commands", None)
    if not inner:
        yield name, one
        return
    for word, below in inner.items():
        yield from walk(below, f"{name} {word}")


def first(one: Any) -> str:
    """The first sentence of a command's help."""
    return str(one.help or "").strip().partition("\n\n")[0]


def command(name: str, one: Any) -> str:
    """One command's section: usage, words, parameters."""
    given = [word for param in one.params for word in usage(param)]
    words = [paragraph(part, name) for part in inspect.cleandoc(one.help or "").split("\n\n")]
    rows = [parameter(param) for param in one.params if param.name != "help"]
    return "\n\n".join(
        part
        for part in (
            f"## {name}",
            f"```text\n{' '.join([name, '[OPTIONS]', *given])}\n```",
            *words,
            table(["given as", "is", "what it is"], rows),
        )
        if part
    )


def paragraph(text: str, name: str) -> str:
    """Usual calls stand in a block of their own; other words stay words."""
    lines = text.replace("\b\n", "").splitlines()
    calls = all(line.strip().startswith(name) for line in lines)
    inner = "\n".join(line.strip() for line in lines)
    return f"```text\n{inner}\n```" if calls and lines else " ".join(inner.split())


def usage(param: Any) -> list[str]:
    """How an argument stands in the usage line; options are summed up."""
    if param.param_type_name != "argument":
        return []
    word = str(param.name).upper() + ("..." if param.nargs == -1 else "")
    return [word if param.required else f"[{word}]"]


def parameter(param: Any) -> list[str]:
    """One row for an argument or option."""
    is_argument = param.param_type_name == "argument"
    names = param.name.upper() if is_argument else ", ".join(sorted(param.opts, key=len))
    flag = getattr(param, "is_flag", False)
    value = "" if is_argument or flag else f" {param.opts[0].lstrip('-').upper()}"
    shown = param.default not in (None, "", False, [], ()) and not callable(param.default)
    words = getattr(param, "help", "") or ""
    tail = f" `{param.default}` if not said." if shown else ""
    if param.required:
        state = "needed"
    else:
        state = "may be repeated" if param.nargs == -1 or getattr(param, "multiple", False) else ""
    return [f"`{names}{value}`", state, words + tail]


if __name__ == "__main__":
    sys.exit(main())
