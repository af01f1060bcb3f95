-- orders
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || ',"net":{"amount":"' ||
  CASE WHEN t1.currency IN ('EUR', 'USD') THEN CASE WHEN t1.net_minor >= 0 THEN printf('%d.%02d',
  t1.net_minor / 100, t1.net_minor % 100) ELSE printf('-%d.%02d', -t1.net_minor / 100,
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
  '","currency":"' || t1.currency || '"},"credits":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"rep":' || COALESCE((
    SELECT '{"name":' || json_quote(t3.name) || '}'
    FROM sales_rep t3
    WHERE t3.id = t2.rep_id AND t3.deleted_at IS NULL
  ), 'null') || ',"share":' || t2.share_bps || ',"amount":{"amount":"' || CASE WHEN t2.currency IN ('EUR',
    'USD') THEN CASE WHEN t2.amount_minor >= 0 THEN printf('%d.%02d', t2.amount_minor / 100,
    t2.amount_minor % 100) ELSE printf('-%d.%02d', -t2.amount_minor / 100,
    -t2.amount_minor % 100) END WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN CAST(t2.amount_minor AS TEXT) WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN CASE WHEN t2.amount_minor >= 0 THEN printf('%d.%03d', t2.amount_minor / 1000,
    t2.amount_minor % 1000) ELSE printf('-%d.%03d', -t2.amount_minor / 1000,
    -t2.amount_minor % 1000) END WHEN t2.currency IN ('CLF',
    'UYW') THEN CASE WHEN t2.amount_minor >= 0 THEN printf('%d.%04d', t2.amount_minor / 10000,
    t2.amount_minor % 10000) ELSE printf('-%d.%04d', -t2.amount_minor / 10000,
    -t2.amount_minor % 10000) END ELSE CASE WHEN t2.amount_minor >= 0 THEN printf('%d.%02d',
    t2.amount_minor / 100, t2.amount_minor % 100) ELSE printf('-%d.%02d', -t2.amount_minor / 100,
    -t2.amount_minor % 100) END END || '","currency":"' || t2.currency || '"},"baseAmount":' || (
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
      SELECT t2.base_amount_minor AS m, ((
        SELECT currency
        FROM organisation
      )) AS c
      LIMIT 1
    ) v
  ) || ',"order":' || COALESCE((
    SELECT '{"number":' || json_quote(t4.number) || '}'
    FROM sales_order t4
    WHERE t4.id = t2.order_id AND t4.deleted_at IS NULL
  ), 'null') || '}', ','), '')
  FROM (
    SELECT t2.rep_id, t2.share_bps, t2.amount_minor, t2.currency, t2.base_amount_minor, t2.order_id
    FROM order_credit t2
    WHERE t2.order_id = t1.id
    ORDER BY t2.share_bps DESC, t2.id DESC
    LIMIT 20
  ) t2
) || ']}}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.net_minor, t1.currency, t1.id
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.id IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
