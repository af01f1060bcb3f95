-- byKey
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`city`:' || COALESCE('`' || replace(t4.g0, '`', '`"`') || '`',
    'null') || ',`aggregate`:{`count`:' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0
    FROM (
      SELECT t2.city AS g0, count(*) AS n
      FROM customer t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
-- byCount
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`city`:' || COALESCE('`' || replace(t4.g0, '`', '`"`') || '`',
    'null') || ',`aggregate`:{`count`:' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0
    FROM (
      SELECT t2.city AS g0, count(*) AS n
      FROM customer t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY sum(t3.n) DESC, t3.g0 IS NULL, t3.g0
    LIMIT 2
  ) t4
) || '}'
-- byCountry
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`country`:' || COALESCE('`' || replace(t4.g0, '`', '`"`') || '`',
    'null') || ',`lifecycle`:' || COALESCE('`' || t4.g1 || '`', 'null') || ',`aggregate`:{`count`:' ||
    t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, t3.g1, (COALESCE(sum(t3.n), 0))::bigint AS x0
    FROM (
      SELECT t2.country AS g0, t2.lifecycle AS g1, count(*) AS n
      FROM customer t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1, 2
      ORDER BY 1, 2
    ) t3
    GROUP BY t3.g0, t3.g1
    ORDER BY t3.g0 IS NULL, t3.g0, t3.g1 IS NULL, t3.g1
    LIMIT 4
  ) t4
) || '}'
-- byFlag
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`active`:' ||
    COALESCE(CASE WHEN t4.g0 THEN 'true' WHEN NOT t4.g0 THEN 'false' END, 'null') ||
    ',`aggregate`:{`count`:' || t4.x0 || ',`max`:{`price`:' || t4.x1 || '}}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0, '[' ||
      COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`amount`:`' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN ((t3.h0)::numeric * 0.01)::text WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t3.h0)::text WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t3.h0)::numeric * 0.001)::text WHEN t3.cur IN ('CLF',
      'UYW') THEN ((t3.h0)::numeric * 0.0001)::text ELSE ((t3.h0)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t3.cur || '`}' END, ','), '') || ']' AS x1
    FROM (
      SELECT t2.active AS g0, t2.currency AS cur, count(*) AS n, max(t2.price_minor) AS h0
      FROM product t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1, 2
      ORDER BY 1, 2
    ) t3
    GROUP BY t3.g0
    ORDER BY sum(t3.n) DESC, t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
