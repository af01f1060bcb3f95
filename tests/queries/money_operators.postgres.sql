-- eq
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- eqNumber
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND ((t2.price_minor * CASE WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t2.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = $1::bigint) IS NOT TRUE
) || '}'
-- gt
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') ||
  '`,`price`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.price_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
  'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.price_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.price_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.price_minor)::numeric * 0.0001)::text ELSE ((t1.price_minor)::numeric * 0.01)::text END ||
  '`,`currency`:`' || t1.currency || '`}}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.price_minor, t1.currency
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) > $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- gte
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) >= $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- lt
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') ||
  '`,`price`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.price_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
  'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.price_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.price_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.price_minor)::numeric * 0.0001)::text ELSE ((t1.price_minor)::numeric * 0.01)::text END ||
  '`,`currency`:`' || t1.currency || '`}}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.price_minor, t1.currency
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) < $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- lte
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) <= $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- in
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = ANY($1::bigint[])
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- notIn
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND ((t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) = ANY($1::bigint[])) IS NOT TRUE
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- isNull
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
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
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) > $1::bigint AND
    t1.currency = $2::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- otherCurrencies
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') ||
  '`,`total`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.total_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
  'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.total_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.total_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.total_minor)::numeric * 0.0001)::text ELSE ((t1.total_minor)::numeric * 0.01)::text END ||
  '`,`currency`:`' || t1.currency || '`}}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.total_minor, t1.currency
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND (t1.total_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) > $1::bigint AND
    (t1.currency = ANY($2::text[])) IS NOT TRUE
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- base
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') ||
  '`,`baseTotal`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`,`currency`:`' || v.c || '`}'
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
  ) IN ('CLF', 'UYW') THEN 1 ELSE 100 END) >= $1::bigint AND (t1.base_total_minor * CASE WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN 10000 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN (
    SELECT currency
    FROM organisation
  ) IN ('CLF', 'UYW') THEN 1 ELSE 100 END) <= $2::bigint
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- lifetime
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`lifetimeValue`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (
        SELECT COALESCE((SUM(o.base_total_minor))::bigint, 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE((SUM(k.base_total_minor))::bigint, 0)
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
      SELECT COALESCE((SUM(o.base_total_minor))::bigint, 0)
      FROM sales_order o
      WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
        o.deleted_at IS NULL
    ) - (
      SELECT COALESCE((SUM(k.base_total_minor))::bigint, 0)
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
  ) IN ('CLF', 'UYW') THEN 1 ELSE 100 END) > $1::bigint
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
