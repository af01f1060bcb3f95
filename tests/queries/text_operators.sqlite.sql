-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = ?1 AND t1.name = ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- eqOtherCase
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = ?1 AND t1.name = ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city = ?1) IS NOT TRUE
) || '}'
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.city_fold IN (
    SELECT value
    FROM json_each(?1)
  ) AND t1.city IN (
    SELECT value
    FROM json_each(?2)
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- notIn
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
) || '}'
-- contains
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND instr(t1.name_fold, ?1) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- startsWith
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (t1.name_fold >= ?1 AND t1.name_fold < ?2)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- endsWith
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND substr(t1.name_fold, length(t1.name_fold) - length(?1) + 1) = ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- isNull
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.city IS NULL
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- isNotNull
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.city IS NOT NULL
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- emptyText
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.phone_fold = ?1 AND t2.phone = ?2
) || '}'
-- containsNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND instr(t2.city_fold, ?1) > 0
) || '}'
-- startsWithNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city_fold >= ?1 AND t2.city_fold < ?2)
) || '}'
-- endsWithNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND substr(t2.city_fold, length(t2.city_fold) - length(?1) + 1) = ?1
) || '}'
-- several
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (t1.name_fold >= ?1 AND t1.name_fold < ?2) AND substr(t1.name_fold,
    length(t1.name_fold) - length(?3) + 1) = ?3 AND (t1.name = ?4) IS NOT TRUE
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
