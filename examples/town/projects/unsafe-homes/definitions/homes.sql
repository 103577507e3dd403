-- Home:   every residential property; the shell of a block of flats is not one.
-- Grain:  one row per home.
select
  g.uprn as home,
  concat_ws(' ', g.secondary_name, g.primary_name, g.street) as address,
  g.postcode,
  g.latitude,
  g.longitude,
  g.output_area,
  a.ward,
  a.deprivation_decile,
  a.selective_licensing_from,
  case when g.class = 'RD06' then 1 else 0 end as flat,
  case when g.class in ('RD02', 'RD03') then 1 else 0 end as large_house
from admitted.gazetteer as g
join admitted.areas as a on a.output_area = g.output_area
where g.class like 'RD%'
