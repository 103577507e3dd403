-- Cohort: pupils in their first years of school, as tokens, in the ward that most homes of their
--         postcode lie in; whether they missed a tenth or more of their half days.
-- Grain:  one row per pupil.
select
  p.pupil,
  w.ward,
  w.ward_name,
  p.free_meals,
  p.sessions_missed * 10 >= p.sessions_possible and p.sessions_possible > 0 as often_away
from admitted.pupil_pseudonyms as p
join (
  select z.postcode, a.ward, a.ward_name
  from admitted.gazetteer as z
  join admitted.areas as a on a.output_area = z.output_area
  group by z.postcode, a.ward, a.ward_name
  qualify row_number() over (partition by z.postcode order by count(*) desc, a.ward) = 1
) as w on w.postcode = p.postcode
where p.birth_year between 2019 and 2021
