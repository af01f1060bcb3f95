-- percent
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND instr(t1.name_fold, ?1) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- underscore
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND instr(t1.name_fold, ?1) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- pattern
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND instr(t2.name_fold, ?1) > 0
) || '}'
-- oneLetter
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND (t2.sku_fold >= ?1 AND t2.sku_fold < ?2)
) || '}'
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
-- search
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || ',"name":' ||
  json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.name
  FROM product t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t1.name_fold, w.value) > 0 OR instr(t1.sku_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- searchUnderscore
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || ',"name":' ||
  json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.name
  FROM product t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t1.name_fold, w.value) > 0 OR instr(t1.sku_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
