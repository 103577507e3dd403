-- Event:  the start of a housing benefit claim from a private tenant.
-- Grain:  one row per claim that is linked to a home, with how likely that is.
select
  l.id_r as home,
  l.probability as link_probability,
  b.claim_start,
  b.household_size
from admitted.housing_benefit as b
join linked.address as l on l.table_l = 'admitted.housing_benefit' and l.id_l = b.claim
where b.tenure = 'PR'
