-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = ?1 AND t1.name = ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND (t1.name = ?1) IS NOT TRUE
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold IN (
    SELECT value
    FROM json_each(?1)
  ) AND t1.name IN (
    SELECT value
    FROM json_each(?2)
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- notIn
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND (t1.name IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- contains
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND instr(t1.name_fold, ?1) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
