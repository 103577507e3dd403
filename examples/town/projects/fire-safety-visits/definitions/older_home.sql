-- Cohort: homes where somebody of 65 or older is registered with a practice, today.
-- Grain:  one row per home; a person who is registered twice counts once.
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
  max(date_diff('year', p.birth_date, t.day)) as oldest,
  count(*) filter (where date_diff('year', p.birth_date, t.day) >= 65) as people_65_and_over,
  count(*) as people,
  min(p.link_probability) as link_probability
from defined.registered as p
cross join today as t
join admitted.gazetteer as g on g.uprn = p.home
join admitted.areas as a on a.output_area = g.output_area
where g.class like 'RD%' and date_diff('year', p.birth_date, t.day) <= 110
group by 1, 2, 3, 4, 5, 6
having max(date_diff('year', p.birth_date, t.day)) >= 65
