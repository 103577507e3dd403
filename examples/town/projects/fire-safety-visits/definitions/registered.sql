-- Person: whoever is registered with a practice, and the home of the registration that is newest.
-- Grain:  one row per person whose home is known, with how likely the weaker of the two links is.
select
  w.entity as person,
  l.id_r as home,
  r.birth_date,
  least(coalesce(w.probability, 1), l.probability) as link_probability
from admitted.gp_registrations as r
join linked.person as w on w.table = 'admitted.gp_registrations' and w.id = r.nhs_number
join linked.older_address as l
  on l.table_l = 'admitted.gp_registrations' and l.id_l = r.nhs_number
qualify row_number() over (
  partition by w.entity order by r.registered_on desc nulls last, r.nhs_number
) = 1
