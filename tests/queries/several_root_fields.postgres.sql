-- tickets
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL AND t2.priority = 'URGENT' AND t2.status = ANY($1::text[])
) || ',`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.priority = 'URGENT' AND t1.status = ANY($1::text[])
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- viewer
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM (
  SELECT $1::text AS name, $2::text AS role, $3::text AS roles, $4::bigint AS rep_id
) t1
-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- campaigns
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM campaign t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 1
) t1
-- nothing
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
