-- Cohort: children too young for school in September 2026, as tokens, and where they live; whether
--         their home has a housing benefit claim or owes council tax, as far as tokens meet.
-- Grain:  one row per child.
select
  g.person as child,
  a.lsoa,
  a.ward,
  a.ward_name,
  g.home in (select b.home from admitted.benefit_pseudonyms as b where b.home is not null)
    as on_benefit,
  g.home in (
    select c.home from admitted.arrears_pseudonyms as c where c.in_arrears and c.home is not null
  ) as in_arrears,
  on_benefit or in_arrears as little_money
from admitted.gp_pseudonyms as g
join admitted.gazetteer as z on z.uprn = g.home
join admitted.areas as a on a.output_area = z.output_area
where g.birth_year >= 2022
