-- tickets
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL AND t2.priority = 'URGENT' AND t2.status IN (
    SELECT value
    FROM json_each(?1)
  )
) || ',"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.priority = 'URGENT' AND t1.status IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- viewer
SELECT '{"name":' || json_quote(t1.name) || '}'
FROM (
  SELECT ?1 AS name, ?2 AS role, ?3 AS roles, ?4 AS rep_id
) t1
-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- campaigns
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM campaign t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 1
) t1
-- nothing
SELECT '{"name":' || json_quote(t1.name) || '}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
