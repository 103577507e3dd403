"""Every byte, every row: whoever changes the log is found, at the first event that is not right."""

from pathlib import Path

import numpy as np
import pytest

from joinedup.records.home import transaction

LENGTH = 200
SEED = 20261128
QUICK, WHOLE = 1_000, 0
COLUMNS = ("seq", "at", "kind", "actor", "subject", "facts", "previous", "hash", "trace", "seal")
HASH, SEAL, PREVIOUS, FACTS = (
    COLUMNS.index(name) for name in ("hash", "seal", "previous", "facts")
)


@pytest.fixture
def log(sqlite_home):
    """Two hundred events as rows, how they end, and the keys of their seals."""
    from joinedup.records import checking, ledger, seals

    kinds = ("read", "run", "release")
    with transaction():
        ledger.append_all(
            [
                ledger.entry(kinds[n % 3], actor=f"p{n % 7}", subject=f"s{n}", facts={"n": n})
                for n in range(LENGTH)
            ]
        )
    return Log(list(ledger.rows(None)), checking._head(), seals.sealers(sqlite_home))


class Log:
    """Rows that can be spoiled, judged as `verify` judges what it reads."""

    def __init__(self, rows, head, keys):
        self.rows, self.head, self.keys = rows, head, keys

    def judged(self, rows, head=None):
        from joinedup.records.checking import judge

        return judge(iter(rows), ends=lambda: head or self.head, keys=self.keys, begun=True)

    def changed(self, number, column, value):
        """The rows with one cell changed."""
        spoiled = list(self.rows)
        row = list(spoiled[number - 1])
        row[column] = value
        spoiled[number - 1] = tuple(row)
        return spoiled

    def chained_anew(self, rows, first, sealer):
        """From `first` on every hash and link right again, as somebody without our key would do."""
        from joinedup.records.checking import Stands
        from joinedup.records.ledger import GENESIS, hashed

        done = list(rows[: first - 1])
        for row in rows[first - 1 :]:
            fields = dict(zip(COLUMNS, row, strict=True))
            fields |= {"seq": len(done) + 1, "previous": done[-1][HASH] if done else GENESIS}
            plain = {name: fields[name] for name in COLUMNS if name not in {"hash", "seal"}}
            fields["hash"] = hashed(plain)
            fields["seal"] = sealer.of_event(fields["hash"]) if sealer else ""
            done.append(tuple(fields[name] for name in COLUMNS))
        last = done[-1][HASH] if done else GENESIS
        seal = sealer.of_head(len(done), last) if sealer else ""
        return done, Stands(len(done), last, seal)


def flips(rows, rng, count):
    """Event, column and text with one bit of one byte flipped, in every byte if count is 0."""
    places = [
        (number, column, place)
        for number, row in enumerate(rows, 1)
        for column, value in enumerate(row)
        if column
        for place in range(len(value))
    ]
    chosen = rng.permutation(len(places))[: count or None]
    for index in chosen:
        number, column, place = places[index]
        text = bytearray(rows[number - 1][column].encode("ascii"))
        text[place] ^= 1 << int(rng.integers(0, 7))
        yield number, column, text.decode("ascii")


@pytest.mark.parametrize("count", [QUICK, pytest.param(WHOLE, marks=pytest.mark.deep)])
def test_a_flipped_bit_in_any_byte_of_the_log_is_found_at_its_event(log, count):
    assert log.judged(log.rows).ok
    rng = np.random.default_rng(SEED)
    for number, column, text in flips(log.rows, rng, count):
        verdict = log.judged(log.changed(number, column, text))
        assert (verdict.ok, verdict.first_bad) == (False, number), COLUMNS[column]


def edits(log, rng):
    number = int(rng.integers(1, LENGTH + 1))
    column = int(rng.integers(1, len(COLUMNS)))
    other = int(rng.integers(1, LENGTH + 1))
    value = log.rows[other - 1][column]
    expected = number if value != log.rows[number - 1][column] else None
    return log.changed(number, column, value), None, expected


def deletions(log, rng):
    first = int(rng.integers(1, LENGTH + 1))
    count = int(rng.integers(1, 6))
    return log.rows[: first - 1] + log.rows[first - 1 + count :], None, first


def insertions(log, rng):
    place, other = (int(one) for one in rng.integers(1, LENGTH + 1, 2))
    row = (place, *log.rows[other - 1][1:])
    return [*log.rows[: place - 1], row, *log.rows[place - 1 :]], None, None


def swaps(log, rng):
    one, other = sorted(int(n) for n in rng.choice(np.arange(1, LENGTH + 1), 2, replace=False))
    spoiled = list(log.rows)
    spoiled[one - 1] = (one, *log.rows[other - 1][1:])
    spoiled[other - 1] = (other, *log.rows[one - 1][1:])
    return spoiled, None, one


def truncations(log, rng):
    """The tail goes, with or without the head; the new head has no seal, or an older event's."""
    from joinedup.records.checking import Stands

    kept = int(rng.integers(0, LENGTH))
    rows = log.rows[:kept]
    last = rows[-1][HASH] if rows else "0" * 64
    seals = ["", log.head.seal, rows[-1][SEAL] if rows else ""]
    heads = [None, *(Stands(kept, last, seal) for seal in seals)]
    return rows, heads[int(rng.integers(0, 4))], kept + 1


def duplications(log, rng):
    number = int(rng.integers(1, LENGTH + 1))
    spoiled = [*log.rows[:number], log.rows[number - 1], *log.rows[number:]]
    return spoiled, None, number + 1


def resignings(log, rng):
    """An event is changed and all after it chained anew, under another key or none."""
    from joinedup.records.seals import Sealer

    number = int(rng.integers(1, LENGTH + 1))
    spoiled = log.changed(number, FACTS, '{"n":1000}')
    sealer = Sealer(rng.bytes(32)) if rng.integers(0, 2) else None
    rows, head = log.chained_anew(spoiled, number, sealer)
    return rows, head, number


DEEDS = (edits, deletions, insertions, swaps, truncations, duplications, resignings)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_a_thousand_tamperings_are_found_at_the_first_event_that_is_not_right(log, deed):
    rng = np.random.default_rng(SEED)
    for _ in range(1_000 // len(DEEDS) + 1):
        rows, head, expected = deed(log, rng)
        verdict = log.judged(rows, head)
        if rows == log.rows:
            assert verdict.ok
            continue
        assert not verdict.ok, deed.__name__
        if expected is not None:
            assert verdict.first_bad == expected, (deed.__name__, verdict)


def test_a_log_that_is_emptied_with_its_head_is_found(log):
    from joinedup.records.checking import Stands

    verdict = log.judged([], Stands(0, "0" * 64, ""))
    assert (verdict.ok, verdict.first_bad) == (False, 1)


def test_a_ledger_emptied_in_the_database_is_found_and_one_not_yet_begun_is_whole(log, tmp_path):
    from django.db import connection

    from joinedup.records import ledger
    from joinedup.records.home import connect

    with connection.cursor() as cursor:
        cursor.execute("drop trigger ledger_refuses_delete")
        cursor.execute("delete from records_ledgerevent")
        cursor.execute("update records_ledgerhead set seq = 0, hash = %s, seal = ''", ["0" * 64])
    assert log.head.seq == LENGTH
    assert ledger.verify().first_bad == 1
    connect(tmp_path / "other")
    assert ledger.verify().ok
    connection.close()


def test_a_whole_log_chained_anew_without_seals_is_found(log):
    rows, head = log.chained_anew(log.changed(1, FACTS, "{}"), 1, None)
    verdict = log.judged(rows, head)
    assert (verdict.ok, verdict.first_bad) == (False, 1)


def test_an_older_event_cannot_be_put_under_a_seal_of_another(log):
    """A seal fits one hash: no seal of one event serves another."""
    for number in (1, 57, LENGTH):
        seal = log.rows[(number + 10) % LENGTH][SEAL]
        assert log.judged(log.changed(number, SEAL, seal)).first_bad == number


def test_the_database_says_the_same_as_the_judge(log, sqlite_home):
    """One tampering of each kind done to the file itself, by somebody with all rights to it."""
    import sqlite3

    from django.db import connection

    from joinedup.records import ledger

    rng = np.random.default_rng(SEED + 1)
    file = Path(sqlite_home) / "records.sqlite3"
    connection.close()
    pristine = file.read_bytes()
    for deed in DEEDS:
        rows, head, _ = deed(log, rng)
        numbers = [row[0] for row in rows]
        if len(set(numbers)) < len(numbers) or rows == log.rows:
            continue  # the table itself takes no number twice
        file.write_bytes(pristine)
        with sqlite3.connect(file) as direct:
            for verb in ("update", "delete"):
                direct.execute(f"drop trigger ledger_refuses_{verb}")
            direct.execute("delete from records_ledgerevent")
            places = ", ".join("?" * len(COLUMNS))
            names = ", ".join(COLUMNS)
            direct.executemany(f"insert into records_ledgerevent ({names}) values ({places})", rows)
            if head is not None:
                direct.execute(
                    "update records_ledgerhead set seq = ?, hash = ?, seal = ?",
                    (head.seq, head.hash, head.seal),
                )
        direct.close()
        verdict, judged = ledger.verify(), log.judged(rows, head)
        assert (verdict.ok, verdict.first_bad) == (judged.ok, judged.first_bad), deed.__name__
        connection.close()
