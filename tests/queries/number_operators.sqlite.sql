-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.reopen_count = ?1
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- ne
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND (t1.reopen_count = ?1) IS NOT TRUE
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- gt
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps > ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- gte
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps >= ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- lt
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps < ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- lte
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps <= ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- between
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps >= ?1 AND t1.tax_bps < ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- notIn
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.tax_bps IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- isNull
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM campaign t1
  WHERE t1.deleted_at IS NULL AND t1.expected_leads IS NULL
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 20
) t1
-- smallest
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND t2.tax_bps >= ?1 AND t2.tax_bps <= ?2
) || '}'
-- counted
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"memberCount":' || (
  SELECT COUNT(*)
  FROM campaign_member m
  WHERE m.campaign_id = t1.id AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
  )
) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.id
  FROM campaign t1
  WHERE t1.deleted_at IS NULL AND (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
    )
  ) >= ?1
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 20
) t1
