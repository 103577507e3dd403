"""The caps on one file: each refuses what is above it, by name and soon, and nothing else."""

import os
import zipfile
from dataclasses import fields

import pytest
from visit_files import CANARY, FORMATS, HEADER, ROWS, visits, write

from joinedup.core.errors import DeliveryError
from joinedup.core.limits import CAPS, Limits, told
from joinedup.sources import Given, opened, read

AGREED = ("visit", "postcode", "seen_on")
UNASKED = ("memory_bytes", "temp_bytes", "cpu_seconds", "wall_seconds")
"""Caps on the process, which `test_child` asks for."""
SLACK_BYTES = 160 << 10
"""Of small files a buffer or two is read whole: what is sniffed, the header, the first block."""
every_format = pytest.mark.parametrize("kind", FORMATS)


def dataset(kind):
    return visits(kind, ignored=("geometry",) if kind == "geojson" else ())


def rows(count):
    return [(n, "B1 1BB", None, CANARY) for n in range(count)]


def refused(path, **limits):
    with pytest.raises(DeliveryError) as caught:
        read(path, dataset(path.suffix[1:]), AGREED, limits=Limits(**limits))
    assert CANARY not in str(caught.value)
    (name,) = limits
    assert f"({name})" in str(caught.value)
    assert f"raise {name} under [limits] in office.toml" in str(caught.value)
    return str(caught.value)


def test_every_cap_is_described_and_is_a_whole_number_above_0():
    assert {one.name for one in fields(Limits)} == set(CAPS)
    assert all(getattr(Limits(), name) > 0 for name in CAPS)
    for name in CAPS:
        with pytest.raises(ValueError, match=f"{name} must be at least 1"):
            Limits(**{name: 0})


def test_every_cap_has_a_test():
    here = {name.removeprefix("test_cap_") for name in globals() if name.startswith("test_cap_")}
    assert here | set(UNASKED) == set(CAPS)


@every_format
def test_cap_upload_bytes(tmp_path, kind):
    path = write(tmp_path, kind)
    size = path.stat().st_size
    assert read(path, dataset(kind), AGREED, limits=Limits(upload_bytes=size)).rows == 3
    assert f"the file has {told('upload_bytes', size)}" in refused(path, upload_bytes=size - 1)


@every_format
def test_cap_rows(tmp_path, kind):
    path = write(tmp_path, kind)
    assert read(path, dataset(kind), AGREED, limits=Limits(rows=3)).rows == 3
    assert "3 rows" in refused(path, rows=2)


@every_format
def test_cap_columns(tmp_path, kind):
    path = write(tmp_path, kind)
    width = len(HEADER) + (kind == "geojson")
    assert read(path, dataset(kind), AGREED, limits=Limits(columns=width)).rows == 3
    assert f"{width} columns" in refused(path, columns=width - 1)


@every_format
def test_cap_cell_bytes(tmp_path, kind):
    path = write(tmp_path, kind, [*ROWS, (4, "B" * 2_000, None, "x")])
    wide = dataset(kind)
    if kind == "fixed":
        path.write_text("".join(f"{'x' * 30}{'B' * 2_000}\r\n" for _ in "ab"))
        wide = visits("fixed", widths={"visit": (1, 30), "post_code": (31, 2_030)}, header_rows=0)
    assert "cell_bytes" in refused_wide(path, wide, Limits(cell_bytes=1_000))
    try:
        read(path, wide, ("postcode",), limits=Limits(cell_bytes=2_500))
    except DeliveryError as error:
        assert "cell_bytes" not in str(error)  # noqa: PT017 - another reason may hold


def refused_wide(path, wide, limits):
    with pytest.raises(DeliveryError) as caught:
        read(path, wide, ("visit", "postcode"), limits=limits)
    text = str(caught.value)
    return "cell_bytes" if "a field of more than 1,000 bytes" in text else text


@pytest.mark.parametrize("kind", ["csv", "fixed", "jsonl"])
def test_cap_line_bytes(tmp_path, kind):
    path = write(tmp_path, kind)
    longest = max(map(len, path.read_text().splitlines()))
    assert read(path, dataset(kind), AGREED, limits=Limits(line_bytes=longest + 1)).rows == 3
    whole = path.read_text()
    path.write_text(whole.replace("\n", " " * 99 + "\n", 2))
    assert f"; the cap is {longest + 1} bytes" in refused(path, line_bytes=longest + 1)
    path.write_text(whole + "x" * 900_000)
    assert "line " in refused(path, line_bytes=800_000)


@pytest.mark.parametrize("kind", ["json", "jsonl", "geojson", "xml", "ods"])
def test_cap_depth(tmp_path, kind):
    path = write(tmp_path, kind)
    if kind == "jsonl":
        path.write_text(path.read_text().replace('"x"', '{"a": {"b": {"c": 1}}}'))
    deep = {"ods": 7, "geojson": 4, "jsonl": 4, "json": 2}.get(kind, 3)
    assert f"nested more than {deep - 1} deep" in refused(path, depth=deep - 1)
    try:
        read(path, dataset(kind), AGREED, limits=Limits(depth=deep))
    except DeliveryError as error:
        assert "depth" not in str(error)  # noqa: PT017 - another reason may hold


@pytest.mark.parametrize("kind", ["xlsx", "ods", "parquet"])
def test_cap_ratio(tmp_path, kind):
    note = CANARY * 4_000_000
    path = write(tmp_path, kind if kind != "xlsx" else "ods")
    if kind == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {name: [1] for name in HEADER} | {"post_code": [note]}
        pq.write_table(pa.table(columns), path, compression="zstd", use_dictionary=False)
    else:
        path = write(tmp_path, kind)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("more.xml", note)
    assert "times its size" in refused(path, ratio=2)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_cap_members(tmp_path, kind):
    path = write(tmp_path, kind)
    with zipfile.ZipFile(path) as archive:
        count = len(archive.namelist())
    assert read(path, dataset(kind), AGREED, limits=Limits(members=count)).rows == 3
    assert f"lists {count} parts" in refused(path, members=count - 1)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_cap_unpacked_bytes(tmp_path, kind):
    path = write(tmp_path, kind)
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    assert read(path, dataset(kind), AGREED, limits=Limits(unpacked_bytes=size)).rows == 3
    assert "says that it unpacks to" in refused(path, unpacked_bytes=size - 1)


def test_the_rows_of_a_list_that_lies_about_its_length_are_counted_as_they_come(tmp_path):
    path = write(tmp_path, "xlsx")
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    path.write_bytes(data[: end + 8] + b"\1\0\1\0" + data[end + 12 :])
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) > 1
    assert "parts" in refused(path, members=1)


@pytest.fixture
def bytes_read(monkeypatch):
    """How much of the file was read, all readings together."""
    read_so_far = [0]
    real = os.preadv

    def counted(*arguments):
        count = real(*arguments)
        read_so_far[0] += count
        return count

    monkeypatch.setattr(os, "preadv", counted)
    return read_so_far


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("case", ["csv", "csv quoted", "fixed", "geojson", "json", "jsonl", "xml"])
def test_a_file_over_the_cap_of_rows_is_refused_after_little_more_than_the_cap_was_read(
    tmp_path, bytes_read, case
):
    within, over = 20_000, 100_000
    path = write(tmp_path, case.split()[0], rows(over))
    if case == "csv quoted":
        path.write_text(path.read_text().replace("B1 1BB", '"B1,\n1BB"'))
    size = path.stat().st_size * within / over
    refused(path, rows=within)
    assert bytes_read[0] <= 1.1 * size + SLACK_BYTES


@pytest.mark.usefixtures("in_this_process")
@every_format
def test_a_file_over_the_cap_of_bytes_is_refused_before_it_is_read(tmp_path, bytes_read, kind):
    refused(write(tmp_path, kind), upload_bytes=10)
    assert bytes_read[0] == 0


def test_no_more_is_read_of_a_file_than_it_held_when_it_was_opened(tmp_path):
    path = tmp_path / "growing.csv"
    path.write_bytes(b"visit\n1\n")
    with opened(path) as given:
        path.write_bytes(b"visit\n1\n2\n")
        with given.open("rb") as file:
            assert file.read() == b"visit\n1\n"
        assert given.mark()[0] == 10


def test_several_readings_of_a_file_do_not_move_one_another(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_bytes(bytes(range(200)))
    with opened(path) as given, given.open("rb") as one, given.open("rb") as other:
        assert one.read(3) == other.read(3) == b"\0\1\2"
        assert one.seek(-2, os.SEEK_END) == 198
        assert (one.read(), other.read(1), other.tell()) == (b"\xc6\xc7", b"\3", 4)
        with pytest.raises(OSError, match="before the beginning"):
            one.seek(-1)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path, make):
    path = tmp_path / "visits.csv"
    make(path)
    with pytest.raises(DeliveryError, match="there is no such file"):
        read(path, dataset("csv"), AGREED)
    with pytest.raises(DeliveryError, match="there is no such file"):
        read(tmp_path / "gone.csv", dataset("csv"), AGREED)


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    def forbidden(*_):
        raise PermissionError

    path = write(tmp_path, "csv")
    monkeypatch.setattr(os, "open", forbidden)  # root, who runs these tests here, may read all
    with pytest.raises(DeliveryError, match="may not be read"):
        read(path, dataset("csv"), AGREED)


def test_the_digest_is_made_again_only_if_the_file_changed(tmp_path, bytes_read):
    path = write(tmp_path, "csv")
    with opened(path) as given:
        first = given.digest()
        assert given.digest() == first
        assert bytes_read[0] == given.size
        path.write_bytes(path.read_bytes().replace(b"00714", b"00715"))
        os.utime(path, (1, 1))
        assert given.digest() != first
    assert isinstance(given, Given)
