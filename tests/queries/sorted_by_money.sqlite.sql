-- products
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Product PRICE:ASC",' || t1.k0 ||
  ',' || t1.id || ']')) || '","node":{"sku":' || json_quote(t1.sku) || ',"price":{"amount":"' ||
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
  '","currency":"' || t1.currency || '"}}}', ','), '') || ']}'
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
  WHERE t1.deleted_at IS NULL AND ((t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END), t1.id) > (?1, ?2)
  ORDER BY (t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t1.currency IN ('BHD',
    'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END),
    t1.id
  LIMIT 20
) t1
-- orders
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
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.base_total_minor DESC NULLS LAST, t1.id DESC
  LIMIT 20
) t1
