-- productByIdentifier
SELECT '{"id":"prd_' || t1.id || '","sku":' || json_quote(t1.sku) || ',"price":{"amount":"' || CASE
WHEN t1.currency IN ('EUR', 'USD') THEN CASE
WHEN t1.price_minor >= 0 THEN printf('%d.%02d', t1.price_minor / 100, t1.price_minor % 100)
ELSE printf('-%d.%02d', -t1.price_minor / 100, -t1.price_minor % 100)
END
WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
  'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(t1.price_minor AS TEXT)
WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
WHEN t1.price_minor >= 0 THEN printf('%d.%03d', t1.price_minor / 1000, t1.price_minor % 1000)
ELSE printf('-%d.%03d', -t1.price_minor / 1000, -t1.price_minor % 1000)
END
WHEN t1.currency IN ('CLF', 'UYW') THEN CASE
WHEN t1.price_minor >= 0 THEN printf('%d.%04d', t1.price_minor / 10000, t1.price_minor % 10000)
ELSE printf('-%d.%04d', -t1.price_minor / 10000, -t1.price_minor % 10000)
END
ELSE CASE
WHEN t1.price_minor >= 0 THEN printf('%d.%02d', t1.price_minor / 100, t1.price_minor % 100)
ELSE printf('-%d.%02d', -t1.price_minor / 100, -t1.price_minor % 100)
END
END || '","currency":"' || t1.currency || '"}}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = ?1
