-- orders
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') ||
  '`,`net`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.net_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK',
  'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.net_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.net_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.net_minor)::numeric * 0.0001)::text ELSE ((t1.net_minor)::numeric * 0.01)::text END ||
  '`,`currency`:`' || t1.currency || '`},`credits`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`rep`:' || COALESCE((
    SELECT '{`name`:`' || replace(t3.name, '`', '`"`') || '`}'
    FROM sales_rep t3
    WHERE t3.id = t2.rep_id AND t3.deleted_at IS NULL
  ), 'null') || ',`share`:' || (t2.share_bps)::text || ',`amount`:{`amount`:`' ||
    CASE WHEN t2.currency IN ('EUR',
    'USD') THEN ((t2.amount_minor)::numeric * 0.01)::text WHEN t2.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
    'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN (t2.amount_minor)::text WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN ((t2.amount_minor)::numeric * 0.001)::text WHEN t2.currency IN ('CLF',
    'UYW') THEN ((t2.amount_minor)::numeric * 0.0001)::text ELSE ((t2.amount_minor)::numeric * 0.01)::text END ||
    '`,`currency`:`' || t2.currency || '`},`baseAmount`:' || (
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
      SELECT t2.base_amount_minor AS m, ((
        SELECT currency
        FROM organisation
      )) AS c
      LIMIT 1
    ) v
  ) || ',`order`:' || COALESCE((
    SELECT '{`number`:`' || replace(t4.number, '`', '`"`') || '`}'
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
  WHERE t1.deleted_at IS NULL AND t1.id = ANY($1::bigint[])
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
