-- productByIdentifier
SELECT '{`id`:`prd_' || t1.id || '`,`sku`:`' || replace(t1.sku, '`', '`"`') || '`,`price`:{`amount`:`' || CASE
WHEN t1.currency IN ('EUR', 'USD') THEN ((t1.price_minor)::numeric * 0.01)::text
WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
  'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN (t1.price_minor)::text
WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.price_minor)::numeric * 0.001)::text
WHEN t1.currency IN ('CLF', 'UYW') THEN ((t1.price_minor)::numeric * 0.0001)::text
ELSE ((t1.price_minor)::numeric * 0.01)::text
END || '`,`currency`:`' || t1.currency || '`}}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = $1::text
