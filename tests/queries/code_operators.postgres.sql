-- eq
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.country = $1::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- otherCase
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.country = $1::text
) || '}'
-- ne
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.country = $1::text) IS NOT TRUE
) || '}'
-- in
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.currency = ANY($1::text[])
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- notIn
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND (t1.currency = ANY($1::text[])) IS NOT TRUE
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- isNull
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.language IS NULL
) || '}'
