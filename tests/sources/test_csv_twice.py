"""The fast reader of CSV and the careful one give the same rows, lines and faults."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from visit_files import held

from joinedup.core.vocabulary import Layout
from joinedup.sources.formats import blocks, csv, encoded

CELLS = st.text(alphabet='ab",\r\n; é|0', max_size=6)
ENDS = st.sampled_from(["\r\n", "\n", "\n\n", "\r"])


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


@st.composite
def files(draw):
    """Mostly right files, with ragged rows, and now and then a quote where none may be."""
    lines = ["a,b,c" + draw(ENDS)]
    for _ in range(draw(st.integers(0, 12))):
        width = 3 if draw(st.integers(0, 9)) else draw(st.integers(0, 4))
        cells = [draw(CELLS) for _ in range(width)]
        right = draw(st.integers(0, 9)) > 0
        shown = [quoted(c) if right and set(c) & set('",\r\n') else c for c in cells]
        lines.append(",".join(shown) + draw(ENDS if draw(st.integers(0, 9)) == 0 else NEWLINE))
    return "".join(lines)


NEWLINE = st.sampled_from(["\n", "\r\n"])


def told(path, layout):
    """Everything a reader says: rows with their lines, ragged lines, and faults."""
    raw = csv.open_raw(held(path), layout)
    rows = [
        (int(line), tuple(row.values()))
        for chunk in raw.chunks(["c", "a"])
        for line, row in zip(chunk.lines, chunk.rows.to_pylist(), strict=True)
    ]
    return rows, raw.ragged, raw.faults


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=files(),
    size=st.sampled_from([3, 7, 16, 50, 4000]),
    footer_rows=st.integers(0, 2),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"]),
    quote=st.sampled_from(['"', '"', ""]),
)
@example(text="a,b,c\n\n\n1,2\n1,2,3\n", size=4000, footer_rows=0, encoding="utf-8", quote='"')
@example(text="a,b,c\n1,2,3\n\n\n4,5\n\n", size=9, footer_rows=1, encoding="utf-8", quote='"')
@example(text='a,b,c\n1,"2"x,3\n', size=4000, footer_rows=0, encoding="utf-8", quote='"')
@example(
    text='a,b,c\n1,5" pipe,3\n2,6" pipe,"4\n', size=7, footer_rows=1, encoding="utf-8", quote='"'
)
def test_both_readers_tell_the_same(tmp_path, text, size, footer_rows, encoding, quote):  # noqa: PLR0917
    path = tmp_path / "visits.csv"
    path.write_bytes(text.encode(encoding))
    layout = Layout(
        format="csv",
        file="*",
        encoding=encoding,
        footer_rows=footer_rows,
        final_newline=False,
        quote=quote,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoded, "BLOCK_BYTES", size)
        fast = told(path, layout)
        patch.setattr(csv, "_parts", lambda sheet: iter([blocks.Rest(sheet.head.lines + 1)]))
        assert told(path, layout) == fast


def test_a_well_formed_file_is_read_fast_throughout(tmp_path, monkeypatch):
    path = tmp_path / "visits.csv"
    path.write_text('a,b,c\r\n1,"x\r\n""y"", z",3\r\n\r\n4,,6\r\n', newline="")
    monkeypatch.setattr(csv, "_careful", lambda *_, **__: pytest.fail("read by the slow reader"))
    rows, ragged, faults = told(path, Layout(format="csv", file="*"))
    assert rows == [(2, ("3", "1")), (5, ("6", "4"))]
    assert not ragged
    assert not faults
