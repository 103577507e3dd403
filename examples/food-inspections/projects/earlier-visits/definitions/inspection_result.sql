-- Event:  what each inspection found.
-- Grain:  one row per inspection.
select
  i.inspection_id,
  i.licence,
  i.inspection_date,
  count(v.violation_code) filter (where v.violation_code between 1 and 14) as critical,
  count(v.violation_code) filter (where v.violation_code between 15 and 29) as serious
from admitted.health_inspections as i
left join admitted.health_violations as v on v.inspection_id = i.inspection_id
group by i.inspection_id, i.licence, i.inspection_date
