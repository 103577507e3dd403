-- Event:  a complaint about a home. Many come without a UPRN; their home is known by its address.
-- Grain:  one row per complaint that is linked to a home, with how likely that is.
select
  l.id_r as home,
  l.probability as link_probability,
  c.received_on,
  c.category
from admitted.housing_complaints as c
join linked.address as l on l.table_l = 'admitted.housing_complaints' and l.id_l = c.complaint
