-- customer
SELECT '{"name":' || json_quote(t1.name) || ',"address":' || json_quote(t1.address) || '}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- address
SELECT '{"address":' || json_quote(t1.address) || '}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- product
SELECT '{"name":' || json_quote(t1.name) || '}'
FROM product t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- products
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"prd_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = ?1 AND t1.name = ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- block
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.address_fold = ?1 AND t1.address = ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- escaped
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = ?1 AND t1.name = ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
