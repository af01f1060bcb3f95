-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.status = 'OPEN'
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- ne
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND (t1.status = 'OPEN') IS NOT TRUE
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.status IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- notIn
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND (t1.resolution IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- isNull
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL AND t2.resolution IS NULL
) || '}'
-- isNotNull
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || ',"resolution":' ||
  COALESCE('"' || t1.resolution || '"', 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.resolution
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.resolution IS NOT NULL
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
