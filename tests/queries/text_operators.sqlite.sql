-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = :p1 AND t1.name = :p2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- eqOtherCase
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = :p1 AND t1.name = :p2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city = :p1) IS NOT TRUE
) || '}'
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.city_fold IN (
    SELECT value
    FROM json_each(:p1)
  ) AND t1.city IN (
    SELECT value
    FROM json_each(:p2)
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
    FROM json_each(:p1)
  )) IS NOT TRUE
) || '}'
-- contains
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND instr(t1.name_fold, :p1) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- startsWith
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (t1.name_fold >= :p1 AND t1.name_fold < :p2)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- endsWith
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND substr(t1.name_fold, length(t1.name_fold) - length(:p1) + 1) = :p1
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
  WHERE t2.deleted_at IS NULL AND t2.phone_fold = :p1 AND t2.phone = :p2
) || '}'
-- containsNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND instr(t2.city_fold, :p1) > 0
) || '}'
-- startsWithNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city_fold >= :p1 AND t2.city_fold < :p2)
) || '}'
-- endsWithNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND substr(t2.city_fold, length(t2.city_fold) - length(:p1) + 1) = :p1
) || '}'
-- several
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (t1.name_fold >= :p1 AND t1.name_fold < :p2) AND substr(t1.name_fold,
    length(t1.name_fold) - length(:p3) + 1) = :p3 AND (t1.name = :p4) IS NOT TRUE
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
