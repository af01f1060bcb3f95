-- products
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Product PRICE:ASC",' || t1.k0 ||
  ',' || t1.id || ']')) || '","node":{"sku":' || json_quote(t1.sku) || ',"price":{"amount":"' ||
  CASE WHEN t1.currency IN ('EUR', 'USD') THEN printf('%s%d.%02d',
  CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END, abs(t1.price_minor) / 100,
  abs(t1.price_minor) % 100) WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
  'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.price_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN printf('%s%d.%03d', CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END,
  abs(t1.price_minor) / 1000, abs(t1.price_minor) % 1000) WHEN t1.currency IN ('CLF',
  'UYW') THEN printf('%s%d.%04d', CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END,
  abs(t1.price_minor) / 10000, abs(t1.price_minor) % 10000) ELSE printf('%s%d.%02d',
  CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END, abs(t1.price_minor) / 100,
  abs(t1.price_minor) % 100) END || '","currency":"' || t1.currency || '"}}}', ','), '') || ']}'
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
  CASE WHEN t1.currency IN ('EUR', 'USD') THEN printf('%s%d.%02d',
  CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END, abs(t1.price_minor) / 100,
  abs(t1.price_minor) % 100) WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
  'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.price_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN printf('%s%d.%03d', CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END,
  abs(t1.price_minor) / 1000, abs(t1.price_minor) % 1000) WHEN t1.currency IN ('CLF',
  'UYW') THEN printf('%s%d.%04d', CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END,
  abs(t1.price_minor) / 10000, abs(t1.price_minor) % 10000) ELSE printf('%s%d.%02d',
  CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END, abs(t1.price_minor) / 100,
  abs(t1.price_minor) % 100) END || '","currency":"' || t1.currency || '"}}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.price_minor, t1.currency
  FROM product t1
  WHERE t1.deleted_at IS NULL AND ((t1.price_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END), t1.id) > (:p1, :p2)
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
  WHEN v.c IN ('EUR', 'USD') THEN printf('%s%d.%02d', CASE WHEN v.m < 0 THEN '-' ELSE '' END, abs(v.m) / 100,
    abs(v.m) % 100)
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(v.m AS TEXT)
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN printf('%s%d.%03d',
    CASE WHEN v.m < 0 THEN '-' ELSE '' END, abs(v.m) / 1000, abs(v.m) % 1000)
  WHEN v.c IN ('CLF', 'UYW') THEN printf('%s%d.%04d', CASE WHEN v.m < 0 THEN '-' ELSE '' END,
    abs(v.m) / 10000, abs(v.m) % 10000)
  ELSE printf('%s%d.%02d', CASE WHEN v.m < 0 THEN '-' ELSE '' END, abs(v.m) / 100, abs(v.m) % 100)
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
