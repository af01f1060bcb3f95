-- and
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.country = ?1 AND t1.kind = 'COMPANY'
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- or
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND ((t1.country = ?1) OR (t1.city_fold = ?2 AND t1.city = ?3))
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- not
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND ((t1.lifecycle IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- notOfNull
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND ((t2.city_fold = ?1 AND t2.city = ?2) IS NOT TRUE)
) || '}'
-- mixed
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","name":' || json_quote(t1.name) ||
  '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND ((t1.lifecycle = 'ACTIVE') OR (EXISTS (
    SELECT 1
    FROM sales_rep t2
    WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL AND t2.active = ?1
  ))) AND ((t1.country = ?2) IS NOT TRUE) AND instr(t1.name_fold, ?3) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- noCondition
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND 1 = 1
) || '}'
-- emptyAnd
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND 1 = 1
) || '}'
-- emptyOr
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (1 = 0)
) || '}'
-- orOfNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND ((1 = 1))
) || '}'
-- notNothing
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND ((1 = 1) IS NOT TRUE)
) || '}'
-- notNotNull
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND ((((t2.city_fold = ?1 AND t2.city = ?2) IS NOT TRUE)) IS NOT TRUE)
) || '}'
-- noOperator
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND 1 = 1
) || '}'
