-- all
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' ||
  lower(hex('["Order STATUS:DESC,ORDER_DATE:ASC,TOTAL:DESC",' || '"' || t1.k0 || '"' || ',' || '"' || t1.k1 ||
  '"' || ',' || t1.k2 || ',' || t1.id || ']')) || '","node":{"id":"ord_' || t1.id || '","status":"' ||
  t1.status || '","orderDate":"' || t1.order_date || '","total":{"amount":"' ||
  CASE WHEN t1.currency IN ('EUR', 'USD') THEN CASE WHEN t1.total_minor >= 0 THEN printf('%d.%02d',
  t1.total_minor / 100, t1.total_minor % 100) ELSE printf('-%d.%02d', -t1.total_minor / 100,
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
  '","currency":"' || t1.currency || '"}}}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.status, t1.order_date, t1.total_minor, t1.currency, t1.status AS k0, t1.order_date AS k1,
    (t1.total_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
    'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD',
    'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) AS k2
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.status DESC, t1.order_date, (t1.total_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF',
    'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) DESC, t1.id DESC
  LIMIT 20
) t1
-- rest
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"ord_' || t1.id || '","status":"' || t1.status || '"}',
  ',') FILTER (WHERE t1.rn <= 3), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 3 THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL AND t2.status >= ?1 AND (t2.status < ?1 OR (t2.status = ?1 AND
    t2.order_date > ?2) OR (t2.status = ?1 AND t2.order_date = ?2 AND
    (t2.total_minor * CASE WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
    'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t2.currency IN ('BHD', 'IQD',
    'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t2.currency IN ('CLF',
    'UYW') THEN 1 ELSE 100 END) < ?3) OR (t2.status = ?1 AND t2.order_date = ?2 AND
    (t2.total_minor * CASE WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
    'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t2.currency IN ('BHD', 'IQD',
    'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t2.currency IN ('CLF',
    'UYW') THEN 1 ELSE 100 END) = ?3 AND t2.id < ?4)) IS NOT TRUE
) THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.status, t1.status AS k0, t1.order_date AS k1,
      (t1.total_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
      'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t1.currency IN ('BHD',
      'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t1.currency IN ('CLF',
      'UYW') THEN 1 ELSE 100 END) AS k2
    FROM sales_order t1
    WHERE t1.deleted_at IS NULL AND t1.status <= ?1 AND (t1.status < ?1 OR (t1.status = ?1 AND
      t1.order_date > ?2) OR (t1.status = ?1 AND t1.order_date = ?2 AND
      (t1.total_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
      'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t1.currency IN ('BHD',
      'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t1.currency IN ('CLF',
      'UYW') THEN 1 ELSE 100 END) < ?3) OR (t1.status = ?1 AND t1.order_date = ?2 AND
      (t1.total_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
      'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN t1.currency IN ('BHD',
      'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN t1.currency IN ('CLF',
      'UYW') THEN 1 ELSE 100 END) = ?3 AND t1.id < ?4))
    ORDER BY t1.status DESC, t1.order_date, (t1.total_minor * CASE WHEN t1.currency IN ('BIF', 'CLP', 'DJF',
      'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN 10000 WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN 10 WHEN t1.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) DESC, t1.id DESC
    LIMIT 3 + 1
  ) t1
) t1
