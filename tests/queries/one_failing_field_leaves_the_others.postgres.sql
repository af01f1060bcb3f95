-- fine
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- foreign
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
