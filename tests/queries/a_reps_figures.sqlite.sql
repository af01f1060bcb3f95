-- salesReps
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"actualSales":' || (
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
  END || '","currency":"' || v.c || '","minorUnits":"' || v.m || '"}'
  END
  FROM (
    SELECT (
      SELECT (
        SELECT COALESCE(SUM(c.base_amount_minor), 0)
        FROM order_credit c
        JOIN sales_order o ON o.id = c.order_id
        WHERE c.rep_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.confirmed_on >= ?1 AND o.confirmed_on < ?2 AND o.deleted_at IS NULL AND 1 = 1
      ) - (
        SELECT COALESCE(SUM(b.base_amount_minor), 0)
        FROM order_return_credit b
        JOIN order_return k ON k.id = b.order_return_id
        JOIN sales_order o ON o.id = k.order_id
        WHERE b.rep_id = t1.id AND b.returned_on >= ?1 AND b.returned_on < ?2 AND o.deleted_at IS NULL AND
          1 = 1
      )
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"salesTarget":' || (
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
  END || '","currency":"' || v.c || '"}'
  END
  FROM (
    SELECT (
      SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
      FROM (
        SELECT g.amount_minor AS amount,
          CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
          CAST(julianday(CASE WHEN g.period_end < ?4 THEN g.period_end ELSE ?4 END) - julianday(CASE WHEN g.period_start > ?3 THEN g.period_start ELSE ?3 END) AS INTEGER) AS shared
        FROM sales_target g
        WHERE g.rep_id = t1.id AND g.period_start < ?4 AND g.period_end > ?3 AND 1 = 1
      ) d
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"attainment":' || (
  SELECT CASE
  WHEN v.x IS NULL THEN 'null'
  ELSE '"' || CASE
  WHEN v.x >= 0 THEN printf('%d.%04d', v.x / 10000, v.x % 10000)
  ELSE printf('-%d.%04d', -v.x / 10000, -v.x % 10000)
  END || '"'
  END
  FROM (
    SELECT (
      SELECT CASE
      WHEN f.target > 0 AND
        f.actual < 0 THEN -((-f.actual / f.target) * 10000 + ((-f.actual % f.target) * 20000 + f.target) / (f.target * 2))
      WHEN f.target > 0 THEN (f.actual / f.target) * 10000 + ((f.actual % f.target) * 20000 + f.target) / (f.target * 2)
      END
      FROM (
        SELECT (
          SELECT (
            SELECT COALESCE(SUM(c.base_amount_minor), 0)
            FROM order_credit c
            JOIN sales_order o ON o.id = c.order_id
            WHERE c.rep_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
              o.confirmed_on >= ?5 AND o.confirmed_on < ?6 AND o.deleted_at IS NULL AND 1 = 1
          ) - (
            SELECT COALESCE(SUM(b.base_amount_minor), 0)
            FROM order_return_credit b
            JOIN order_return k ON k.id = b.order_return_id
            JOIN sales_order o ON o.id = k.order_id
            WHERE b.rep_id = t1.id AND b.returned_on >= ?5 AND b.returned_on < ?6 AND o.deleted_at IS NULL AND
              1 = 1
          )
        ) AS actual, (
          SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
          FROM (
            SELECT g.amount_minor AS amount,
              CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
              CAST(julianday(CASE WHEN g.period_end < ?6 THEN g.period_end ELSE ?6 END) - julianday(CASE WHEN g.period_start > ?5 THEN g.period_start ELSE ?5 END) AS INTEGER) AS shared
            FROM sales_target g
            WHERE g.rep_id = t1.id AND g.period_start < ?6 AND g.period_end > ?5 AND 1 = 1
          ) d
        ) AS target
        LIMIT 1
      ) f
    ) AS x
    LIMIT 1
  ) v
) || ',"commission":' || (
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
  END || '","currency":"' || v.c || '"}'
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
                o.confirmed_on >= ?7 AND o.confirmed_on < ?8 AND o.deleted_at IS NULL AND 1 = 1
            ) - (
              SELECT COALESCE(SUM(b.base_amount_minor), 0)
              FROM order_return_credit b
              JOIN order_return k ON k.id = b.order_return_id
              JOIN sales_order o ON o.id = k.order_id
              WHERE b.rep_id = t1.id AND b.returned_on >= ?7 AND b.returned_on < ?8 AND
                o.deleted_at IS NULL AND 1 = 1
            )
          ) AS actual, (
            SELECT SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days) + (SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days) + 500000000000) / 1000000000000
            FROM (
              SELECT g.amount_minor AS amount,
                CAST(julianday(g.period_end) - julianday(g.period_start) AS INTEGER) AS days,
                CAST(julianday(CASE WHEN g.period_end < ?8 THEN g.period_end ELSE ?8 END) - julianday(CASE WHEN g.period_start > ?7 THEN g.period_start ELSE ?7 END) AS INTEGER) AS shared
              FROM sales_target g
              WHERE g.rep_id = t1.id AND g.period_start < ?8 AND g.period_end > ?7 AND 1 = 1
            ) d
          ) AS target
          LIMIT 1
        ) f
        JOIN plan_assignment a ON a.rep_id = t1.id AND a.starts_on <= ?7 AND (a.ends_on IS NULL OR
          a.ends_on > ?7) AND 1 = 1
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
) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.id
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
