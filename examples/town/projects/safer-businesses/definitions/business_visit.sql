-- Event:  a regulator's visit to a business.
-- Grain:  one row per visit, with how likely it is of that business.
select
  w.entity as business_key,
  w.probability as link_probability,
  v.visited_on,
  case when v.result = 'Enforcement' then 1 else 0 end as enforcement,
  case when v.result = 'Advice' then 1 else 0 end as advice
from admitted.regulator_visits as v
join linked.business as w on w.table = 'admitted.regulator_visits' and w.id = v.visit
