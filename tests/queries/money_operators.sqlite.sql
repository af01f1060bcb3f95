-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- eqNumber
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND ((t2.price_minor * CASE WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t2.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = ?1) IS NOT TRUE
) || '}'
-- gt
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || ',"price":{"amount":"' ||
  CASE WHEN t1.currency IN ('EUR', 'USD') THEN CASE WHEN t1.price_minor >= 0 THEN printf('%d.%02d',
  t1.price_minor / 100, t1.price_minor % 100) ELSE printf('-%d.%02d', -t1.price_minor / 100,
  -t1.price_minor % 100) END WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
  'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.price_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN CASE WHEN t1.price_minor >= 0 THEN printf('%d.%03d', t1.price_minor / 1000,
  t1.price_minor % 1000) ELSE printf('-%d.%03d', -t1.price_minor / 1000,
  -t1.price_minor % 1000) END WHEN t1.currency IN ('CLF',
  'UYW') THEN CASE WHEN t1.price_minor >= 0 THEN printf('%d.%04d', t1.price_minor / 10000,
  t1.price_minor % 10000) ELSE printf('-%d.%04d', -t1.price_minor / 10000,
  -t1.price_minor % 10000) END ELSE CASE WHEN t1.price_minor >= 0 THEN printf('%d.%02d', t1.price_minor / 100,
  t1.price_minor % 100) ELSE printf('-%d.%02d', -t1.price_minor / 100, -t1.price_minor % 100) END END ||
  '","currency":"' || t1.currency || '"}}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.price_minor, t1.currency
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) > ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- gte
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) >= ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- lt
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || ',"price":{"amount":"' ||
  CASE WHEN t1.currency IN ('EUR', 'USD') THEN CASE WHEN t1.price_minor >= 0 THEN printf('%d.%02d',
  t1.price_minor / 100, t1.price_minor % 100) ELSE printf('-%d.%02d', -t1.price_minor / 100,
  -t1.price_minor % 100) END WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
  'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.price_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN CASE WHEN t1.price_minor >= 0 THEN printf('%d.%03d', t1.price_minor / 1000,
  t1.price_minor % 1000) ELSE printf('-%d.%03d', -t1.price_minor / 1000,
  -t1.price_minor % 1000) END WHEN t1.currency IN ('CLF',
  'UYW') THEN CASE WHEN t1.price_minor >= 0 THEN printf('%d.%04d', t1.price_minor / 10000,
  t1.price_minor % 10000) ELSE printf('-%d.%04d', -t1.price_minor / 10000,
  -t1.price_minor % 10000) END ELSE CASE WHEN t1.price_minor >= 0 THEN printf('%d.%02d', t1.price_minor / 100,
  t1.price_minor % 100) ELSE printf('-%d.%02d', -t1.price_minor / 100, -t1.price_minor % 100) END END ||
  '","currency":"' || t1.currency || '"}}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.price_minor, t1.currency
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) < ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- lte
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) <= ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) IN (
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
  WHERE t1.deleted_at IS NULL AND ((t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- isNull
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.cost_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- oneCurrency
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) > ?1 AND t1.currency = ?2
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- otherCurrencies
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) ||
  ',"total":{"amount":"' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN CASE WHEN t1.total_minor >= 0 THEN printf('%d.%02d', t1.total_minor / 100,
  t1.total_minor % 100) ELSE printf('-%d.%02d', -t1.total_minor / 100,
  -t1.total_minor % 100) END WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
  'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.total_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN CASE WHEN t1.total_minor >= 0 THEN printf('%d.%03d', t1.total_minor / 1000,
  t1.total_minor % 1000) ELSE printf('-%d.%03d', -t1.total_minor / 1000,
  -t1.total_minor % 1000) END WHEN t1.currency IN ('CLF',
  'UYW') THEN CASE WHEN t1.total_minor >= 0 THEN printf('%d.%04d', t1.total_minor / 10000,
  t1.total_minor % 10000) ELSE printf('-%d.%04d', -t1.total_minor / 10000,
  -t1.total_minor % 10000) END ELSE CASE WHEN t1.total_minor >= 0 THEN printf('%d.%02d', t1.total_minor / 100,
  t1.total_minor % 100) ELSE printf('-%d.%02d', -t1.total_minor / 100, -t1.total_minor % 100) END END ||
  '","currency":"' || t1.currency || '"}}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.total_minor, t1.currency
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND (t1.total_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) > ?1 AND (t1.currency IN (
    SELECT value
    FROM json_each(?2)
  )) IS NOT TRUE
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- base
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || ',"baseTotal":' || (
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
  END || '","currency":"' || v.c || '"}'
  END
  FROM (
    SELECT t1.base_total_minor AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.base_total_minor
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND (t1.base_total_minor * CASE WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN 10000 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('CLF', 'UYW') THEN 1 ELSE 100 END) >= ?1 AND (t1.base_total_minor * CASE WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN 10000 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('CLF', 'UYW') THEN 1 ELSE 100 END) <= ?2
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- lifetime
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
) || '}', ','), '') || ']}'
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
  ) IN ('CLF', 'UYW') THEN 1 ELSE 100 END) > ?1
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
