-- Tax:    what council tax says today of a home.
-- Grain:  one row per home that an account is linked to, with how likely the least sure of them is.
select
  l.id_r as home,
  min(l.probability) as link_probability,
  max(t.liable_adults) as adults,
  max(t.arrears) as arrears,
  max(t.liable_from) as liable_from,
  max(case when t.landlord_elsewhere then 1 else 0 end) as landlord_elsewhere,
  max(case when t.discount = 'EXEMPT N' then 1 else 0 end) as students
from admitted.council_tax as t
join linked.address as l on l.table_l = 'admitted.council_tax' and l.id_l = t.account
group by 1
