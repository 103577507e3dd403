"""try, methods: the analyst's bench. No office, home or agreement; nothing for release."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from joinedup.cli.common import JsonOption, answer, say
from joinedup.core.errors import Problem, ProjectError


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command(name="try")(try_)
    app.command()(methods)


def try_(
    method: Annotated[str, typer.Argument(help="The method, such as target.rank.")],
    table: Annotated[
        list[str] | None, typer.Option("--table", help="FILE, or NAME=FILE; may be repeated.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="key=value; dotted for nested; repeatable.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="What is true, for a method that can be scored.")
    ] = None,
    linkage: Annotated[
        Path | None,
        typer.Option("--linkage", help="The table doubt of a linkage: estimates then carry it."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for what it gives.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Try a method on files.

    Writes result.json, result.html and every table as Parquet and CSV to --out. The result says
    that it is not for release.

    joinedup try target.rank --table scores.csv --set score=risk --set capacity=40 --out tried
    """
    from joinedup.office import catalogue  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.tried import written  # noqa: PLC0415 - as above
    from joinedup.result import json as result_json  # noqa: PLC0415 - as above

    card = catalogue.method(method)
    tables = tables_of(table or []) | ({"truth": str(truth)} if truth else {})
    more = {"linkage": linkage} if linkage else {}
    output = card(**settings_of(settings or [], card.spec), tables=tables, **more)
    paths = written(output, out) if out else {}
    if as_json:
        answer(result_json.as_dict(output, paths))
        return
    print(output)
    if out:
        say("saved", str(out / "result.html"))


def methods(as_json: JsonOption = False) -> None:
    """List the methods: what each answers, and whether it is vetted."""
    from joinedup.office import catalogue  # noqa: PLC0415 - as above

    cards = list(catalogue.every())
    if as_json:
        answer(
            [
                {
                    "name": card.name,
                    "summary": card.summary,
                    "trust": card.trust,
                    "settings": card.spec.model_json_schema(),
                    "gives": dict(card.gives),
                    "reference": card.reference,
                }
                for card in cards
            ]
        )
        return
    for card in cards:
        say(card.name, f"{card.summary} ({card.trust})")
    say("next", "joinedup try METHOD --table FILE --set key=value")


def tables_of(given: list[str]) -> dict[str, str]:
    """`FILE` or `NAME=FILE` as name to file; a bare file is called `table`."""
    found = {}
    for one in given:
        name, equals, file = one.partition("=")
        named = bool(equals) and name.replace("_", "a").replace(".", "a").isalnum()
        found[name if named and "/" not in name else "table"] = file if named else one
    return found


def settings_of(given: list[str], spec: type[Any]) -> dict[str, Any]:
    """`key=value` pairs as nested settings; every pair that is none is told at once."""
    problems, found = [], dict[str, Any]()
    for one in given:
        key, equals, text = one.partition("=")
        if not equals or not key:
            problems.append(Problem(f"--set {key}", "is not key=value.", "write --set key=value."))
            continue
        here = found
        *path, last = key.split(".")
        for part in path:
            here = here.setdefault(part, {})
        many = not path and "tuple" in str(getattr(spec.model_fields.get(key), "annotation", ""))
        here[last] = value_of(text, many=many)
    if problems:
        raise ProjectError.of(problems)
    return found


def value_of(text: str, *, many: bool) -> Any:
    """A value as TOML has it, a comma list where the setting takes several, else plain text."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = [part.strip() for part in text.split(",")] if many else text
    return [value] if many and not isinstance(value, list) else value
