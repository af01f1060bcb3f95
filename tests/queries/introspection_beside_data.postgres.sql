-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`__typename`:`Customer`,`name`:`' || replace(t1.name, '`',
  '`"`') || '`}', ','), '') || '],`__typename`:`CustomerConnection`}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
