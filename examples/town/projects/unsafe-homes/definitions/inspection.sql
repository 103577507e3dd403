-- Outcome: what each inspection found.
-- Grain:   one row per inspection that is linked to a home, with how likely that is.
select
  i.case,
  l.id_r as home,
  l.probability as link_probability,
  i.inspected_on,
  i.reason,
  case when i.finding = 'Unlicensed HMO' then 1 else 0 end as unlicensed_found
from admitted.housing_inspections as i
join linked.address as l on l.table_l = 'admitted.housing_inspections' and l.id_l = i.case
where i.finding is not null
