-- Licence: from when to when a home is licensed. The workbook keeps UPRNs as numbers.
-- Grain:   one row per licence.
select
  lpad(split_part(l.uprn, '.', 1), 12, '0') as home,
  l.granted_on,
  l.expires_on
from admitted.hmo_licences as l
where l.uprn is not null
