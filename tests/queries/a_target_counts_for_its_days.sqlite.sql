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
          CAST(julianday(CASE WHEN g.period_end < :p3 THEN g.period_end ELSE :p3 END) - julianday(CASE WHEN g.period_start > :p2 THEN g.period_start ELSE :p2 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < :p3 AND g.period_end > :p2 AND 1 = 1
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
          CAST(julianday(CASE WHEN g.period_end < :p5 THEN g.period_end ELSE :p5 END) - julianday(CASE WHEN g.period_start > :p4 THEN g.period_start ELSE :p4 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < :p5 AND g.period_end > :p4 AND 1 = 1
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
          CAST(julianday(CASE WHEN g.period_end < :p7 THEN g.period_end ELSE :p7 END) - julianday(CASE WHEN g.period_start > :p6 THEN g.period_start ELSE :p6 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < :p7 AND g.period_end > :p6 AND 1 = 1
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
          CAST(julianday(CASE WHEN g.period_end < :p9 THEN g.period_end ELSE :p9 END) - julianday(CASE WHEN g.period_start > :p8 THEN g.period_start ELSE :p8 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < :p9 AND g.period_end > :p8 AND 1 = 1
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
          CAST(julianday(CASE WHEN g.period_end < :p11 THEN g.period_end ELSE :p11 END) - julianday(CASE WHEN g.period_start > :p10 THEN g.period_start ELSE :p10 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < :p11 AND g.period_end > :p10 AND 1 = 1
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
          CAST(julianday(CASE WHEN g.period_end < :p13 THEN g.period_end ELSE :p13 END) - julianday(CASE WHEN g.period_start > :p12 THEN g.period_start ELSE :p12 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < :p13 AND g.period_end > :p12 AND 1 = 1
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
          CAST(julianday(CASE WHEN g.period_end < :p15 THEN g.period_end ELSE :p15 END) - julianday(CASE WHEN g.period_start > :p14 THEN g.period_start ELSE :p14 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < :p15 AND g.period_end > :p14 AND 1 = 1
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
          CAST(julianday(CASE WHEN g.period_end < :p17 THEN g.period_end ELSE :p17 END) - julianday(CASE WHEN g.period_start > :p16 THEN g.period_start ELSE :p16 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < :p17 AND g.period_end > :p16 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || '}'
FROM sales_rep t1
WHERE t1.id = :p1 AND t1.deleted_at IS NULL
