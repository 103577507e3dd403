-- Business: one that at least one regulator has visited, as its visits are linked.
-- Grain:    one row per business, with how likely the least sure of its visits is of it.
with today as (
  select max(visited_on) + 1 as day from admitted.regulator_visits
)
select
  w.entity as business_key,
  min(v.business) as business,
  min(v.postcode) as postcode,
  t.day as as_of,
  count(distinct v.regulator) as regulators,
  count(distinct v.regulator) > 3 as known_to_more_than_three,
  min(w.probability) as link_probability
from admitted.regulator_visits as v
join linked.business as w on w.table = 'admitted.regulator_visits' and w.id = v.visit
cross join today as t
group by 1, 4
