-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.id = ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.id = ?1) IS NOT TRUE
) || '}'
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.id IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- one
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.id IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- none
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.id IN (
    SELECT value
    FROM json_each(?1)
  )
) || '}'
-- notIn
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.id IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
) || '}'
-- notInNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.id IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
) || '}'
-- null
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.id IS NULL
) || '}'
