-- Licence: from when to when a home is licensed.
-- Grain:   one row per licence that is linked to a home, with how likely that is.
select
  l.id_r as home,
  l.probability as link_probability,
  h.granted_on,
  h.expires_on
from admitted.hmo_licences as h
join linked.address as l on l.table_l = 'admitted.hmo_licences' and l.id_l = h.licence
