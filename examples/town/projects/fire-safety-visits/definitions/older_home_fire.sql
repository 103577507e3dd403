-- Event:  a fire at a home.
-- Grain:  one row per fire that is linked to a home, with how likely that is.
select
  l.id_r as home,
  l.probability as link_probability,
  f.happened_on
from admitted.fire_incidents as f
join linked.older_address as l on l.table_l = 'admitted.fire_incidents' and l.id_l = f.incident
