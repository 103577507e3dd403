-- Outcome: what each inspection found.
-- Grain:   one row per inspection with a usable UPRN.
select
  i.case,
  lpad(split_part(i.uprn, '.', 1), 12, '0') as home,
  i.inspected_on,
  i.reason,
  case when i.finding = 'Unlicensed HMO' then 1 else 0 end as unlicensed_found
from admitted.housing_inspections as i
where i.uprn is not null and i.finding is not null
