"""How is a map of flows drawn? Boxes and arrows as one SVG, for a desk, a phone, or a printer.

At a desk data flow from left to right; on a phone from top to bottom. What a colour says, a word
says too. The picture carries its own title and description.
"""

import hashlib
import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.result import words
from joinedup.result.document import Box, Flow, State

WIDE, NARROW = 960, 340
LINE, PAD, GAP, HEAD = 20, 12, 16, 34
LETTER = 6.6
SHARE, BETWEEN = 0.29, 0.065  # of the width: a column, and the space beside it
FONT = "Arial, Helvetica, sans-serif"
INK, EDGE, FILL, GREY = "#0b0c0c", "#12436d", "#f4f8fb", "#484949"
STATES: dict[State, tuple[str, str]] = {
    "yes": ("#0f7a52", "ready"),
    "partly": ("#8a4f00", "in force, not delivered"),
    "no": ("#942727", "agreement not in force"),
    "not needed": (GREY, "not needed"),
}
COLUMNS = ("Who sends", "Where it is joined", "Who sees results")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box with its place and its lines as they will stand."""

    box: Box
    x: float
    y: float
    width: float
    lines: tuple[tuple[str, str], ...]

    @property
    def height(self) -> float:
        return len(self.lines) * LINE + 2 * PAD

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def svg(flow: Flow, *, width: int = WIDE) -> str:
    """The map as one `<svg role="img">` with a title and a description; ids of its own."""
    placed, height = _wide(flow, width) if width >= WIDE else _narrow(flow, width)
    mark = "f" + hashlib.sha256(f"{width}{flow}".encode()).hexdigest()[:10]
    heads = _heads(width) if width >= WIDE else ""
    arrows = "".join(_arrow(placed, *ends, mark=mark, wide=width >= WIDE) for ends in flow.arrows)
    boxes = "".join(_box(one) for one in placed.values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{mark}t {mark}d" '
        f'viewBox="0 0 {width} {height:.0f}" width="100%" '
        f'style="max-width:{width}px;height:auto" font-family="{FONT}" font-size="15">'
        f'<title id="{mark}t">{_text(flow.title)}</title>'
        f'<desc id="{mark}d">{_text(flow.description)}</desc>'
        f'<defs><marker id="{mark}h" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z" fill="{EDGE}"/></marker></defs>'
        f'<rect width="{width}" height="{height:.0f}" fill="#ffffff"/>'
        f"{heads}{arrows}{boxes}</svg>"
    )


def _wide(flow: Flow, width: int) -> tuple[dict[str, _Placed], float]:
    """Three columns; the shorter ones stand in the middle of the tallest."""
    share, space = width * SHARE, width * BETWEEN
    columns = {
        number: [
            _sized(box, number * (share + space), share)
            for box in flow.boxes
            if box.column == number
        ]
        for number in range(3)
    }
    heights = {
        number: sum(one.height + GAP for one in boxes) - GAP for number, boxes in columns.items()
    }
    tallest = max(heights.values())
    placed: dict[str, _Placed] = {}
    for number, boxes in columns.items():
        y = HEAD + (tallest - heights[number]) / 2
        for one in boxes:
            placed[one.box.id] = _Placed(one.box, one.x, y, one.width, one.lines)
            y += one.height + GAP
    return placed, HEAD + tallest + 4


def _narrow(flow: Flow, width: int) -> tuple[dict[str, _Placed], float]:
    """One column, from senders to readers, with a lane on the left for the arrows."""
    lane, y = 22.0, 4.0
    placed: dict[str, _Placed] = {}
    for box in sorted(flow.boxes, key=lambda one: one.column):
        one = _sized(box, lane, width - lane - 4)
        placed[box.id] = _Placed(box, lane, y, one.width, one.lines)
        y += one.height + GAP
    return placed, y


def _sized(box: Box, x: float, width: float) -> _Placed:
    letters = int((width - 2 * PAD) / LETTER)
    lines = [(text, "name") for text in textwrap.wrap(box.name, int(letters * 0.9))]
    for text in box.lines:
        broken = textwrap.wrap(text, letters, subsequent_indent="  ")
        lines += [(part, "line") for part in broken]
    if box.state is not None:
        lines.append((STATES[box.state][1], "state"))
    return _Placed(box, x, 0.0, width, tuple(lines))


def _heads(width: int) -> str:
    share, space = width * SHARE, width * BETWEEN
    return "".join(
        f'<text x="{number * (share + space):.1f}" y="18" fill="{GREY}" font-weight="700">'
        f"{_text(name)}</text>"
        for number, name in enumerate(COLUMNS)
    )


def _box(one: _Placed) -> str:
    state = one.box.state
    edge = STATES[state][0] if state is not None else EDGE
    dash = ' stroke-dasharray="6 4"' if state in {"no", "partly"} else ""
    size = f'width="{one.width - 2:.1f}" height="{one.height:.1f}"'
    look = f'fill="{FILL}" stroke="{edge}" stroke-width="2"{dash}'
    parts = [f'<rect x="{one.x + 1:.1f}" y="{one.y:.1f}" {size} {look}/>']
    for number, (text, kind) in enumerate(one.lines):
        y = one.y + PAD + number * LINE + 14
        weight = ' font-weight="700"' if kind != "line" else ""
        colour = edge if kind == "state" else INK
        indent = (len(text) - len(text.lstrip())) * LETTER
        parts.append(
            f'<text x="{one.x + PAD + indent:.1f}" y="{y:.1f}" fill="{colour}"{weight}>'
            f"{_text(text.strip())}</text>"
        )
    return "".join(parts)


def _arrow(placed: dict[str, _Placed], start: str, end: str, *, mark: str, wide: bool) -> str:
    a, b = placed[start], placed[end]
    if wide:
        x1, y1, x2 = a.x + a.width, a.middle, b.x - 2
        y2 = _landing(placed, a, b)
        half = (x1 + x2) / 2
        path = f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    else:
        lane = 8 if a.box.column == 0 else 14
        path = (
            f"M{a.x:.1f} {a.middle:.1f}H{lane}V{b.middle + (6 if a.box.column else -6):.1f}"
            f"H{b.x - 2:.1f}"
        )
    return (
        f'<path d="{path}" fill="none" stroke="{EDGE}" stroke-width="2" '
        f'marker-end="url(#{mark}h)"/>'
    )


def _landing(placed: dict[str, _Placed], a: _Placed, b: _Placed) -> float:
    """Where an arrow meets its end: spread over the box's side, in the order of the starts."""
    same = [one for one in placed.values() if one.box.column == a.box.column]
    if len(same) == 1 or b.box.column != 1:
        return b.middle
    order: Sequence[_Placed] = sorted(same, key=lambda one: one.middle)
    step = (b.height - 2 * PAD) / (len(order) + 1)
    return b.y + PAD + (order.index(a) + 1) * step


def _text(text: str) -> str:
    return html.escape(words.printable(" ".join(text.split())), quote=True)
