-- salesRep
SELECT '{"name":' || json_quote(t1.name) || ',"reachedSales":' || (
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
      SELECT (
        SELECT COALESCE(SUM(c.base_amount_minor), 0)
        FROM order_credit c
        JOIN sales_order o ON o.id = c.order_id
        WHERE c.rep_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.confirmed_on >= ?2 AND o.confirmed_on < ?3 AND o.deleted_at IS NULL AND 1 = 1
      ) - (
        SELECT COALESCE(SUM(b.base_amount_minor), 0)
        FROM order_return_credit b
        JOIN order_return k ON k.id = b.order_return_id
        JOIN sales_order o ON o.id = k.order_id
        WHERE b.rep_id = t1.id AND b.returned_on >= ?2 AND b.returned_on < ?3 AND o.deleted_at IS NULL AND
          1 = 1
      )
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"reachedTarget":' || (
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
) || ',"reached":' || (
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
      SELECT SUM((s.coins / 10000) * s.rate_bps) + ((SUM((s.coins % 10000) * s.rate_bps) * 10000 + SUM(s.parts * s.rate_bps)) * 2 + 100000000) / 200000000
      FROM (
        SELECT r.rate_bps, CASE p.tier_mode
        WHEN 'WHOLE' THEN CASE
        WHEN (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) AND
          (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN f.actual
        ELSE 0
        END
        ELSE CASE
        WHEN NOT (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) THEN 0
        WHEN (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN f.actual - ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) - ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000
        ELSE ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) - ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) - CASE
        WHEN (((f.target % 10000) * r.to_bps) % 10000) < (((f.target % 10000) * r.from_bps) % 10000) THEN 1
        ELSE 0
        END
        END
        END AS coins, CASE p.tier_mode
        WHEN 'WHOLE' THEN CASE
        WHEN (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) AND
          (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN 0
        ELSE 0
        END
        ELSE CASE
        WHEN NOT (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) THEN 0
        WHEN (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN (10000 - (((f.target % 10000) * r.from_bps) % 10000)) % 10000
        ELSE ((((f.target % 10000) * r.to_bps) % 10000) - (((f.target % 10000) * r.from_bps) % 10000) + 10000) % 10000
        END
        END AS parts
        FROM (
          SELECT (
            SELECT (
              SELECT COALESCE(SUM(c.base_amount_minor), 0)
              FROM order_credit c
              JOIN sales_order o ON o.id = c.order_id
              WHERE c.rep_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
                o.confirmed_on >= ?6 AND o.confirmed_on < ?7 AND o.deleted_at IS NULL AND 1 = 1
            ) - (
              SELECT COALESCE(SUM(b.base_amount_minor), 0)
              FROM order_return_credit b
              JOIN order_return k ON k.id = b.order_return_id
              JOIN sales_order o ON o.id = k.order_id
              WHERE b.rep_id = t1.id AND b.returned_on >= ?6 AND b.returned_on < ?7 AND
                o.deleted_at IS NULL AND 1 = 1
            )
          ) AS actual, (
            SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
            FROM (
              SELECT g.amount_minor AS amount,
                CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
                CAST(julianday(CASE WHEN g.period_end < ?7 THEN g.period_end ELSE ?7 END) - julianday(CASE WHEN g.period_start > ?6 THEN g.period_start ELSE ?6 END) AS INTEGER) AS shared
              FROM sales_target g
              WHERE g.rep_id = t1.id AND g.period_start < ?7 AND g.period_end > ?6 AND 1 = 1
            ) d
          ) AS target
          LIMIT 1
        ) f
        JOIN plan_assignment a ON a.rep_id = t1.id AND a.starts_on <= ?6 AND (a.ends_on IS NULL OR
          a.ends_on > ?6) AND 1 = 1
        JOIN commission_plan p ON p.id = a.plan_id
        JOIN commission_tier r ON r.plan_id = p.id
        WHERE f.target > 0
      ) s
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"missedSales":' || (
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
      SELECT (
        SELECT COALESCE(SUM(c.base_amount_minor), 0)
        FROM order_credit c
        JOIN sales_order o ON o.id = c.order_id
        WHERE c.rep_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.confirmed_on >= ?8 AND o.confirmed_on < ?9 AND o.deleted_at IS NULL AND 1 = 1
      ) - (
        SELECT COALESCE(SUM(b.base_amount_minor), 0)
        FROM order_return_credit b
        JOIN order_return k ON k.id = b.order_return_id
        JOIN sales_order o ON o.id = k.order_id
        WHERE b.rep_id = t1.id AND b.returned_on >= ?8 AND b.returned_on < ?9 AND o.deleted_at IS NULL AND
          1 = 1
      )
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"missedTarget":' || (
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
) || ',"missed":' || (
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
      SELECT SUM((s.coins / 10000) * s.rate_bps) + ((SUM((s.coins % 10000) * s.rate_bps) * 10000 + SUM(s.parts * s.rate_bps)) * 2 + 100000000) / 200000000
      FROM (
        SELECT r.rate_bps, CASE p.tier_mode
        WHEN 'WHOLE' THEN CASE
        WHEN (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) AND
          (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN f.actual
        ELSE 0
        END
        ELSE CASE
        WHEN NOT (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) THEN 0
        WHEN (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN f.actual - ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) - ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000
        ELSE ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) - ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) - CASE
        WHEN (((f.target % 10000) * r.to_bps) % 10000) < (((f.target % 10000) * r.from_bps) % 10000) THEN 1
        ELSE 0
        END
        END
        END AS coins, CASE p.tier_mode
        WHEN 'WHOLE' THEN CASE
        WHEN (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) AND
          (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN 0
        ELSE 0
        END
        ELSE CASE
        WHEN NOT (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) THEN 0
        WHEN (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN (10000 - (((f.target % 10000) * r.from_bps) % 10000)) % 10000
        ELSE ((((f.target % 10000) * r.to_bps) % 10000) - (((f.target % 10000) * r.from_bps) % 10000) + 10000) % 10000
        END
        END AS parts
        FROM (
          SELECT (
            SELECT (
              SELECT COALESCE(SUM(c.base_amount_minor), 0)
              FROM order_credit c
              JOIN sales_order o ON o.id = c.order_id
              WHERE c.rep_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
                o.confirmed_on >= ?12 AND o.confirmed_on < ?13 AND o.deleted_at IS NULL AND 1 = 1
            ) - (
              SELECT COALESCE(SUM(b.base_amount_minor), 0)
              FROM order_return_credit b
              JOIN order_return k ON k.id = b.order_return_id
              JOIN sales_order o ON o.id = k.order_id
              WHERE b.rep_id = t1.id AND b.returned_on >= ?12 AND b.returned_on < ?13 AND
                o.deleted_at IS NULL AND 1 = 1
            )
          ) AS actual, (
            SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
            FROM (
              SELECT g.amount_minor AS amount,
                CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
                CAST(julianday(CASE WHEN g.period_end < ?13 THEN g.period_end ELSE ?13 END) - julianday(CASE WHEN g.period_start > ?12 THEN g.period_start ELSE ?12 END) AS INTEGER) AS shared
              FROM sales_target g
              WHERE g.rep_id = t1.id AND g.period_start < ?13 AND g.period_end > ?12 AND 1 = 1
            ) d
          ) AS target
          LIMIT 1
        ) f
        JOIN plan_assignment a ON a.rep_id = t1.id AND a.starts_on <= ?12 AND (a.ends_on IS NULL OR
          a.ends_on > ?12) AND 1 = 1
        JOIN commission_plan p ON p.id = a.plan_id
        JOIN commission_tier r ON r.plan_id = p.id
        WHERE f.target > 0
      ) s
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"marginal":' || (
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
      SELECT SUM((s.coins / 10000) * s.rate_bps) + ((SUM((s.coins % 10000) * s.rate_bps) * 10000 + SUM(s.parts * s.rate_bps)) * 2 + 100000000) / 200000000
      FROM (
        SELECT r.rate_bps, CASE p.tier_mode
        WHEN 'WHOLE' THEN CASE
        WHEN (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) AND
          (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN f.actual
        ELSE 0
        END
        ELSE CASE
        WHEN NOT (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) THEN 0
        WHEN (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN f.actual - ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) - ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000
        ELSE ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) - ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) - CASE
        WHEN (((f.target % 10000) * r.to_bps) % 10000) < (((f.target % 10000) * r.from_bps) % 10000) THEN 1
        ELSE 0
        END
        END
        END AS coins, CASE p.tier_mode
        WHEN 'WHOLE' THEN CASE
        WHEN (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) AND
          (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN 0
        ELSE 0
        END
        ELSE CASE
        WHEN NOT (f.actual >= ((f.target / 10000) * r.from_bps + ((f.target % 10000) * r.from_bps) / 10000) + ((((f.target % 10000) * r.from_bps) % 10000) + 9999) / 10000) THEN 0
        WHEN (r.to_bps IS NULL OR
          NOT (f.actual >= ((f.target / 10000) * r.to_bps + ((f.target % 10000) * r.to_bps) / 10000) + ((((f.target % 10000) * r.to_bps) % 10000) + 9999) / 10000)) THEN (10000 - (((f.target % 10000) * r.from_bps) % 10000)) % 10000
        ELSE ((((f.target % 10000) * r.to_bps) % 10000) - (((f.target % 10000) * r.from_bps) % 10000) + 10000) % 10000
        END
        END AS parts
        FROM (
          SELECT (
            SELECT (
              SELECT COALESCE(SUM(c.base_amount_minor), 0)
              FROM order_credit c
              JOIN sales_order o ON o.id = c.order_id
              WHERE c.rep_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
                o.confirmed_on >= ?14 AND o.confirmed_on < ?15 AND o.deleted_at IS NULL AND 1 = 1
            ) - (
              SELECT COALESCE(SUM(b.base_amount_minor), 0)
              FROM order_return_credit b
              JOIN order_return k ON k.id = b.order_return_id
              JOIN sales_order o ON o.id = k.order_id
              WHERE b.rep_id = t1.id AND b.returned_on >= ?14 AND b.returned_on < ?15 AND
                o.deleted_at IS NULL AND 1 = 1
            )
          ) AS actual, (
            SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
            FROM (
              SELECT g.amount_minor AS amount,
                CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
                CAST(julianday(CASE WHEN g.period_end < ?15 THEN g.period_end ELSE ?15 END) - julianday(CASE WHEN g.period_start > ?14 THEN g.period_start ELSE ?14 END) AS INTEGER) AS shared
              FROM sales_target g
              WHERE g.rep_id = t1.id AND g.period_start < ?15 AND g.period_end > ?14 AND 1 = 1
            ) d
          ) AS target
          LIMIT 1
        ) f
        JOIN plan_assignment a ON a.rep_id = t1.id AND a.starts_on <= ?14 AND (a.ends_on IS NULL OR
          a.ends_on > ?14) AND 1 = 1
        JOIN commission_plan p ON p.id = a.plan_id
        JOIN commission_tier r ON r.plan_id = p.id
        WHERE f.target > 0
      ) s
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"planAssignments":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"startsOn":"' || t2.starts_on || '","endsOn":' || COALESCE('"' ||
    t2.ends_on || '"', 'null') || ',"plan":' || COALESCE((
    SELECT '{"name":' || json_quote(t3.name) || ',"tierMode":"' || t3.tier_mode || '"}'
    FROM commission_plan t3
    WHERE t3.id = t2.plan_id AND t3.deleted_at IS NULL
  ), 'null') || '}', ','), '')
  FROM (
    SELECT t2.starts_on, t2.ends_on, t2.plan_id
    FROM plan_assignment t2
    WHERE t2.rep_id = t1.id
    ORDER BY t2.starts_on DESC, t2.id DESC
    LIMIT 20
  ) t2
) || ']}}'
FROM sales_rep t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
