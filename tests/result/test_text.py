from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from joinedup.result import text
from joinedup.result.blocks import Caution, Checks, Column, Estimate, Estimates, Prose, Table
from joinedup.result.model import Output, Result

GOLDEN = Path(__file__).parent / "golden"


def result(*blocks):
    return Result(method="try.it", headline="Found 3.", blocks=blocks)


def table(rows, *, columns=("name", "size"), **facts):
    kinds = {"size": "count"}
    made = tuple(Column(name=name, kind=kinds.get(name, "text")) for name in columns)
    return Table(title="A table", columns=made, rows=rows, about="groups", **facts)


def test_every_kind_of_block_reads_as_the_page_says(invented):
    want = (GOLDEN / "result.txt").read_text(encoding="utf-8")
    assert text.render(invented.result()) == want


def order_of(*found):
    said = text.render(result(*found))
    return sorted(("Caution", "Estimates", "Checks", "A table"), key=said.index)


ESTIMATES = Estimates(items=())
CHECKS = Checks(items=())
BLOCKS = (table((("a", 1),)), CHECKS, Caution(text="Mind."), ESTIMATES)


def test_numbers_cautions_and_checks_come_before_tables():
    assert order_of(*BLOCKS) == ["Estimates", "Caution", "Checks", "A table"]


def test_where_there_are_sections_only_cautions_leave_theirs():
    assert order_of(Prose(heading="One", text="a"), *BLOCKS) == [
        "Caution",
        "A table",
        "Checks",
        "Estimates",
    ]


def test_a_caution_of_two_steps_is_said_once():
    assert text.render(result(*BLOCKS, Caution(text="Mind."))).count("Mind.") == 1


def test_a_release_says_so_in_its_second_line(invented):
    assert (
        text.render(invented.release())
        .splitlines()[1]
        .startswith("Prepared to leave, for anyone. 3 numbers")
    )


def test_an_output_prints_as_its_result(invented):
    assert str(Output(result=invented.result())) == text.render(invented.result())


def test_a_long_table_says_how_many_rows_are_left_out():
    rows = tuple((f"row {number}", number) for number in range(30))
    said = text.render(result(table(rows)))
    assert "row 19" in said
    assert "row 20" not in said
    assert "… and 10 more rows" in said


def test_a_long_table_keeps_its_total():
    rows = (*((f"row {number}", number) for number in range(30)), ("All", 435))
    said = text.render(result(table(rows, total_row=True)))
    assert "row 18" in said
    assert "row 19" not in said
    assert "All" in said
    assert "… and 11 more rows" in said


def test_one_row_left_out_is_a_row():
    rows = tuple((f"row {number}", number) for number in range(21))
    assert "… and 1 more row\n" in text.render(result(table(rows)))


def test_columns_that_do_not_fit_are_named():
    names = tuple(f"column_{number}" for number in range(14))
    row = tuple("a long cell " * 3 for _ in names)
    said = text.render(result(table((row,), columns=names)))
    assert "Too wide to show here:" in said
    assert "Column 13" in said


def test_an_estimate_that_does_not_fit_goes_on_in_the_next_line():
    item = Estimate(
        name="a very long name " * 6, value=1.5, low=1.0, high=2.0, level=0.95, unit="days", n=10
    )
    lines = text.render(result(Estimates(items=(item,)))).splitlines()
    assert lines[-3].startswith("  ")
    assert "95 % interval 1.00 to 2.00 · rests on 10" in "\n".join(lines)


def test_nothing_in_the_data_can_steer_the_terminal():
    said = text.render(
        result(
            Caution(text="\x1b[2Jgone\u202e"),
            table((("a\x1b]0;b\x07\r", 1),)),
            Prose(text="\x9b1m"),
        )
    )
    assert not set(said) & set("\x1b\x07\x9b\r\u202e")


@given(st.lists(st.tuples(st.text(), st.text(), st.integers() | st.none())), st.text(), st.text())
def test_no_line_is_longer_than_100_columns(rows, title, words):
    wide = replace(table(tuple(rows), columns=("name", "note", "size")), title=title)
    said = text.render(result(wide, Prose(text=words, heading=title), Caution(text=words)))
    assert all(len(line) <= 100 for line in said.split("\n"))
