-- Event:  the features as the city itself built them, with the published caps.
-- Grain:  one row per inspection of the cohort.
select
  c.inspection_id,
  c.inspection_date,
  c.licence,
  c.business_name,
  c.address,
  c.latitude,
  c.longitude,
  c.critical_found,
  least(f.past_critical, 1) as past_critical,
  least(f.past_serious, 1) as past_serious,
  f.years_since_last,
  case when f.licence_age > 4 then 1 else 0 end as licence_over_4_years,
  f.consumption_on_premises,
  f.tobacco,
  f.temperature_3_days,
  least(f.burglary_density, 70) as burglary_density,
  least(f.sanitation_density, 70) as sanitation_density,
  least(f.garbage_density, 50) as garbage_density,
  g.inspector_group
from defined.cohort as c
join admitted.published_frame as f on f.inspection_id = c.inspection_id
join admitted.inspector_groups as g on g.inspection_id = c.inspection_id
