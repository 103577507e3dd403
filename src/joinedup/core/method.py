"""What is a method? Four names in a module, and one card that says what it is.

A method's module holds `Spec` (a pydantic model), `reads(spec)`, `run(spec, access)` and `METHOD`,
the card below. The same card makes the Python function, `joinedup try`, a project step, the web
form and the reference page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

STANDARD = b"joinedup.standard"
"""In the metadata of a column that a method is asked to settle on: what it is declared to be."""
KEY = b"joinedup.key"
"""In the metadata of such a table: the column that names a row; empty if none does alone."""
Reads = Mapping[str, tuple[str, ...]]
"""Which columns of which tables: `{"derived.features": ("inspection", "has_past_critical")}`."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result comes from, so that it can be made again.

    Attributes:
        method: name of the method, such as `target.rank`.
        method_version: changes when the same inputs would give other numbers.
        settings: the whole spec, as plain JSON.
        inputs: table name to the digest of the version read.
        seed: of every random choice.
        software: `joinedup 0.1.0`.
        at: when it was run, ISO 8601, UTC.
        purpose: the purpose it was run for; empty on the bench.
        agreements: the agreements that let it read.
        step: the project step; empty on the bench.
        identity: digest of method, version, settings, inputs, and whether people are known in them
            by name or by tokens; the same is not run twice.
        status: `not for release` until a Release is made of it.
    """

    method: str
    method_version: str
    settings: Mapping[str, Any]
    inputs: Mapping[str, str]
    seed: int | None
    software: str
    at: str
    purpose: str = ""
    agreements: tuple[str, ...] = ()
    step: str = ""
    identity: str = ""
    status: str = "not for release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """The card of a method. Call it with frames and settings; it gives an Output.

    Attributes:
        name: room and verb, `target.rank`.
        summary: one line, what question it answers.
        spec: the pydantic model of its settings.
        reads: from settings to the columns it will read, asked before any data is touched.
        run: `run(spec, access) -> Output`.
        bench: how a call from Python gets its Access: `bench(method, arguments) -> Output`.
        assumptions: what must hold, a sentence each.
        reference: `doi:…` or the report it follows.
        trust: `trial` until its claims about uncertainty have a calibration test.
        where: `engine` if it runs inside the engine, `memory` if it pulls its columns out.
        version: changes when the same inputs would give other numbers.
        gives: output table name to its grain, in words.
        columns: output table name to its columns, where they are the same whatever is read: only
            such a table can be named in a definition.
        settle: for a method that finds out which column is which: `settle(spec, tables) -> spec`,
            asked before `reads`, on the bench with the tables, in a project with none of their
            rows but with what their datasets declare.
    """

    name: str
    summary: str
    spec: type[Any]
    reads: Callable[[Any], Reads]
    run: Callable[[Any, Any], Any]
    bench: Callable[["Method", Mapping[str, Any]], Any] = field(repr=False)
    assumptions: tuple[str, ...]
    reference: str
    trust: Literal["vetted", "trial"]
    where: Literal["engine", "memory"]
    version: str
    gives: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settle: Callable[[Any, Mapping[str, Any]], Any] | None = None

    def __call__(self, **arguments: Any) -> Any:
        return self.bench(self, arguments)


def offered(
    room: str, methods: Mapping[str, str], names: dict[str, Any]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a room: its methods by name, each imported when first asked.

    Args:
        room: the module's name.
        methods: method to the module that holds its card; no such module has a method's name, for
            an import would put it where the card is looked for.
        names: the module's globals; a card stays there.
    """

    def __getattr__(name: str) -> Any:  # noqa: N807 - it becomes the module's
        if name not in methods:
            message = f"module '{room}' has no attribute '{name}'"
            raise AttributeError(message)
        names[name] = import_module(methods[name]).METHOD
        return names[name]

    def __dir__() -> list[str]:  # noqa: N807 - as above
        return sorted({*names, *methods})

    return __getattr__, __dir__
