-- customers
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Customer LAST_ORDER_AT:DESC",' ||
  COALESCE('"' || t1.k0 || '"', 'null') || ',' || t1.id || ']')) || '","node":{"id":"cus_' || t1.id ||
  '","lastOrderAt":' || COALESCE('"' || (
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) || '"', 'null') || '}}', ','), '') || ']}'
FROM (
  SELECT t1.id, (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) AS k0
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) DESC NULLS LAST, t1.id DESC
  LIMIT 20
) t1
-- rest
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","lastOrderAt":' || COALESCE('"' || (
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) || '"', 'null') || '}', ',') FILTER (WHERE t1.rn <= 3), '') || '],"pageInfo":{"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND CASE
  WHEN (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL THEN 1
  ELSE 0
  END <= ?1 AND (CASE WHEN (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL THEN 1 ELSE 0 END > ?1 OR (CASE WHEN (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL THEN 1 ELSE 0 END = ?1 AND (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) < ?2) OR (CASE WHEN (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL THEN 1 ELSE 0 END = ?1 AND ((
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) = ?2 OR ?1 = 1) AND t2.id < ?3)) IS NOT TRUE
) THEN 'true'
ELSE 'false'
END || ',"hasNextPage":' || CASE
WHEN count(t1.rn) > 3 THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND CASE
    WHEN (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) IS NULL THEN 1
    ELSE 0
    END >= ?1 AND (CASE WHEN (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) IS NULL THEN 1 ELSE 0 END > ?1 OR (CASE WHEN (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) IS NULL THEN 1 ELSE 0 END = ?1 AND (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) < ?2) OR (CASE WHEN (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) IS NULL THEN 1 ELSE 0 END = ?1 AND ((
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) = ?2 OR ?1 = 1) AND t1.id < ?3))
    ORDER BY (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) DESC NULLS LAST, t1.id DESC
    LIMIT 3 + 1
  ) t1
) t1
-- thisYear
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) >= ?1
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- never
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL
) || '}'
