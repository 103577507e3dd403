"""What does every organisation of the town know, by the end of its last day?

`happen` lets everything happen once: the registers, the businesses, and the truth that no register
shows. The columns a register carries, beside those every register has:

==========================  =====================================================================
council_tax                 band, title, start (day), liable_adults, discount, arrears (pence),
                            landlord_address (bool), second_person (row of people, or -1).
                            `person` is the first liable adult.
housing_benefit             weekly_award (pence), claim_start (day), tenure ("PR", "SO"),
                            household_size, weekly_income (pence). `person` claims.
business_rates              premises (row of Premises), description, rateable_value (pounds),
                            liable_from (day)
hmo_licences                scheme ("Mandatory", "Additional"), granted (day), expires (day).
                            The holder is `person`, or `business` where `person` is -1.
housing_inspections         reason, officer, finding, hazards (count)
housing_complaints          category, details
school_census               estab (row of schools), ethnicity (code), fsm (bool), year_group,
                            sessions_possible, sessions_missed
police_incidents            reported_at (minutes), category, easting, northing (m, true), oa
fire_incidents              happened_at (minutes), type, dwelling, casualties, easting, northing
home_safety_visits          outcome, alarms (count), referred (bool)
gp_registrations            practice (row of practices), registered_on (day)
ae_attendances              age (years), reason
housing_repairs             trade, priority, completed (day or NEVER), phone (0 to 999, the end
                            of 01632 960xxx). `person` is the tenant.
regulator_visits            regulator, result, premises (row of Premises)
outreach_contacts,          forename, surname (codes of NamePools), born (day), sex (0 F, 1 M),
hostel_stays,               culture, sleeper (row of truth/unseen; for truth only, never shown).
homelessness_applications   `opened` is the day first seen. `person` is -1: nobody with a home.
==========================  =====================================================================
"""

from dataclasses import dataclass

from joinedup.town import (
    benefit,
    businesses,
    counciltax,
    days,
    enrolment,
    housing,
    inspections,
    licences,
    outreach,
    regulators,
    repairs,
    safety,
    visits,
)
from joinedup.town.benefit import Households
from joinedup.town.businesses import Trading
from joinedup.town.counciltax import Accounts, AdultStays
from joinedup.town.draw import stream
from joinedup.town.entities import World
from joinedup.town.presence import Spells
from joinedup.town.register import Keeps, Register, live_on
from joinedup.town.truth_facts import Truth, together

__all__ = ["NAMES", "Happened", "Keeps", "Register", "happen", "live_on", "registers"]

NAMES = (
    "council_tax",
    "housing_benefit",
    "business_rates",
    "hmo_licences",
    "housing_inspections",
    "housing_complaints",
    "school_census",
    "police_incidents",
    "fire_incidents",
    "home_safety_visits",
    "gp_registrations",
    "ae_attendances",
    "housing_repairs",
    "regulator_visits",
    "outreach_contacts",
    "hostel_stays",
    "homelessness_applications",
)


@dataclass(frozen=True, slots=True)
class Happened:
    """All that the town's organisations know, and what is true beside it.

    Attributes:
        registers: by name, in the order of NAMES.
        trading: the businesses and their premises.
        truth: facts and tables for the truth folder.
    """

    registers: dict[str, Register]
    trading: Trading
    truth: Truth


def registers(world: World, seed: int) -> dict[str, Register]:
    """The registers alone, by name."""
    return happen(world, seed).registers


def happen(world: World, seed: int) -> Happened:
    """Everything once, each part from its own stream of the seed."""
    people = len(world.people.born)
    trade = businesses.trading(world, seed, people=people)
    stays = counciltax.adult_stays(world)
    accounts = counciltax.liable(world, stays, seed)
    means = benefit.households(world, accounts, seed)
    rows, about_housing = _housing(
        world, seed, trade=trade, stays=stays, accounts=accounts, means=means
    )
    more, about_people = _people(world, seed, accounts, means)
    jobs, demand = repairs.housing_repairs(world, accounts, seed)
    crimes, licensing = safety.police_incidents(world, seed)
    fires, cluster = safety.fire_incidents(world, seed, people=people)
    lists, unseen = outreach.outreach(world, seed, people=people)
    made = [
        counciltax.council_tax(world, accounts, seed),
        benefit.housing_benefit(world, accounts, means, seed),
        regulators.business_rates(trade, seed),
        regulators.regulator_visits(trade, seed),
        *rows,
        *more,
        jobs,
        crimes,
        fires,
        *lists,
    ]
    told = [*about_housing, about_people, demand, licensing, cluster, unseen]
    told += [businesses.truth(trade), benefit.truth(accounts, means, day=days.END)]
    named = {register.name: register for register in made}
    return Happened(
        registers={name: named[name] for name in NAMES}, trading=trade, truth=together(told)
    )


def _housing(
    world: World,
    seed: int,
    *,
    trade: Trading,
    stays: AdultStays,
    accounts: Accounts,
    means: Households,
) -> tuple[list[Register], list[Truth]]:
    """Licences, inspections and complaints, and F1 and F2."""
    rows = housing.rented(
        world,
        seed,
        accounts=accounts,
        means=means,
        stays=stays,
    )
    rng = stream(seed, "housing_inspections")
    complained = inspections.complaints(world, rows, stream(seed, "housing_complaints"))
    done, status = inspections.inspections(world, rows, complained, rng)
    held = licences.granted(rows, status.licensed_on, seed)
    register = licences.hmo_licences(
        world, rows, held, stays=stays, businesses=trade.businesses, seed=seed
    )
    made = [
        register,
        inspections.housing_inspections(done, (rows.home[held.at], held.granted), rng),
        inspections.housing_complaints(
            complained, rows, status.place, stream(seed, "housing_complaints", "words")
        ),
    ]
    return made, [housing.truth(rows, status.licensed_on), inspections.truth(done, status)]


def _people(
    world: World, seed: int, accounts: Accounts, means: Households
) -> tuple[list[Register], Truth]:
    """GP, schools, visits and A&E, and F5."""
    where = Spells.of(world.stays.person, world.stays.from_day, world.stays.to_day)
    frail = visits.frailty(world, seed)
    visited, trial = visits.home_safety_visits(world, seed, frail, where)
    made = [
        enrolment.gp_registrations(world, seed),
        enrolment.school_census(world, accounts, means, seed),
        visited,
        visits.ae_attendances(world, seed, frail),
    ]
    return made, trial
