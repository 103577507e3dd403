-- Cohort: children under five, as tokens, by the output area of the practice's own record.
-- Grain:  one row per token.
select
  t.person,
  t.home,
  t.output_area,
  t.birth_year
from admitted.gp_tokens as t
where t.birth_year >= (select max(extract(year from registered_on)) - 5 from admitted.gp_tokens)
