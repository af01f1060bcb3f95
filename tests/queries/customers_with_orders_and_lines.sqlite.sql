-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","name":' || json_quote(t1.name) ||
  ',"orders":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"number":' || json_quote(t2.number) || ',"status":"' || t2.status ||
    '","orderDate":"' || t2.order_date || '","lines":{"nodes":[' || (
    SELECT COALESCE(group_concat('{"position":' || t3.position || ',"quantity":' || t3.quantity ||
      ',"product":' || COALESCE((
      SELECT '{"sku":' || json_quote(t4.sku) || ',"name":' || json_quote(t4.name) || '}'
      FROM product t4
      WHERE t4.id = t3.product_id AND t4.deleted_at IS NULL
    ), 'null') || ',"price":{"amount":"' || CASE WHEN t3.currency IN ('EUR',
      'USD') THEN CASE WHEN t3.price_minor >= 0 THEN printf('%d.%02d', t3.price_minor / 100,
      t3.price_minor % 100) ELSE printf('-%d.%02d', -t3.price_minor / 100,
      -t3.price_minor % 100) END WHEN t3.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
      'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t3.price_minor AS TEXT) WHEN t3.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t3.price_minor >= 0 THEN printf('%d.%03d', t3.price_minor / 1000,
      t3.price_minor % 1000) ELSE printf('-%d.%03d', -t3.price_minor / 1000,
      -t3.price_minor % 1000) END WHEN t3.currency IN ('CLF',
      'UYW') THEN CASE WHEN t3.price_minor >= 0 THEN printf('%d.%04d', t3.price_minor / 10000,
      t3.price_minor % 10000) ELSE printf('-%d.%04d', -t3.price_minor / 10000,
      -t3.price_minor % 10000) END ELSE CASE WHEN t3.price_minor >= 0 THEN printf('%d.%02d',
      t3.price_minor / 100, t3.price_minor % 100) ELSE printf('-%d.%02d', -t3.price_minor / 100,
      -t3.price_minor % 100) END END || '","currency":"' || t3.currency || '"},"total":{"amount":"' ||
      CASE WHEN t3.currency IN ('EUR', 'USD') THEN CASE WHEN t3.total_minor >= 0 THEN printf('%d.%02d',
      t3.total_minor / 100, t3.total_minor % 100) ELSE printf('-%d.%02d', -t3.total_minor / 100,
      -t3.total_minor % 100) END WHEN t3.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
      'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t3.total_minor AS TEXT) WHEN t3.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t3.total_minor >= 0 THEN printf('%d.%03d', t3.total_minor / 1000,
      t3.total_minor % 1000) ELSE printf('-%d.%03d', -t3.total_minor / 1000,
      -t3.total_minor % 1000) END WHEN t3.currency IN ('CLF',
      'UYW') THEN CASE WHEN t3.total_minor >= 0 THEN printf('%d.%04d', t3.total_minor / 10000,
      t3.total_minor % 10000) ELSE printf('-%d.%04d', -t3.total_minor / 10000,
      -t3.total_minor % 10000) END ELSE CASE WHEN t3.total_minor >= 0 THEN printf('%d.%02d',
      t3.total_minor / 100, t3.total_minor % 100) ELSE printf('-%d.%02d', -t3.total_minor / 100,
      -t3.total_minor % 100) END END || '"}}', ','), '')
    FROM (
      SELECT t3.position, t3.quantity, t3.product_id, t3.price_minor, t3.currency, t3.total_minor
      FROM order_line t3
      WHERE t3.order_id = t2.id
      ORDER BY t3.position, t3.id
      LIMIT 20
    ) t3
  ) || ']},"total":{"amount":"' || CASE WHEN t2.currency IN ('EUR',
    'USD') THEN CASE WHEN t2.total_minor >= 0 THEN printf('%d.%02d', t2.total_minor / 100,
    t2.total_minor % 100) ELSE printf('-%d.%02d', -t2.total_minor / 100,
    -t2.total_minor % 100) END WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN CAST(t2.total_minor AS TEXT) WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN CASE WHEN t2.total_minor >= 0 THEN printf('%d.%03d', t2.total_minor / 1000,
    t2.total_minor % 1000) ELSE printf('-%d.%03d', -t2.total_minor / 1000,
    -t2.total_minor % 1000) END WHEN t2.currency IN ('CLF',
    'UYW') THEN CASE WHEN t2.total_minor >= 0 THEN printf('%d.%04d', t2.total_minor / 10000,
    t2.total_minor % 10000) ELSE printf('-%d.%04d', -t2.total_minor / 10000,
    -t2.total_minor % 10000) END ELSE CASE WHEN t2.total_minor >= 0 THEN printf('%d.%02d',
    t2.total_minor / 100, t2.total_minor % 100) ELSE printf('-%d.%02d', -t2.total_minor / 100,
    -t2.total_minor % 100) END END || '","currency":"' || t2.currency || '","minorUnits":"' ||
    t2.total_minor || '"}}', ','), '') || '],"totalCount":' || (
    SELECT count(*)
    FROM sales_order t5
    WHERE t5.customer_id = t1.id AND t5.deleted_at IS NULL
  )
  FROM (
    SELECT t2.number, t2.status, t2.order_date, t2.id, t2.total_minor, t2.currency
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.order_date DESC, t2.id DESC
    LIMIT 2
  ) t2
) || '},"tickets":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"number":' || json_quote(t6.number) || ',"issue":' || json_quote(t6.issue) ||
    ',"priority":"' || t6.priority || '"}', ','), '')
  FROM (
    SELECT t6.number, t6.issue, t6.priority
    FROM ticket t6
    WHERE t6.customer_id = t1.id AND t6.deleted_at IS NULL AND t6.status IN (
      SELECT value
      FROM json_each(?1)
    )
    ORDER BY t6.created_at DESC, t6.id DESC
    LIMIT 20
  ) t6
) || ']},"owner":' || COALESCE((
  SELECT '{"name":' || json_quote(t7.name) || ',"sales":{"nodes":[' || (
    SELECT COALESCE(group_concat('{"number":' || json_quote(t8.number) || ',"total":{"amount":"' ||
      CASE WHEN t8.currency IN ('EUR', 'USD') THEN CASE WHEN t8.total_minor >= 0 THEN printf('%d.%02d',
      t8.total_minor / 100, t8.total_minor % 100) ELSE printf('-%d.%02d', -t8.total_minor / 100,
      -t8.total_minor % 100) END WHEN t8.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
      'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t8.total_minor AS TEXT) WHEN t8.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t8.total_minor >= 0 THEN printf('%d.%03d', t8.total_minor / 1000,
      t8.total_minor % 1000) ELSE printf('-%d.%03d', -t8.total_minor / 1000,
      -t8.total_minor % 1000) END WHEN t8.currency IN ('CLF',
      'UYW') THEN CASE WHEN t8.total_minor >= 0 THEN printf('%d.%04d', t8.total_minor / 10000,
      t8.total_minor % 10000) ELSE printf('-%d.%04d', -t8.total_minor / 10000,
      -t8.total_minor % 10000) END ELSE CASE WHEN t8.total_minor >= 0 THEN printf('%d.%02d',
      t8.total_minor / 100, t8.total_minor % 100) ELSE printf('-%d.%02d', -t8.total_minor / 100,
      -t8.total_minor % 100) END END || '","currency":"' || t8.currency || '"}}', ','), '')
    FROM (
      SELECT t8.number, t8.total_minor, t8.currency
      FROM order_credit t9
      JOIN sales_order t8 ON t8.id = t9.order_id
      WHERE t9.rep_id = t7.id AND t8.deleted_at IS NULL
      ORDER BY t9.order_date DESC, t9.order_id DESC
      LIMIT 2
    ) t8
  ) || ']}}'
  FROM sales_rep t7
  WHERE t7.id = t1.owner_id AND t7.deleted_at IS NULL
), 'null') || '}', ','), '') || '],"totalCount":' || (
  SELECT count(*)
  FROM customer t10
  WHERE t10.deleted_at IS NULL
) || '}'
FROM (
  SELECT t1.id, t1.name, t1.owner_id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 4
) t1
