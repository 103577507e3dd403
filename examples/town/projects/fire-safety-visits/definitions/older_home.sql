-- Cohort: homes where somebody of 65 or older is registered with a practice, today.
-- Grain:  one row per home with a usable UPRN.
-- Today:  from the registrations; some visits carry a date that is still to come.
with today as (
  select max(registered_on) + 1 as day from admitted.gp_registrations
)
select
  g.uprn as home,
  concat_ws(' ', g.secondary_name, g.primary_name, g.street) as address,
  g.postcode,
  a.ward,
  a.deprivation_decile,
  t.day as as_of,
  max(date_diff('year', r.birth_date, t.day)) as oldest,
  count(*) as people_65_and_over
from admitted.gp_registrations as r
cross join today as t
join admitted.gazetteer as g on g.uprn = lpad(split_part(r.uprn, '.', 1), 12, '0')
join admitted.areas as a on a.output_area = g.output_area
where date_diff('year', r.birth_date, t.day) between 65 and 110
  and g.class like 'RD%'
group by 1, 2, 3, 4, 5, 6
