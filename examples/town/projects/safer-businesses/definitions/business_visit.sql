-- Event:  a regulator's visit to a company.
-- Grain:  one row per visit with a company number.
select
  v.company_number,
  v.visited_on,
  case when v.result = 'Enforcement' then 1 else 0 end as enforcement,
  case when v.result = 'Advice' then 1 else 0 end as advice
from admitted.regulator_visits as v
where v.company_number is not null
