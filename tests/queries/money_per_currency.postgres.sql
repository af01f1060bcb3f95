-- orders
SELECT '{`aggregate`:' || (
  SELECT '{`count`:' || t4.x0 || ',`sum`:{`total`:' || t4.x1 || ',`net`:' || t4.x2 ||
    '},`average`:{`total`:' || t4.x3 || '},`min`:{`total`:' || t4.x4 || '},`max`:{`total`:' || t4.x5 || '}}'
  FROM (
    SELECT (COALESCE(sum(t3.n), 0))::bigint AS x0, '[' ||
      COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN ((t3.s0)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.s0)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.s0)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.s0)::numeric * 0.0001)::text ELSE ((t3.s0)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t3.cur || '`,`minorUnits`:`' || t3.s0 || '`}' END, ','), '') || ']' AS x1, '[' ||
      COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`currency`:`' || t3.cur || '`,`amount`:`' ||
      CASE WHEN t3.cur IN ('EUR', 'USD') THEN ((t3.s1)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP',
      'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.s1)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.s1)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.s1)::numeric * 0.0001)::text ELSE ((t3.s1)::numeric * 0.01)::text END || '`}' END,
      ','), '') || ']' AS x2, '[' || COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' ||
      CASE WHEN t3.cur IN ('EUR',
      'USD') THEN (((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF',
      'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN ((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN (((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN (((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::numeric * 0.0001)::text ELSE (((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::numeric * 0.01)::text END || '`,`currency`:`' || t3.cur || '`}' END, ','), '') ||
      ']' AS x3, '[' || COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' ||
      CASE WHEN t3.cur IN ('EUR', 'USD') THEN ((t3.l0)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP',
      'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.l0)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.l0)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.l0)::numeric * 0.0001)::text ELSE ((t3.l0)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t3.cur || '`}' END, ','), '') || ']' AS x4, '[' ||
      COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN ((t3.h0)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.h0)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.h0)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.h0)::numeric * 0.0001)::text ELSE ((t3.h0)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t3.cur || '`}' END, ','), '') || ']' AS x5
    FROM (
      SELECT t2.currency AS cur, count(*) AS n, (sum(t2.total_minor))::bigint AS s0,
        (sum(t2.net_minor))::bigint AS s1, min(t2.total_minor) AS l0, max(t2.total_minor) AS h0
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
  ) t4
) || '}'
-- products
SELECT '{`aggregate`:' || (
  SELECT '{`sum`:{`price`:' || t4.x0 || ',`cost`:' || t4.x1 || '},`average`:{`price`:' || t4.x2 ||
    ',`cost`:' || t4.x3 || '}}'
  FROM (
    SELECT '[' || COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN ((t3.s0)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.s0)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.s0)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.s0)::numeric * 0.0001)::text ELSE ((t3.s0)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t3.cur || '`}' END, ','), '') || ']' AS x0, '[' ||
      COALESCE(string_agg(CASE WHEN t3.c1 > 0 THEN '{`amount`:`' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN ((t3.s1)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.s1)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.s1)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.s1)::numeric * 0.0001)::text ELSE ((t3.s1)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t3.cur || '`}' END, ','), '') || ']' AS x1, '[' ||
      COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN (((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF',
      'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN ((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN (((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN (((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::numeric * 0.0001)::text ELSE (((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END))::numeric * 0.01)::text END || '`,`currency`:`' || t3.cur || '`}' END, ','), '') ||
      ']' AS x2, '[' || COALESCE(string_agg(CASE WHEN t3.c1 > 0 THEN '{`amount`:`' ||
      CASE WHEN t3.cur IN ('EUR',
      'USD') THEN (((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END))::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF',
      'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN ((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END))::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN (((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END))::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN (((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END))::numeric * 0.0001)::text ELSE (((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END))::numeric * 0.01)::text END || '`,`currency`:`' || t3.cur || '`}' END, ','), '') ||
      ']' AS x3
    FROM (
      SELECT t2.currency AS cur, count(*) AS n, (sum(t2.price_minor))::bigint AS s0,
        (sum(t2.cost_minor))::bigint AS s1, count(t2.cost_minor) AS c1
      FROM product t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
  ) t4
) || '}'
