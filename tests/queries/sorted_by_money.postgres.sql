-- products
SELECT '{`edges`:[' || COALESCE(string_agg('{`cursor`:`' || encode(convert_to('["Product PRICE:ASC",' ||
  (t1.k0)::text || ',' || t1.id || ']', 'UTF8'), 'hex') || '`,`node`:{`sku`:`' || replace(t1.sku, '`',
  '`"`') || '`,`price`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.price_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
  'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.price_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.price_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.price_minor)::numeric * 0.0001)::text ELSE ((t1.price_minor)::numeric * 0.01)::text END ||
  '`,`currency`:`' || t1.currency || '`}}}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.sku, t1.price_minor, t1.currency, (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP',
    'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) AS k0
  FROM product t1
  WHERE t1.deleted_at IS NULL
  ORDER BY (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t1.currency IN ('BHD',
    'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END),
    t1.id
  LIMIT 20
) t1
-- rest
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
  WHERE t1.deleted_at IS NULL AND ((t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END), t1.id) > ($1::bigint, $2::bigint)
  ORDER BY (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t1.currency IN ('BHD',
    'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END),
    t1.id
  LIMIT 20
) t1
-- orders
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
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.base_total_minor DESC NULLS LAST, t1.id DESC
  LIMIT 20
) t1
