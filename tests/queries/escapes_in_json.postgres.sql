-- customer
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`,`address`:`' || replace(t1.address, '`', '`"`') ||
  '`}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- address
SELECT '{`address`:`' || replace(t1.address, '`', '`"`') || '`}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- product
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM product t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- products
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`prd_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = $1::text AND t1.name = $2::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- block
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.address_fold = $1::text AND t1.address = $2::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- escaped
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = $1::text AND t1.name = $2::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
