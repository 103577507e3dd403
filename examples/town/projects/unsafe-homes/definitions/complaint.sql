-- Event:  a complaint about a home. Many have no UPRN; they count nowhere until addresses are linked.
-- Grain:  one row per complaint with a usable UPRN.
select
  lpad(split_part(c.uprn, '.', 1), 12, '0') as home,
  c.received_on,
  c.category
from admitted.housing_complaints as c
where c.uprn is not null
