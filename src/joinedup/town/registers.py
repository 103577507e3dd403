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

from joinedup.town.register import Keeps, Register, live_on

__all__ = ["NAMES", "Keeps", "Register", "live_on"]

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
