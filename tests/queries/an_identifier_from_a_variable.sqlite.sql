-- productByIdentifier
SELECT '{"id":"prd_' || t1.id || '","sku":' || json_quote(t1.sku) || ',"price":{"amount":"' || CASE
WHEN t1.currency IN ('EUR', 'USD') THEN printf('%s%d.%02d', CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END,
  abs(t1.price_minor) / 100, abs(t1.price_minor) % 100)
WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
  'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(t1.price_minor AS TEXT)
WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN printf('%s%d.%03d',
  CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END, abs(t1.price_minor) / 1000, abs(t1.price_minor) % 1000)
WHEN t1.currency IN ('CLF', 'UYW') THEN printf('%s%d.%04d', CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END,
  abs(t1.price_minor) / 10000, abs(t1.price_minor) % 10000)
ELSE printf('%s%d.%02d', CASE WHEN t1.price_minor < 0 THEN '-' ELSE '' END, abs(t1.price_minor) / 100,
  abs(t1.price_minor) % 100)
END || '","currency":"' || t1.currency || '"}}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = :p1
