"""Is every planted fact there, in the size that the truth folder states?

One town is made for all tests. A fact is looked for as an analyst would, in the registers, and must
lie within four standard errors of what was planted: a right program fails one such comparison in
sixteen thousand. The seed is fixed, so it fails always or never.
"""

import numpy as np
import pyarrow as pa
import pytest

from joinedup.stats.logistic import fit_logistic
from joinedup.town import (
    benefit,
    days,
    housing,
    inspections,
    repairs,
    safety,
    visits,
)
from joinedup.town.days import NEVER
from joinedup.town.holidays import bank_holidays
from joinedup.town.register import live_on
from joinedup.town.registers import happen
from joinedup.town.world import build

PEOPLE = 30_000
SEED = 11
FAR = 4.0
"""Standard errors."""
LICENSING = days.day(2024, 4, 1)


@pytest.fixture(scope="module")
def world():
    return build(PEOPLE, SEED)


@pytest.fixture(scope="module")
def town(world):
    return happen(world, SEED)


@pytest.fixture(scope="module")
def facts(town):
    return town.truth.facts


@pytest.fixture(scope="module")
def counts(town):
    attended = town.registers["ae_attendances"]
    later = attended.person[attended.opened >= visits.FOLLOWED]
    trial = town.truth.tables["trial"]
    person = column(trial, "person")
    return trial, np.bincount(later, minlength=person.max() + 1)[person].astype(float)


@pytest.fixture(scope="module")
def rowdy(world, town):
    register = town.registers["police_incidents"]
    asb = texts(register, "category") == safety.ASB
    ward = world.areas.oa_ward[register.columns["oa"][asb]]
    return register.opened[asb], world.areas.ward_selective_from[ward] != NEVER


def column(table: pa.Table, name: str) -> np.ndarray:
    return table[name].to_numpy(zero_copy_only=False)


def texts(register, name: str) -> np.ndarray:
    return np.array(register.columns[name].to_pylist())


def poisson(design: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and standard errors of a Poisson regression, by Newton's method."""
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(count.mean())
    for _ in range(50):
        mean = np.exp(design @ beta)
        curvature = (design.T * mean) @ design
        beta = beta + np.linalg.solve(curvature, design.T @ (count - mean))
    return beta, np.sqrt(np.diag(np.linalg.inv(curvature)))


class TestUnlicensedHomes:
    """F1."""

    def test_the_factors_are_what_the_registers_show(self, town):
        rows = town.truth.tables["hmo"]
        day = int(housing.REFS[-1])
        rows = rows.filter(pa.compute.equal(rows["day"], day))
        home = column(rows, "home")
        accounts, claims = town.registers["council_tax"], town.registers["housing_benefit"]
        recent = (accounts.opened > day - 730) & (accounts.opened <= day)
        changes = np.bincount(accounts.home[recent], minlength=home.max() + 1)[home]
        claiming = np.isin(home, claims.home[live_on(claims, day)])
        live = live_on(accounts, day)
        owing = np.isin(home, accounts.home[live][accounts.columns["arrears"][live] > 50_000])
        assert np.array_equal(changes >= 2, column(rows, "several_liability_changes") == 1)
        assert np.array_equal(claiming, column(rows, "benefit_claim") == 1)
        assert np.array_equal(owing, column(rows, "arrears_over_500") == 1)

    @pytest.mark.parametrize("day", housing.REFS.tolist())
    def test_a_refit_gives_the_planted_coefficients(self, town, day):
        rows = town.truth.tables["hmo"]
        rows = rows.filter(pa.compute.equal(rows["day"], day))
        names = list(housing.COEFFICIENTS)
        factors = np.stack([column(rows, name) for name in names], axis=1)
        outcome = column(rows, "unlicensed").astype(float)
        # Left out: what no unlicensed home has, so that its coefficient could be anything.
        used = (outcome[:, None] * (factors > 0)).sum(axis=0) > 0
        assert used.sum() >= len(names) - 1
        fit = fit_logistic(factors[:, used], outcome, penalty=np.zeros(used.sum()))
        planted = np.array([housing.INTERCEPT, *np.array([*housing.COEFFICIENTS.values()])[used]])
        found = np.array([fit.intercept, *fit.coefficients])
        assert (np.abs(found - planted) < FAR * np.sqrt(np.diag(fit.covariance))).all()

    def test_there_are_enough_to_be_found(self, facts):
        assert min(facts["F1"]["unlicensed"]) >= 50
        shares = np.array(facts["F1"]["unlicensed"]) / facts["F1"]["homes"]
        assert ((shares > 0.03) & (shares < 0.10)).all()

    def test_no_home_holds_a_licence_while_it_is_unlicensed(self, town):
        rows, licences = town.truth.tables["hmo"], town.registers["hmo_licences"]
        day = int(housing.REFS[-1])
        licensed_on = column(rows, "licensed_on")
        without = (
            (column(rows, "day") == day)
            & column(rows, "unlicensed")
            & ((licensed_on == NEVER) | (licensed_on > days.MONTH_ENDS[0]))
        )
        held = licences.home[live_on(licences, days.MONTH_ENDS[0])]
        assert not np.isin(column(rows, "home")[without], held).any()


class TestBiasedInspections:
    """F2."""

    def test_nine_in_ten_follow_a_complaint(self, town):
        reason = texts(town.registers["housing_inspections"], "reason")
        complaint, proactive = (reason == "Complaint").sum(), (reason == "Proactive").sum()
        assert abs(proactive / (complaint + proactive) - 0.1) < 0.01

    def test_what_inspections_find_after_complaints_is_far_above_the_true_share(self, town, facts):
        visits_made = town.registers["housing_inspections"]
        after = texts(visits_made, "reason") == "Complaint"
        found = texts(visits_made, "finding")[after] == "Unlicensed HMO"
        error = np.sqrt(found.mean() * (1 - found.mean()) / found.size)
        assert found.mean() - facts["F2"]["true_share_of_private_homes"] > FAR * error

    def test_proactive_visits_find_the_true_share(self, town, facts):
        visits_made = town.registers["housing_inspections"]
        even = texts(visits_made, "reason") == "Proactive"
        found = texts(visits_made, "finding")[even] == "Unlicensed HMO"
        true = facts["F2"]["true_share_of_private_homes"]
        expected = true * inspections.SENSITIVITY + (1 - true) * (1 - inspections.SPECIFICITY)
        assert abs(found.mean() - expected) < FAR * np.sqrt(expected * (1 - expected) / found.size)

    def test_complaints_fall_with_deprivation_and_other_languages(self, world, town):
        areas, homes = world.areas, world.homes
        begin = int(housing.REFS[-1])
        rows = town.truth.tables["hmo"]
        rows = rows.filter(pa.compute.equal(rows["day"], begin))
        home = column(rows, "home")
        complaints = town.registers["housing_complaints"]
        count = np.bincount(complaints.home[complaints.opened >= begin], minlength=len(homes.uprn))
        decile = areas.lsoa_deprivation[areas.oa_lsoa[homes.oa]]
        here = world.stays.to_day == NEVER
        oa = homes.oa[world.stays.home[here]]
        other = world.people.language[world.stays.person[here]] != inspections.ENGLISH
        share = (np.bincount(oa, other) / np.bincount(oa))[homes.oa[home]]
        unlicensed, hmo = column(rows, "unlicensed"), column(rows, "hmo")
        design = np.stack(
            [np.ones(len(home)), decile[home], share, unlicensed, hmo & ~unlicensed], axis=1
        )
        beta, error = poisson(design, count[home])
        planted = np.array([inspections.BY_DECILE, inspections.BY_LANGUAGE])
        assert (np.abs(beta[1:3] - planted) < FAR * error[1:3]).all()


class TestRepairs:
    """F3."""

    def test_a_poisson_refit_gives_the_planted_demand(self, town):
        jobs = town.registers["housing_repairs"]
        day = np.arange(days.START, days.END + 1)
        count = np.bincount(jobs.opened - days.START, minlength=len(day))
        date = day.astype("datetime64[D]")
        of_year = (date - date.astype("datetime64[Y]")).astype(int)
        turn = 2 * np.pi * (of_year - repairs.PEAK) / 365.25
        weekday = (day + 3) % 7
        design = np.column_stack(
            [
                np.ones(len(day)),
                date >= np.datetime64("2025-04-01"),
                (day - days.START) / 365.25,
                np.cos(turn),
                np.sin(turn),
                np.isin(day, list(bank_holidays())),
                weekday[:, None] == np.arange(1, 7),
            ]
        ).astype(float)
        beta, error = poisson(design, count)
        week = np.log(np.array(repairs.WEEKDAY[1:]) / repairs.WEEKDAY[0])
        planted = [np.log(1.25), repairs.TREND, repairs.SEASON, 0, np.log(0.45), *week]
        assert (np.abs(beta[1:] - planted) < FAR * error[1:]).all()
        assert error[1] < 0.05  # so that a step of 1.25 is not mistaken for none

    def test_the_truth_has_every_day_and_its_count(self, town):
        demand = town.truth.tables["demand"]
        jobs = town.registers["housing_repairs"]
        assert demand.num_rows == days.END - days.START + 1
        assert column(demand, "count").sum() == len(jobs)


class TestUnseen:
    """F4."""

    LISTS = ("outreach_contacts", "hostel_stays", "homelessness_applications")

    def test_the_overlap_of_the_lists_is_the_true_pattern(self, town, facts):
        number = facts["F4"]["sleepers"]
        on = np.zeros((number, 3), int)
        for at, name in enumerate(self.LISTS):
            on[town.registers[name].columns["sleeper"], at] = 1
        patterns = np.bincount(on @ [4, 2, 1], minlength=8)
        assert patterns.tolist() == list(facts["F4"]["patterns"].values())
        assert patterns[0] == facts["F4"]["unseen"] > 0
        assert number == town.truth.tables["unseen"].num_rows == max(120, round(PEOPLE / 250))

    def test_outreach_and_hostels_share_more_people_than_by_chance(self, facts):
        n = facts["F4"]["patterns"]
        both, first = n["110"] + n["111"], n["100"] + n["101"]
        second, neither = n["010"] + n["011"], n["000"] + n["001"]
        error = np.sqrt(sum(1 / cell for cell in (both, first, second, neither)))
        found = np.log(both * neither / (first * second))
        assert abs(found - np.log(facts["F4"]["odds_ratio_first_two"])) < FAR * error

    def test_nobody_on_the_lists_is_a_person_with_a_home(self, town):
        assert all((town.registers[name].person == -1).all() for name in self.LISTS)


class TestHomeSafetyVisits:
    """F5."""

    @staticmethod
    def contrast(count, treated):
        """Log rate ratio and its standard error, robust to frailty between people."""
        one, other = count[treated], count[~treated]
        spread = sum(part.var() / part.size / part.mean() ** 2 for part in (one, other))
        return np.log(one.mean() / other.mean()), np.sqrt(spread)

    def test_the_lot_shows_no_effect(self, counts):
        trial, count = counts
        random = column(trial, "random")
        found, error = self.contrast(count[random], column(trial, "assigned")[random])
        assert abs(found) < FAR * error

    def test_comparing_visited_with_not_visited_shows_harm(self, counts):
        trial, count = counts
        found, error = self.contrast(count, column(trial, "visited"))
        assert found > FAR * error

    def test_half_of_the_eligible_are_in_the_trial_and_half_of_those_assigned(self, facts):
        fact = facts["F5"]
        assert abs(2 * fact["in_trial"] - fact["eligible"]) <= 1
        assert abs(2 * fact["assigned_in_trial"] - fact["in_trial"]) <= 1

    def test_who_was_visited_is_in_the_register(self, town):
        trial, register = town.truth.tables["trial"], town.registers["home_safety_visits"]
        inside = register.person[texts(register, "outcome") == "Visited"]
        assert np.isin(column(trial, "person")[column(trial, "visited")], inside).all()


class TestSelectiveLicensing:
    """F6."""

    def test_the_difference_in_differences_is_three_quarters(self, rowdy):
        day, treated = rowdy
        after = day >= LICENSING
        cells = np.array(
            [(a & b).sum() for a in (treated, ~treated) for b in (after, ~after)], float
        )
        found = np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3])
        error = np.sqrt((1 / cells).sum())
        assert abs(found - np.log(0.75)) < FAR * error
        assert error < 0.06  # so that 0.75 is not mistaken for no change

    def test_wards_move_in_parallel_before(self, rowdy):
        day, treated = rowdy
        before = day < LICENSING
        since = (day[before] - day[before].mean())[:, None] / 365.25
        fit = fit_logistic(since, treated[before].astype(float), penalty=np.zeros(1))
        assert abs(fit.coefficients[0]) < FAR * np.sqrt(fit.covariance[1, 1])

    def test_half_of_the_wards_license(self, world):
        wards = len(world.areas.ward_code)
        assert (world.areas.ward_selective_from != NEVER).sum() == wards // 2

    def test_no_incident_lies_outside_its_output_area_by_much(self, world, town):
        register = town.registers["police_incidents"]
        oa = register.columns["oa"]
        for name in ("easting", "northing"):
            metres = getattr(world.homes, name)
            low = np.full(len(world.areas.oa_code), np.inf)
            high = -low
            np.minimum.at(low, world.homes.oa, metres)
            np.maximum.at(high, world.homes.oa, metres)
            assert (register.columns[name] >= low[oa] - 0.1).all()
            assert (register.columns[name] <= high[oa] + 0.1).all()


class TestTakeUp:
    """F7."""

    def test_claimants_are_the_eligible_who_claim(self, town, facts):
        claims = town.registers["housing_benefit"]
        live = live_on(claims, days.END)
        eligible = town.truth.tables["eligible"]
        claiming = column(eligible, "home")[column(eligible, "claims")]
        assert sorted(claiming) == sorted(claims.home[live])
        assert facts["F7"]["not_claiming"] == eligible.num_rows - len(live)

    def test_take_up_is_72_in_100(self, facts):
        share = facts["F7"]["claiming"] / facts["F7"]["eligible"]
        assert abs(share - 0.72) < FAR * np.sqrt(0.72 * 0.28 / facts["F7"]["eligible"])

    def test_the_rule_holds_for_every_claim(self, town):
        claims = town.registers["housing_benefit"]
        size = claims.columns["household_size"].astype(int)
        limit = benefit.FIRST_ADULT + benefit.EACH_OTHER * (size - 1)
        assert (claims.columns["weekly_income"] < limit).all()


class TestCluster:
    """F8."""

    def test_the_excess_is_inside_the_disc_and_window_and_nowhere_else(self, town, facts):
        fact, fires = facts["F8"], town.registers["fire_incidents"]
        place = np.stack([fires.columns["easting"], fires.columns["northing"]])
        centre = np.array([[fact["easting"]], [fact["northing"]]])
        away = np.hypot(*(place - centre))
        window = (fires.opened >= fact["from_day"]) & (
            fires.opened < fact["from_day"] + fact["days"]
        )
        inside = (away <= fact["radius_m"]) & window
        assert fact["extra_fires"] <= inside.sum() <= 1.3 * fact["extra_fires"]
        most = 0
        for one in np.flatnonzero(away > 2 * fact["radius_m"]):
            near = np.hypot(*(place - place[:, [one]])) <= fact["radius_m"]
            soon = (fires.opened >= fires.opened[one]) & (fires.opened < fires.opened[one] + 60)
            most = max(most, int((near & soon).sum()))
        assert 0 < most < fact["extra_fires"] / 3

    def test_the_truth_names_fires_of_the_register(self, town):
        refs = town.registers["fire_incidents"].ref.to_pylist()
        assert set(town.truth.tables["cluster"]["ref"].to_pylist()) <= set(refs)
