"""An agreement suspended at the command line stops what rests on it, and the ledger says why."""

import json


def moved(joinedup, to, reason="a wrong list was sent"):
    return joinedup("agree", "move", "visits", "--to", to, "--reason", reason)


def test_a_suspended_agreement_takes_no_file_until_it_is_live_again(signed, visits):
    assert moved(signed, "suspended").code == 0
    refused = signed("deliver", "visits", str(visits))
    assert refused.code == 30
    assert "it is suspended" in refused.err
    assert moved(signed, "live").code == 0
    assert signed("deliver", "visits", str(visits)).code == 0


def test_what_was_delivered_before_cannot_be_read_while_it_is_suspended(signed, visits):
    assert signed("deliver", "visits", str(visits)).code == 0
    assert moved(signed, "suspended").code == 0
    said = signed("run")
    assert said.code == 30
    assert "suspended" in said.err


def test_a_move_out_of_order_is_refused_with_the_lines_there_are(signed):
    said = moved(signed, "data destroyed")
    assert said.code == 30
    assert "from live it may go to under review or suspended or ended" in said.err


def test_nobody_signs_an_ended_agreement(signed):
    assert moved(signed, "ended").code == 0
    said = signed("agree", "sign", "visits", "--party", "council", "--by", "Anybody")
    assert said.code == 30


def test_show_tells_the_stage_and_the_ledger_the_reason(signed):
    assert json.loads(signed("agree", "show", "visits", "--json").out)["stage"] == "live"
    assert moved(signed, "suspended", "clause 2 was broken").code == 0
    assert json.loads(signed("agree", "show", "visits", "--json").out)["stage"] == "suspended"
    assert "clause 2 was broken" in signed("audit", "show", "--json").out
