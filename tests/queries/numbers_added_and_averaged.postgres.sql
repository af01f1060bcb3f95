-- order
SELECT '{`lines`:{`aggregate`:' || (
  SELECT '{`count`:' || t5.x0 || ',`sum`:{`quantity`:' || CASE
  WHEN t5.x1 IS NULL THEN 'null'
  ELSE '`' || (t5.x1)::text || '`'
  END || ',`quantityFulfilled`:' || CASE
  WHEN t5.x2 IS NULL THEN 'null'
  ELSE '`' || (t5.x2)::text || '`'
  END || '},`average`:{`quantity`:' || CASE
  WHEN t5.x3 IS NULL THEN 'null'
  ELSE '`' || ((t5.x3)::numeric * 0.0001)::text || '`'
  END || ',`quantityReturned`:' || CASE
  WHEN t5.x4 IS NULL THEN 'null'
  ELSE '`' || ((t5.x4)::numeric * 0.0001)::text || '`'
  END || '},`min`:{`quantity`:' || COALESCE((t5.x5)::text, 'null') || '},`max`:{`quantity`:' ||
    COALESCE((t5.x6)::text, 'null') || '}}'
  FROM (
    SELECT (COALESCE(sum(t4.n), 0))::bigint AS x0, (sum(t4.s0))::bigint AS x1, (sum(t4.s1))::bigint AS x2,
      CASE
    WHEN (sum(t4.s0))::bigint < 0 THEN -((-(sum(t4.s0))::bigint * 10000 * 2 + (sum(t4.n))::bigint) / ((sum(t4.n))::bigint * 2))
    ELSE ((sum(t4.s0))::bigint * 10000 * 2 + (sum(t4.n))::bigint) / (NULLIF((sum(t4.n))::bigint, 0) * 2)
    END AS x3, CASE
    WHEN (sum(t4.s2))::bigint < 0 THEN -((-(sum(t4.s2))::bigint * 10000 * 2 + (sum(t4.n))::bigint) / ((sum(t4.n))::bigint * 2))
    ELSE ((sum(t4.s2))::bigint * 10000 * 2 + (sum(t4.n))::bigint) / (NULLIF((sum(t4.n))::bigint, 0) * 2)
    END AS x4, min(t4.l0) AS x5, max(t4.h0) AS x6
    FROM (
      SELECT count(*) AS n, (sum(t3.quantity))::bigint AS s0, (sum(t3.quantity_fulfilled))::bigint AS s1,
        (sum(t3.quantity_returned))::bigint AS s2, min(t3.quantity) AS l0, max(t3.quantity) AS h0
      FROM order_line t3
      WHERE t3.order_id = t1.id
    ) t4
  ) t5
) || '}}'
FROM sales_order t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- tickets
SELECT '{`aggregate`:' || (
  SELECT '{`sum`:{`reopenCount`:' || CASE
  WHEN t4.x0 IS NULL THEN 'null'
  ELSE '`' || (t4.x0)::text || '`'
  END || '},`average`:{`reopenCount`:' || CASE
  WHEN t4.x1 IS NULL THEN 'null'
  ELSE '`' || ((t4.x1)::numeric * 0.0001)::text || '`'
  END || '},`min`:{`createdAt`:' || COALESCE('`' || to_char(t4.x2 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`resolvedAt`:' || COALESCE('`' ||
    to_char(t4.x3 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') ||
    '},`max`:{`reopenCount`:' || COALESCE((t4.x4)::text, 'null') || ',`createdAt`:' || COALESCE('`' ||
    to_char(t4.x5 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') ||
    ',`firstRespondedAt`:' || COALESCE('`' || to_char(t4.x6 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || '}}'
  FROM (
    SELECT (sum(t3.s0))::bigint AS x0, CASE
    WHEN (sum(t3.s0))::bigint < 0 THEN -((-(sum(t3.s0))::bigint * 10000 * 2 + (sum(t3.n))::bigint) / ((sum(t3.n))::bigint * 2))
    ELSE ((sum(t3.s0))::bigint * 10000 * 2 + (sum(t3.n))::bigint) / (NULLIF((sum(t3.n))::bigint, 0) * 2)
    END AS x1, min(t3.l1) AS x2, min(t3.l2) AS x3, max(t3.h0) AS x4, max(t3.h1) AS x5, max(t3.h3) AS x6
    FROM (
      SELECT count(*) AS n, (sum(t2.reopen_count))::bigint AS s0, min(t2.created_at) AS l1,
        min(t2.resolved_at) AS l2, max(t2.reopen_count) AS h0, max(t2.created_at) AS h1,
        max(t2.first_responded_at) AS h3
      FROM ticket t2
      WHERE t2.deleted_at IS NULL
    ) t3
  ) t4
) || '}'
-- campaigns
SELECT '{`aggregate`:' || (
  SELECT '{`count`:' || t4.x0 || ',`sum`:{`expectedLeads`:' || CASE
  WHEN t4.x1 IS NULL THEN 'null'
  ELSE '`' || (t4.x1)::text || '`'
  END || '},`average`:{`expectedLeads`:' || CASE
  WHEN t4.x2 IS NULL THEN 'null'
  ELSE '`' || ((t4.x2)::numeric * 0.0001)::text || '`'
  END || '},`min`:{`expectedLeads`:' || COALESCE((t4.x3)::text, 'null') || ',`startDate`:' || COALESCE('`' ||
    t4.x4 || '`', 'null') || '},`max`:{`endDate`:' || COALESCE('`' || t4.x5 || '`', 'null') || '}}'
  FROM (
    SELECT (COALESCE(sum(t3.n), 0))::bigint AS x0, (sum(t3.s0))::bigint AS x1, CASE
    WHEN (sum(t3.s0))::bigint < 0 THEN -((-(sum(t3.s0))::bigint * 10000 * 2 + (sum(t3.c0))::bigint) / ((sum(t3.c0))::bigint * 2))
    ELSE ((sum(t3.s0))::bigint * 10000 * 2 + (sum(t3.c0))::bigint) / (NULLIF((sum(t3.c0))::bigint, 0) * 2)
    END AS x2, min(t3.l0) AS x3, min(t3.l1) AS x4, max(t3.h2) AS x5
    FROM (
      SELECT count(*) AS n, (sum(t2.expected_leads))::bigint AS s0, count(t2.expected_leads) AS c0,
        min(t2.expected_leads) AS l0, min(t2.start_date) AS l1, max(t2.end_date) AS h2
      FROM campaign t2
      WHERE t2.deleted_at IS NULL
    ) t3
  ) t4
) || '}'
