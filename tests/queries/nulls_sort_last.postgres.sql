-- up
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`city`:' || COALESCE('`' ||
  replace(t1.city, '`', '`"`') || '`', 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.city
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.city_fold NULLS LAST, t1.id
  LIMIT 12
) t1
-- down
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`city`:' || COALESCE('`' ||
  replace(t1.city, '`', '`"`') || '`', 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.city
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.city_fold DESC NULLS LAST, t1.id DESC
  LIMIT 12
) t1
