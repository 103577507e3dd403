-- Cohort: past inspections, to learn from and to be judged by; and today's privately rented homes
--         without a licence that nobody inspected in the last year, to choose from.
-- Grain:  one row per past inspection, and one per home of today.
with today as (
  select max(received_on) + 1 as day from admitted.housing_complaints
),
rented as (
  select home from defined.tax_home where landlord_elsewhere = 1
  union
  select home from defined.benefit_claim
)
select
  i.case as case_id,
  'past' as period,
  i.inspected_on as as_of,
  i.unlicensed_found,
  h.home, h.address, h.postcode, h.latitude, h.longitude, h.ward, h.deprivation_decile,
  h.flat, h.large_house
from defined.inspection as i
join defined.homes as h on h.home = i.home
where i.reason <> 'Licence'
union all
select
  h.home as case_id,
  'now' as period,
  t.day as as_of,
  null as unlicensed_found,
  h.home, h.address, h.postcode, h.latitude, h.longitude, h.ward, h.deprivation_decile,
  h.flat, h.large_house
from defined.homes as h
join rented as r on r.home = h.home
cross join today as t
where not exists (
  select 1 from defined.licence as l
  where l.home = h.home and l.granted_on < t.day and l.expires_on >= t.day
)
and not exists (
  select 1 from defined.inspection as i
  where i.home = h.home and i.inspected_on >= t.day - 365
)
