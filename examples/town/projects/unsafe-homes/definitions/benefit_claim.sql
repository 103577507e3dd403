-- Event:  the start of a housing benefit claim from a private tenant.
-- Grain:  one row per claim with a usable UPRN.
select
  lpad(split_part(b.uprn, '.', 1), 12, '0') as home,
  b.claim_start,
  b.household_size
from admitted.housing_benefit as b
where b.tenure = 'PR' and b.uprn is not null
