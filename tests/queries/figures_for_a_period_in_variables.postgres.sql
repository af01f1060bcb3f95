-- team
SELECT '{`members`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`name`:`' || replace(t2.name, '`', '`"`') || '`,`actualSales`:' || (
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
        SELECT (
          SELECT COALESCE((SUM(c.base_amount_minor))::bigint, 0)
          FROM order_credit c
          JOIN sales_order o ON o.id = c.order_id
          WHERE c.rep_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
            o.confirmed_on >= $2::date AND o.confirmed_on < $3::date AND o.deleted_at IS NULL AND 1 = 1
        ) - (
          SELECT COALESCE((SUM(b.base_amount_minor))::bigint, 0)
          FROM order_return_credit b
          JOIN order_return k ON k.id = b.order_return_id
          JOIN sales_order o ON o.id = k.order_id
          WHERE b.rep_id = t2.id AND b.returned_on >= $2::date AND b.returned_on < $3::date AND
            o.deleted_at IS NULL AND 1 = 1
        )
      ) AS m, ((
        SELECT currency
        FROM organisation
      )) AS c
      LIMIT 1
    ) v
  ) || ',`attainment`:' || (
    SELECT CASE
    WHEN v.x IS NULL THEN 'null'
    ELSE '`' || ((v.x)::numeric * 0.0001)::text || '`'
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
              SELECT COALESCE((SUM(c.base_amount_minor))::bigint, 0)
              FROM order_credit c
              JOIN sales_order o ON o.id = c.order_id
              WHERE c.rep_id = t2.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
                o.confirmed_on >= $4::date AND o.confirmed_on < $5::date AND o.deleted_at IS NULL AND 1 = 1
            ) - (
              SELECT COALESCE((SUM(b.base_amount_minor))::bigint, 0)
              FROM order_return_credit b
              JOIN order_return k ON k.id = b.order_return_id
              JOIN sales_order o ON o.id = k.order_id
              WHERE b.rep_id = t2.id AND b.returned_on >= $4::date AND b.returned_on < $5::date AND
                o.deleted_at IS NULL AND 1 = 1
            )
          ) AS actual, (
            SELECT (SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days))::bigint + ((SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days))::bigint + 500000000000) / 1000000000000
            FROM (
              SELECT g.amount_minor AS amount, (g.period_end - g.period_start) AS days,
                (CASE WHEN g.period_end < $5::date THEN g.period_end ELSE $5::date END - CASE WHEN g.period_start > $4::date THEN g.period_start ELSE $4::date END) AS shared
              FROM sales_target g
              WHERE g.rep_id = t2.id AND g.period_start < $5::date AND g.period_end > $4::date AND 1 = 1
            ) d
          ) AS target
          LIMIT 1
        ) f
      ) AS x
      LIMIT 1
    ) v
  ) || '}', ','), '')
  FROM (
    SELECT t2.name, t2.id
    FROM sales_rep t2
    WHERE t2.team_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.name_fold, t2.id
    LIMIT 20
  ) t2
) || ']},`targets`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`periodStart`:`' || t3.period_start || '`,`periodEnd`:`' || t3.period_end ||
    '`,`amount`:{`amount`:`' || CASE WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t3.amount_minor)::numeric * 0.01)::text WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t3.amount_minor)::text WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN ((t3.amount_minor)::numeric * 0.001)::text WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF',
    'UYW') THEN ((t3.amount_minor)::numeric * 0.0001)::text ELSE ((t3.amount_minor)::numeric * 0.01)::text END ||
    '`,`currency`:`' || ((
    SELECT currency
    FROM organisation
  )) || '`}}', ','), '')
  FROM (
    SELECT t3.period_start, t3.period_end, t3.amount_minor
    FROM sales_target t3
    WHERE t3.team_id = t1.id AND (t3.rep_id IS NULL OR EXISTS (
      SELECT 1
      FROM sales_rep of_rep
      WHERE of_rep.id = t3.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
    ))
    ORDER BY t3.period_start DESC, t3.id DESC
    LIMIT 20
  ) t3
) || ']}}'
FROM team t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
