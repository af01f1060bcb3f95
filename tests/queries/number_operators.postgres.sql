-- eq
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.reopen_count = $1::bigint
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- ne
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND (t1.reopen_count = $1::bigint) IS NOT TRUE
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- gt
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps > $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- gte
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps >= $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- lt
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps < $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- lte
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps <= $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- between
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps >= $1::bigint AND t1.tax_bps < $2::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- in
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.tax_bps = ANY($1::bigint[])
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- notIn
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.tax_bps = ANY($1::bigint[])) IS NOT TRUE
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- isNull
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM campaign t1
  WHERE t1.deleted_at IS NULL AND t1.expected_leads IS NULL
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 20
) t1
-- smallest
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND t2.tax_bps >= $1::bigint AND t2.tax_bps <= $2::bigint
) || '}'
-- counted
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') ||
  '`,`memberCount`:' || ((
  SELECT COUNT(*)
  FROM campaign_member m
  WHERE m.campaign_id = t1.id AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
  )
))::text || '}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.id
  FROM campaign t1
  WHERE t1.deleted_at IS NULL AND (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    )
  ) >= $1::bigint
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 20
) t1
