-- orders
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || ',"currency":' ||
  json_quote(t1.currency) || ',"subtotal":{"amount":"' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN CASE WHEN t1.subtotal_minor >= 0 THEN printf('%d.%02d', t1.subtotal_minor / 100,
  t1.subtotal_minor % 100) ELSE printf('-%d.%02d', -t1.subtotal_minor / 100,
  -t1.subtotal_minor % 100) END WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
  'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.subtotal_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN CASE WHEN t1.subtotal_minor >= 0 THEN printf('%d.%03d', t1.subtotal_minor / 1000,
  t1.subtotal_minor % 1000) ELSE printf('-%d.%03d', -t1.subtotal_minor / 1000,
  -t1.subtotal_minor % 1000) END WHEN t1.currency IN ('CLF',
  'UYW') THEN CASE WHEN t1.subtotal_minor >= 0 THEN printf('%d.%04d', t1.subtotal_minor / 10000,
  t1.subtotal_minor % 10000) ELSE printf('-%d.%04d', -t1.subtotal_minor / 10000,
  -t1.subtotal_minor % 10000) END ELSE CASE WHEN t1.subtotal_minor >= 0 THEN printf('%d.%02d',
  t1.subtotal_minor / 100, t1.subtotal_minor % 100) ELSE printf('-%d.%02d', -t1.subtotal_minor / 100,
  -t1.subtotal_minor % 100) END END || '"},"discount":{"amount":"' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN CASE WHEN t1.discount_minor >= 0 THEN printf('%d.%02d', t1.discount_minor / 100,
  t1.discount_minor % 100) ELSE printf('-%d.%02d', -t1.discount_minor / 100,
  -t1.discount_minor % 100) END WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
  'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.discount_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN CASE WHEN t1.discount_minor >= 0 THEN printf('%d.%03d', t1.discount_minor / 1000,
  t1.discount_minor % 1000) ELSE printf('-%d.%03d', -t1.discount_minor / 1000,
  -t1.discount_minor % 1000) END WHEN t1.currency IN ('CLF',
  'UYW') THEN CASE WHEN t1.discount_minor >= 0 THEN printf('%d.%04d', t1.discount_minor / 10000,
  t1.discount_minor % 10000) ELSE printf('-%d.%04d', -t1.discount_minor / 10000,
  -t1.discount_minor % 10000) END ELSE CASE WHEN t1.discount_minor >= 0 THEN printf('%d.%02d',
  t1.discount_minor / 100, t1.discount_minor % 100) ELSE printf('-%d.%02d', -t1.discount_minor / 100,
  -t1.discount_minor % 100) END END || '"},"net":{"amount":"' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN CASE WHEN t1.net_minor >= 0 THEN printf('%d.%02d', t1.net_minor / 100,
  t1.net_minor % 100) ELSE printf('-%d.%02d', -t1.net_minor / 100,
  -t1.net_minor % 100) END WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
  'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.net_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN CASE WHEN t1.net_minor >= 0 THEN printf('%d.%03d', t1.net_minor / 1000,
  t1.net_minor % 1000) ELSE printf('-%d.%03d', -t1.net_minor / 1000,
  -t1.net_minor % 1000) END WHEN t1.currency IN ('CLF',
  'UYW') THEN CASE WHEN t1.net_minor >= 0 THEN printf('%d.%04d', t1.net_minor / 10000,
  t1.net_minor % 10000) ELSE printf('-%d.%04d', -t1.net_minor / 10000,
  -t1.net_minor % 10000) END ELSE CASE WHEN t1.net_minor >= 0 THEN printf('%d.%02d', t1.net_minor / 100,
  t1.net_minor % 100) ELSE printf('-%d.%02d', -t1.net_minor / 100, -t1.net_minor % 100) END END ||
  '"},"tax":{"amount":"' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN CASE WHEN t1.tax_minor >= 0 THEN printf('%d.%02d', t1.tax_minor / 100,
  t1.tax_minor % 100) ELSE printf('-%d.%02d', -t1.tax_minor / 100,
  -t1.tax_minor % 100) END WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
  'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.tax_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN CASE WHEN t1.tax_minor >= 0 THEN printf('%d.%03d', t1.tax_minor / 1000,
  t1.tax_minor % 1000) ELSE printf('-%d.%03d', -t1.tax_minor / 1000,
  -t1.tax_minor % 1000) END WHEN t1.currency IN ('CLF',
  'UYW') THEN CASE WHEN t1.tax_minor >= 0 THEN printf('%d.%04d', t1.tax_minor / 10000,
  t1.tax_minor % 10000) ELSE printf('-%d.%04d', -t1.tax_minor / 10000,
  -t1.tax_minor % 10000) END ELSE CASE WHEN t1.tax_minor >= 0 THEN printf('%d.%02d', t1.tax_minor / 100,
  t1.tax_minor % 100) ELSE printf('-%d.%02d', -t1.tax_minor / 100, -t1.tax_minor % 100) END END ||
  '"},"total":{"amount":"' || CASE WHEN t1.currency IN ('EUR',
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
  '"},"baseNet":' || (
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
    SELECT t1.base_net_minor AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"baseTotal":' || (
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
) || ',"lines":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"quantity":' || t2.quantity || ',"price":{"amount":"' ||
    CASE WHEN t2.currency IN ('EUR', 'USD') THEN CASE WHEN t2.price_minor >= 0 THEN printf('%d.%02d',
    t2.price_minor / 100, t2.price_minor % 100) ELSE printf('-%d.%02d', -t2.price_minor / 100,
    -t2.price_minor % 100) END WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN CAST(t2.price_minor AS TEXT) WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN CASE WHEN t2.price_minor >= 0 THEN printf('%d.%03d', t2.price_minor / 1000,
    t2.price_minor % 1000) ELSE printf('-%d.%03d', -t2.price_minor / 1000,
    -t2.price_minor % 1000) END WHEN t2.currency IN ('CLF',
    'UYW') THEN CASE WHEN t2.price_minor >= 0 THEN printf('%d.%04d', t2.price_minor / 10000,
    t2.price_minor % 10000) ELSE printf('-%d.%04d', -t2.price_minor / 10000,
    -t2.price_minor % 10000) END ELSE CASE WHEN t2.price_minor >= 0 THEN printf('%d.%02d',
    t2.price_minor / 100, t2.price_minor % 100) ELSE printf('-%d.%02d', -t2.price_minor / 100,
    -t2.price_minor % 100) END END || '"},"discountBps":' || t2.discount_bps || ',"discount":{"amount":"' ||
    CASE WHEN t2.currency IN ('EUR', 'USD') THEN CASE WHEN t2.discount_minor >= 0 THEN printf('%d.%02d',
    t2.discount_minor / 100, t2.discount_minor % 100) ELSE printf('-%d.%02d', -t2.discount_minor / 100,
    -t2.discount_minor % 100) END WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN CAST(t2.discount_minor AS TEXT) WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN CASE WHEN t2.discount_minor >= 0 THEN printf('%d.%03d', t2.discount_minor / 1000,
    t2.discount_minor % 1000) ELSE printf('-%d.%03d', -t2.discount_minor / 1000,
    -t2.discount_minor % 1000) END WHEN t2.currency IN ('CLF',
    'UYW') THEN CASE WHEN t2.discount_minor >= 0 THEN printf('%d.%04d', t2.discount_minor / 10000,
    t2.discount_minor % 10000) ELSE printf('-%d.%04d', -t2.discount_minor / 10000,
    -t2.discount_minor % 10000) END ELSE CASE WHEN t2.discount_minor >= 0 THEN printf('%d.%02d',
    t2.discount_minor / 100, t2.discount_minor % 100) ELSE printf('-%d.%02d', -t2.discount_minor / 100,
    -t2.discount_minor % 100) END END || '"},"net":{"amount":"' || CASE WHEN t2.currency IN ('EUR',
    'USD') THEN CASE WHEN t2.net_minor >= 0 THEN printf('%d.%02d', t2.net_minor / 100,
    t2.net_minor % 100) ELSE printf('-%d.%02d', -t2.net_minor / 100,
    -t2.net_minor % 100) END WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN CAST(t2.net_minor AS TEXT) WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN CASE WHEN t2.net_minor >= 0 THEN printf('%d.%03d', t2.net_minor / 1000,
    t2.net_minor % 1000) ELSE printf('-%d.%03d', -t2.net_minor / 1000,
    -t2.net_minor % 1000) END WHEN t2.currency IN ('CLF',
    'UYW') THEN CASE WHEN t2.net_minor >= 0 THEN printf('%d.%04d', t2.net_minor / 10000,
    t2.net_minor % 10000) ELSE printf('-%d.%04d', -t2.net_minor / 10000,
    -t2.net_minor % 10000) END ELSE CASE WHEN t2.net_minor >= 0 THEN printf('%d.%02d', t2.net_minor / 100,
    t2.net_minor % 100) ELSE printf('-%d.%02d', -t2.net_minor / 100, -t2.net_minor % 100) END END ||
    '"},"taxBps":' || t2.tax_bps || ',"tax":{"amount":"' || CASE WHEN t2.currency IN ('EUR',
    'USD') THEN CASE WHEN t2.tax_minor >= 0 THEN printf('%d.%02d', t2.tax_minor / 100,
    t2.tax_minor % 100) ELSE printf('-%d.%02d', -t2.tax_minor / 100,
    -t2.tax_minor % 100) END WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN CAST(t2.tax_minor AS TEXT) WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN CASE WHEN t2.tax_minor >= 0 THEN printf('%d.%03d', t2.tax_minor / 1000,
    t2.tax_minor % 1000) ELSE printf('-%d.%03d', -t2.tax_minor / 1000,
    -t2.tax_minor % 1000) END WHEN t2.currency IN ('CLF',
    'UYW') THEN CASE WHEN t2.tax_minor >= 0 THEN printf('%d.%04d', t2.tax_minor / 10000,
    t2.tax_minor % 10000) ELSE printf('-%d.%04d', -t2.tax_minor / 10000,
    -t2.tax_minor % 10000) END ELSE CASE WHEN t2.tax_minor >= 0 THEN printf('%d.%02d', t2.tax_minor / 100,
    t2.tax_minor % 100) ELSE printf('-%d.%02d', -t2.tax_minor / 100, -t2.tax_minor % 100) END END ||
    '"},"total":{"amount":"' || CASE WHEN t2.currency IN ('EUR',
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
    -t2.total_minor % 100) END END || '","currency":"' || t2.currency || '"}}', ','), '')
  FROM (
    SELECT t2.quantity, t2.price_minor, t2.currency, t2.discount_bps, t2.discount_minor, t2.net_minor,
      t2.tax_bps, t2.tax_minor, t2.total_minor
    FROM order_line t2
    WHERE t2.order_id = t1.id
    ORDER BY t2.position, t2.id
    LIMIT 20
  ) t2
) || ']}}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.currency, t1.subtotal_minor, t1.discount_minor, t1.net_minor, t1.tax_minor,
    t1.total_minor, t1.base_net_minor, t1.base_total_minor, t1.id
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.id IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
