-- orders
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`currency`:' || COALESCE('`' || replace(t4.g0, '`', '`"`') || '`',
    'null') || ',`status`:' || COALESCE('`' || t4.g1 || '`', 'null') || ',`orderDate`:' || COALESCE('`' ||
    t4.g2 || '`', 'null') || ',`owner`:null,`aggregate`:{`count`:' || t4.x0 || ',`max`:{`total`:' || t4.x1 ||
    '}}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, t3.g1, t3.g2, (COALESCE(sum(t3.n), 0))::bigint AS x0, '[' ||
      COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN ((t3.h0)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.h0)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.h0)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.h0)::numeric * 0.0001)::text ELSE ((t3.h0)::numeric * 0.01)::text END || '`}' END,
      ','), '') || ']' AS x1
    FROM (
      SELECT t2.currency AS g0, t2.status AS g1, date_trunc('quarter', t2.order_date::timestamp)::date AS g2,
        t2.currency AS cur, count(*) AS n, max(t2.total_minor) AS h0
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1, 2, 3, 4
      ORDER BY 1, 2, 3, 4
    ) t3
    GROUP BY t3.g0, t3.g1, t3.g2
    ORDER BY t3.g0 IS NULL, t3.g0, t3.g1 IS NULL, t3.g1, t3.g2 IS NULL, t3.g2
    LIMIT 100
  ) t4
) || '}'
