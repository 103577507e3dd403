-- Tax:    what council tax says today of a home. Its UPRN may have lost its zeros in a spreadsheet.
-- Grain:  one row per home with a usable UPRN.
select
  lpad(split_part(t.uprn, '.', 1), 12, '0') as home,
  max(t.liable_adults) as adults,
  max(t.arrears) as arrears,
  max(t.liable_from) as liable_from,
  max(case when t.landlord_elsewhere then 1 else 0 end) as landlord_elsewhere,
  max(case when t.discount = 'EXEMPT N' then 1 else 0 end) as students
from admitted.council_tax as t
where t.uprn is not null
group by 1
