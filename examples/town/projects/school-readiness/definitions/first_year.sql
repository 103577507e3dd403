-- Outcome: how much of the first year at school was missed, by output area of the pupil's postcode.
-- Grain:   one row per output area.
select
  g.output_area,
  count(*) as pupils,
  sum(c.sessions_missed) as sessions_missed,
  sum(c.sessions_possible) as sessions_possible,
  count(*) filter (where c.free_meals) as free_meals
from admitted.school_census as c
join (select distinct postcode, output_area from admitted.gazetteer) as g on g.postcode = c.postcode
where c.year_group in ('R', '0')
group by 1
