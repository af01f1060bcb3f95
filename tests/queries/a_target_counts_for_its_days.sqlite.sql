-- salesRep
SELECT '{"whole":' || (
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
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?3 THEN g.period_end ELSE ?3 END) - julianday(CASE WHEN g.period_start > ?2 THEN g.period_start ELSE ?2 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?3 AND g.period_end > ?2 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"january":' || (
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
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?5 THEN g.period_end ELSE ?5 END) - julianday(CASE WHEN g.period_start > ?4 THEN g.period_start ELSE ?4 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?5 AND g.period_end > ?4 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"oneDay":' || (
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
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?7 THEN g.period_end ELSE ?7 END) - julianday(CASE WHEN g.period_start > ?6 THEN g.period_start ELSE ?6 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?7 AND g.period_end > ?6 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"bothQuarters":' || (
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
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?9 THEN g.period_end ELSE ?9 END) - julianday(CASE WHEN g.period_start > ?8 THEN g.period_start ELSE ?8 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?9 AND g.period_end > ?8 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"acrossTheQuarters":' || (
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
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?11 THEN g.period_end ELSE ?11 END) - julianday(CASE WHEN g.period_start > ?10 THEN g.period_start ELSE ?10 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?11 AND g.period_end > ?10 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"roundedOnce":' || (
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
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?13 THEN g.period_end ELSE ?13 END) - julianday(CASE WHEN g.period_start > ?12 THEN g.period_start ELSE ?12 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?13 AND g.period_end > ?12 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"before":' || (
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
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?15 THEN g.period_end ELSE ?15 END) - julianday(CASE WHEN g.period_start > ?14 THEN g.period_start ELSE ?14 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?15 AND g.period_end > ?14 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"longer":' || (
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
  END || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?17 THEN g.period_end ELSE ?17 END) - julianday(CASE WHEN g.period_start > ?16 THEN g.period_start ELSE ?16 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?17 AND g.period_end > ?16 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || '}'
FROM sales_rep t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
