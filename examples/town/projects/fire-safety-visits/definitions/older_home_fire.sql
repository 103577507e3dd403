-- Event:  a fire at a home.
-- Grain:  one row per fire with a usable UPRN.
select
  lpad(split_part(f.uprn, '.', 1), 12, '0') as home,
  f.happened_on
from admitted.fire_incidents as f
where f.uprn is not null
