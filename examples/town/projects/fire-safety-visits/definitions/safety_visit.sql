-- Event:  an earlier visit to a home, however it ended.
-- Grain:  one row per visit with a usable UPRN.
select
  lpad(split_part(v.uprn, '.', 1), 12, '0') as home,
  v.visited_on,
  case when v.outcome = 'Visited' then 1 else 0 end as visited
from admitted.home_safety_visits as v
where v.uprn is not null
