-- Cohort: children too young for school in September 2026, as tokens, and where they live; whether
--         their home has a housing benefit claim or owes council tax, as far as tokens meet.
-- Grain:  one row per child whose home's token meets the gazetteer's.
with at_home as (
  select h.table, h.id, h.entity as home from linked.home as h where h.probability is not null
)
select
  g.person as child,
  a.lsoa,
  a.ward,
  a.ward_name,
  c.home in (select b.home from at_home as b where b.table = 'admitted.benefit_pseudonyms')
    as on_benefit,
  c.home in (
    select t.home
    from at_home as t
    join admitted.arrears_pseudonyms as owed on owed.account = t.id
    where t.table = 'admitted.arrears_pseudonyms' and owed.in_arrears
  ) as in_arrears,
  on_benefit or in_arrears as little_money
from admitted.gp_pseudonyms as g
join at_home as c on c.table = 'admitted.gp_pseudonyms' and c.id = g.person
join admitted.gazetteer as z on z.uprn = c.home
join admitted.areas as a on a.output_area = z.output_area
where g.birth_year >= 2022
