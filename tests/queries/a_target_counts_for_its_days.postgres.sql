-- salesRep
SELECT '{`whole`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
          (CASE WHEN g.period_end < $3::date THEN g.period_end ELSE $3::date END - CASE WHEN g.period_start > $2::date THEN g.period_start ELSE $2::date END) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < $3::date AND g.period_end > $2::date AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`january`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
          (CASE WHEN g.period_end < $5::date THEN g.period_end ELSE $5::date END - CASE WHEN g.period_start > $4::date THEN g.period_start ELSE $4::date END) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < $5::date AND g.period_end > $4::date AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`oneDay`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
          (CASE WHEN g.period_end < $7::date THEN g.period_end ELSE $7::date END - CASE WHEN g.period_start > $6::date THEN g.period_start ELSE $6::date END) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < $7::date AND g.period_end > $6::date AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`bothQuarters`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
          (CASE WHEN g.period_end < $9::date THEN g.period_end ELSE $9::date END - CASE WHEN g.period_start > $8::date THEN g.period_start ELSE $8::date END) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < $9::date AND g.period_end > $8::date AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`acrossTheQuarters`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
          (CASE WHEN g.period_end < $11::date THEN g.period_end ELSE $11::date END - CASE WHEN g.period_start > $10::date THEN g.period_start ELSE $10::date END) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < $11::date AND g.period_end > $10::date AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`roundedOnce`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
          (CASE WHEN g.period_end < $13::date THEN g.period_end ELSE $13::date END - CASE WHEN g.period_start > $12::date THEN g.period_start ELSE $12::date END) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < $13::date AND g.period_end > $12::date AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`before`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
          (CASE WHEN g.period_end < $15::date THEN g.period_end ELSE $15::date END - CASE WHEN g.period_start > $14::date THEN g.period_start ELSE $14::date END) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < $15::date AND g.period_end > $14::date AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`longer`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
          (CASE WHEN g.period_end < $17::date THEN g.period_end ELSE $17::date END - CASE WHEN g.period_start > $16::date THEN g.period_start ELSE $16::date END) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < $17::date AND g.period_end > $16::date AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || '}'
FROM sales_rep t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
