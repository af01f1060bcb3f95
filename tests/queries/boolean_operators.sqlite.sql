-- yes
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND t2.active = ?1
) || '}'
-- no
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.active = ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- primary
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM contact t1
  WHERE t1.deleted_at IS NULL AND t1.is_primary = ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- null
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND t2.active IS NULL
) || '}'
