-- Business: a company that at least one regulator has visited, by its number at Companies House.
--           A business without one, or with a mistyped one, counts once businesses are linked.
-- Grain:    one row per company number.
with today as (
  select max(visited_on) + 1 as day from admitted.regulator_visits
)
select
  v.company_number,
  min(v.business) as business,
  min(v.postcode) as postcode,
  t.day as as_of,
  count(distinct v.regulator) as regulators
from admitted.regulator_visits as v
cross join today as t
where regexp_matches(v.company_number, '^[0-9]{8}$')
group by 1, 4
