-- orders
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') ||
  '`,`currency`:`' || replace(t1.currency, '`', '`"`') || '`,`subtotal`:{`amount`:`' ||
  CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.subtotal_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
  'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.subtotal_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.subtotal_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.subtotal_minor)::numeric * 0.0001)::text ELSE ((t1.subtotal_minor)::numeric * 0.01)::text END ||
  '`},`discount`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.discount_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
  'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.discount_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.discount_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.discount_minor)::numeric * 0.0001)::text ELSE ((t1.discount_minor)::numeric * 0.01)::text END ||
  '`},`net`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.net_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
  'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.net_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.net_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.net_minor)::numeric * 0.0001)::text ELSE ((t1.net_minor)::numeric * 0.01)::text END ||
  '`},`tax`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.tax_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
  'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.tax_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.tax_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.tax_minor)::numeric * 0.0001)::text ELSE ((t1.tax_minor)::numeric * 0.01)::text END ||
  '`},`total`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.total_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
  'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.total_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.total_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.total_minor)::numeric * 0.0001)::text ELSE ((t1.total_minor)::numeric * 0.01)::text END ||
  '`},`baseNet`:' || (
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
    SELECT t1.base_net_minor AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`baseTotal`:' || (
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
) || ',`lines`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`quantity`:' || (t2.quantity)::text || ',`price`:{`amount`:`' ||
    CASE WHEN t2.currency IN ('EUR',
    'USD') THEN ((t2.price_minor)::numeric * 0.01)::text WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN (t2.price_minor)::text WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN ((t2.price_minor)::numeric * 0.001)::text WHEN t2.currency IN ('CLF',
    'UYW') THEN ((t2.price_minor)::numeric * 0.0001)::text ELSE ((t2.price_minor)::numeric * 0.01)::text END ||
    '`},`discountBps`:' || (t2.discount_bps)::text || ',`discount`:{`amount`:`' ||
    CASE WHEN t2.currency IN ('EUR',
    'USD') THEN ((t2.discount_minor)::numeric * 0.01)::text WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN (t2.discount_minor)::text WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN ((t2.discount_minor)::numeric * 0.001)::text WHEN t2.currency IN ('CLF',
    'UYW') THEN ((t2.discount_minor)::numeric * 0.0001)::text ELSE ((t2.discount_minor)::numeric * 0.01)::text END ||
    '`},`net`:{`amount`:`' || CASE WHEN t2.currency IN ('EUR',
    'USD') THEN ((t2.net_minor)::numeric * 0.01)::text WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
    'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN (t2.net_minor)::text WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN ((t2.net_minor)::numeric * 0.001)::text WHEN t2.currency IN ('CLF',
    'UYW') THEN ((t2.net_minor)::numeric * 0.0001)::text ELSE ((t2.net_minor)::numeric * 0.01)::text END ||
    '`},`taxBps`:' || (t2.tax_bps)::text || ',`tax`:{`amount`:`' || CASE WHEN t2.currency IN ('EUR',
    'USD') THEN ((t2.tax_minor)::numeric * 0.01)::text WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
    'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN (t2.tax_minor)::text WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN ((t2.tax_minor)::numeric * 0.001)::text WHEN t2.currency IN ('CLF',
    'UYW') THEN ((t2.tax_minor)::numeric * 0.0001)::text ELSE ((t2.tax_minor)::numeric * 0.01)::text END ||
    '`},`total`:{`amount`:`' || CASE WHEN t2.currency IN ('EUR',
    'USD') THEN ((t2.total_minor)::numeric * 0.01)::text WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN (t2.total_minor)::text WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN ((t2.total_minor)::numeric * 0.001)::text WHEN t2.currency IN ('CLF',
    'UYW') THEN ((t2.total_minor)::numeric * 0.0001)::text ELSE ((t2.total_minor)::numeric * 0.01)::text END ||
    '`,`currency`:`' || t2.currency || '`}}', ','), '')
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
  WHERE t1.deleted_at IS NULL AND t1.id = ANY($1::bigint[])
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
