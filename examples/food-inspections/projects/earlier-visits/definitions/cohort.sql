-- Cohort: inspections of retail food establishments that the published evaluation used: the
--         licence was matched, and place, inspector group and weather are known.
-- Grain:  one row per inspection.
select
  i.inspection_id,
  i.inspection_date,
  i.licence,
  l.licence_term,
  i.business_name,
  i.address,
  i.latitude,
  i.longitude,
  case when i.risk = 'Risk 1 (High)' then 1 else 0 end as high_risk_class,
  case when r.critical > 0 then 1 else 0 end as critical_found
from admitted.health_inspections as i
join admitted.published_frame as c on c.inspection_id = i.inspection_id
join admitted.inspection_licence_link as l on l.inspection_id = i.inspection_id
join admitted.business_licences as b on b.licence_term = l.licence_term
join admitted.inspector_groups as g on g.inspection_id = i.inspection_id
join defined.inspection_result as r on r.inspection_id = i.inspection_id
where c.business_id is not null
  and b.licence_description = 'Retail Food Establishment'
  and i.latitude is not null
  and i.inspection_date - 3 >= (select min(w.day) from admitted.weather_daily as w)
  and i.inspection_date - 1 <= (select max(w.day) from admitted.weather_daily as w)
