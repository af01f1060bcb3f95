-- customers
SELECT '{`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
  encode(convert_to('["Customer LAST_ORDER_AT:DESC",' || COALESCE('"' || to_char(t1.k0 AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null') || ',' || t1.id || ']', 'UTF8'), 'hex') ||
  '`,`node`:{`id`:`cus_' || t1.id || '`,`lastOrderAt`:' || COALESCE('`' || to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || '}}', ','), '') || ']}'
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
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`lastOrderAt`:' || COALESCE('`' ||
  to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || '}', ',') FILTER (WHERE t1.rn <= 3),
  '') || '],`pageInfo`:{`hasPreviousPage`:' || CASE
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
  END <= $1::bigint AND (CASE WHEN (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL THEN 1 ELSE 0 END > $1::bigint OR (CASE WHEN (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL THEN 1 ELSE 0 END = $1::bigint AND (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) < $2::timestamptz) OR (CASE WHEN (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL THEN 1 ELSE 0 END = $1::bigint AND ((
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) = $2::timestamptz OR $1::bigint = 1) AND t2.id < $3::bigint)) IS NOT TRUE
) THEN 'true'
ELSE 'false'
END || ',`hasNextPage`:' || CASE
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
    END >= $1::bigint AND (CASE WHEN (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) IS NULL THEN 1 ELSE 0 END > $1::bigint OR (CASE WHEN (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) IS NULL THEN 1 ELSE 0 END = $1::bigint AND (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) < $2::timestamptz) OR (CASE WHEN (
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) IS NULL THEN 1 ELSE 0 END = $1::bigint AND ((
      SELECT MAX(o.confirmed_at)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) = $2::timestamptz OR $1::bigint = 1) AND t1.id < $3::bigint))
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
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) >= $1::timestamptz
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- never
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (
    SELECT MAX(o.confirmed_at)
    FROM sales_order o
    WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
      o.deleted_at IS NULL
  ) IS NULL
) || '}'
