-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"first":{"edges":[' || (
  SELECT COALESCE(group_concat('{"cursor":"' || lower(hex('["Order ORDER_DATE:DESC",' || '"' || t2.k0 ||
    '"' || ',' || t2.id || ']')) || '","node":{"number":' || json_quote(t2.number) || '}}',
    ',') FILTER (WHERE t2.rn <= 1), '') || '],"pageInfo":{"hasNextPage":' || CASE
  WHEN count(t2.rn) > 1 THEN 'true'
  ELSE 'false'
  END || ',"hasPreviousPage":false,"endCursor":' || COALESCE('"' || max(CASE WHEN t2.rn = min(1,
    t2.m) THEN lower(hex('["Order ORDER_DATE:DESC",' || '"' || t2.k0 || '"' || ',' || t2.id || ']')) END) ||
    '"', 'null') || '},"totalCount":' || (
    SELECT count(*)
    FROM sales_order t3
    WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
  )
  FROM (
    SELECT t2.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t2.id, t2.number, t2.order_date AS k0
      FROM sales_order t2
      WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL
      ORDER BY t2.order_date DESC, t2.id DESC
      LIMIT 1 + 1
    ) t2
  ) t2
) || '},"second":{"edges":[' || (
  SELECT COALESCE(group_concat('{"cursor":"' || lower(hex('["Order ORDER_DATE:DESC",' || '"' || t4.k0 ||
    '"' || ',' || t4.id || ']')) || '","node":{"number":' || json_quote(t4.number) || '}}',
    ',') FILTER (WHERE t4.rn <= 1), '') || '],"pageInfo":{"hasNextPage":' || CASE
  WHEN count(t4.rn) > 1 THEN 'true'
  ELSE 'false'
  END || ',"hasPreviousPage":' || CASE
  WHEN EXISTS (
    SELECT 1
    FROM sales_order t5
    WHERE t5.customer_id = t1.id AND t5.deleted_at IS NULL AND (t5.order_date, t5.id) >= (?1, ?2)
  ) THEN 'true'
  ELSE 'false'
  END
  FROM (
    SELECT t4.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t4.id, t4.number, t4.order_date AS k0
      FROM sales_order t4
      WHERE t4.customer_id = t1.id AND t4.deleted_at IS NULL AND (t4.order_date, t4.id) < (?1, ?2)
      ORDER BY t4.order_date DESC, t4.id DESC
      LIMIT 1 + 1
    ) t4
  ) t4
) || '}}}', ',') FILTER (WHERE t1.rn <= 3), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 3 THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.name, t1.id, t1.name_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM sales_order t6
      WHERE t6.customer_id = t1.id AND t6.deleted_at IS NULL
    )
    ORDER BY t1.name_fold, t1.id
    LIMIT 3 + 1
  ) t1
) t1
