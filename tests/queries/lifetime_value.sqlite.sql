-- customers
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Customer LIFETIME_VALUE:DESC",' ||
  t1.k0 || ',' || t1.id || ']')) || '","node":{"name":' || json_quote(t1.name) || ',"lifetimeValue":' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
  ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
  END
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(v.m AS TEXT)
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%03d', v.m / 1000, v.m % 1000)
  ELSE printf('-%d.%03d', -v.m / 1000, -v.m % 1000)
  END
  WHEN v.c IN ('CLF', 'UYW') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%04d', v.m / 10000, v.m % 10000)
  ELSE printf('-%d.%04d', -v.m / 10000, -v.m % 10000)
  END
  ELSE CASE
  WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
  ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
  END
  END || '","currency":"' || v.c || '","minorUnits":"' || v.m || '"}'
  END
  FROM (
    SELECT (
      SELECT (
        SELECT COALESCE(SUM(o.base_total_minor), 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE(SUM(k.base_total_minor), 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || '}}', ',') FILTER (WHERE t1.rn <= 4), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 4 THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.name, (
      SELECT (
        SELECT COALESCE(SUM(o.base_total_minor), 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE(SUM(k.base_total_minor), 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ) AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL
    ORDER BY (
      SELECT (
        SELECT COALESCE(SUM(o.base_total_minor), 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE(SUM(k.base_total_minor), 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ) DESC, t1.id DESC
    LIMIT 4 + 1
  ) t1
) t1
-- rest
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","lifetimeValue":' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
  ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
  END
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(v.m AS TEXT)
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%03d', v.m / 1000, v.m % 1000)
  ELSE printf('-%d.%03d', -v.m / 1000, -v.m % 1000)
  END
  WHEN v.c IN ('CLF', 'UYW') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%04d', v.m / 10000, v.m % 10000)
  ELSE printf('-%d.%04d', -v.m / 10000, -v.m % 10000)
  END
  ELSE CASE
  WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
  ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
  END
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT (
        SELECT COALESCE(SUM(o.base_total_minor), 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE(SUM(k.base_total_minor), 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || '}', ',') FILTER (WHERE t1.rn <= 3), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 3 THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND ((
    SELECT (
      SELECT COALESCE(SUM(o.base_total_minor), 0)
      FROM sales_order o
      WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) - (
      SELECT COALESCE(SUM(k.base_total_minor), 0)
      FROM sales_order o
      JOIN order_return k ON k.order_id = o.id
      WHERE o.customer_id = t2.id AND o.deleted_at IS NULL AND 1 = 1
    )
  ), t2.id) >= (?1, ?2)
) THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, (
      SELECT (
        SELECT COALESCE(SUM(o.base_total_minor), 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE(SUM(k.base_total_minor), 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ) AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND ((
      SELECT (
        SELECT COALESCE(SUM(o.base_total_minor), 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE(SUM(k.base_total_minor), 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ), t1.id) < (?1, ?2)
    ORDER BY (
      SELECT (
        SELECT COALESCE(SUM(o.base_total_minor), 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE(SUM(k.base_total_minor), 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ) DESC, t1.id DESC
    LIMIT 3 + 1
  ) t1
) t1
-- good
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND ((
    SELECT (
      SELECT COALESCE(SUM(o.base_total_minor), 0)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) - (
      SELECT COALESCE(SUM(k.base_total_minor), 0)
      FROM sales_order o
      JOIN order_return k ON k.order_id = o.id
      WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
    )
  ) * CASE WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN 10000 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('CLF', 'UYW') THEN 1 ELSE 100 END) >= ?1 AND ((
    SELECT currency
    FROM organisation
  )) = ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- none
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND ((
    SELECT (
      SELECT COALESCE(SUM(o.base_total_minor), 0)
      FROM sales_order o
      WHERE o.customer_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) - (
      SELECT COALESCE(SUM(k.base_total_minor), 0)
      FROM sales_order o
      JOIN order_return k ON k.order_id = o.id
      WHERE o.customer_id = t2.id AND o.deleted_at IS NULL AND 1 = 1
    )
  ) * CASE WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN 10000 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = ?1
) || '}'
