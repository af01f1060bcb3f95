-- orders
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`status`:' || COALESCE('`' || t4.g0 || '`', 'null') ||
    ',`aggregate`:{`count`:' || t4.x0 || ',`sum`:{`total`:' || t4.x1 || '}}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0, '[' ||
      COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN ((t3.s0)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.s0)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.s0)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.s0)::numeric * 0.0001)::text ELSE ((t3.s0)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t3.cur || '`}' END, ','), '') || ']' AS x1
    FROM (
      SELECT t2.status AS g0, t2.currency AS cur, count(*) AS n, (sum(t2.total_minor))::bigint AS s0
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1, 2
      ORDER BY 1, 2
    ) t3
    GROUP BY t3.g0
    ORDER BY sum(t3.n) DESC, t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
