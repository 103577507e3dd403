-- Event:  an earlier visit, however it ended: to the home where the person is registered today, or to
--         the home that was visited where the person is registered nowhere.
-- Grain:  one row per visit that is linked to either, with how likely that is.
select
  coalesce(p.home, l.id_r) as home,
  case when p.home is null then l.probability else least(w.probability, p.link_probability) end
    as link_probability,
  v.visited_on,
  case when v.outcome = 'Visited' then 1 else 0 end as visited
from admitted.home_safety_visits as v
left join linked.person as w on w.table = 'admitted.home_safety_visits' and w.id = v.visit
left join defined.registered as p on p.person = w.entity
left join linked.older_address as l
  on l.table_l = 'admitted.home_safety_visits' and l.id_l = v.visit
where coalesce(p.home, l.id_r) is not null
