-- order
SELECT '{"lines":{"aggregate":' || (
  SELECT '{"count":' || t5.x0 || ',"sum":{"quantity":' || CASE
  WHEN t5.x1 IS NULL THEN 'null'
  ELSE '"' || CAST(t5.x1 AS TEXT) || '"'
  END || ',"quantityFulfilled":' || CASE
  WHEN t5.x2 IS NULL THEN 'null'
  ELSE '"' || CAST(t5.x2 AS TEXT) || '"'
  END || '},"average":{"quantity":' || CASE
  WHEN t5.x3 IS NULL THEN 'null'
  ELSE '"' || CASE
  WHEN t5.x3 >= 0 THEN printf('%d.%04d', t5.x3 / 10000, t5.x3 % 10000)
  ELSE printf('-%d.%04d', -t5.x3 / 10000, -t5.x3 % 10000)
  END || '"'
  END || ',"quantityReturned":' || CASE
  WHEN t5.x4 IS NULL THEN 'null'
  ELSE '"' || CASE
  WHEN t5.x4 >= 0 THEN printf('%d.%04d', t5.x4 / 10000, t5.x4 % 10000)
  ELSE printf('-%d.%04d', -t5.x4 / 10000, -t5.x4 % 10000)
  END || '"'
  END || '},"min":{"quantity":' || COALESCE(t5.x5, 'null') || '},"max":{"quantity":' || COALESCE(t5.x6,
    'null') || '}}'
  FROM (
    SELECT COALESCE(sum(t4.n), 0) AS x0, sum(t4.s0) AS x1, sum(t4.s1) AS x2, CASE
    WHEN sum(t4.s0) < 0 THEN -((-sum(t4.s0) * 10000 * 2 + sum(t4.n)) / (sum(t4.n) * 2))
    ELSE (sum(t4.s0) * 10000 * 2 + sum(t4.n)) / (NULLIF(sum(t4.n), 0) * 2)
    END AS x3, CASE
    WHEN sum(t4.s2) < 0 THEN -((-sum(t4.s2) * 10000 * 2 + sum(t4.n)) / (sum(t4.n) * 2))
    ELSE (sum(t4.s2) * 10000 * 2 + sum(t4.n)) / (NULLIF(sum(t4.n), 0) * 2)
    END AS x4, min(t4.l0) AS x5, max(t4.h0) AS x6
    FROM (
      SELECT count(*) AS n, sum(t3.quantity) AS s0, sum(t3.quantity_fulfilled) AS s1,
        sum(t3.quantity_returned) AS s2, min(t3.quantity) AS l0, max(t3.quantity) AS h0
      FROM order_line t3
      WHERE t3.order_id = t1.id
    ) t4
  ) t5
) || '}}'
FROM sales_order t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- tickets
SELECT '{"aggregate":' || (
  SELECT '{"sum":{"reopenCount":' || CASE
  WHEN t4.x0 IS NULL THEN 'null'
  ELSE '"' || CAST(t4.x0 AS TEXT) || '"'
  END || '},"average":{"reopenCount":' || CASE
  WHEN t4.x1 IS NULL THEN 'null'
  ELSE '"' || CASE
  WHEN t4.x1 >= 0 THEN printf('%d.%04d', t4.x1 / 10000, t4.x1 % 10000)
  ELSE printf('-%d.%04d', -t4.x1 / 10000, -t4.x1 % 10000)
  END || '"'
  END || '},"min":{"createdAt":' || COALESCE('"' || t4.x2 || '"', 'null') || ',"resolvedAt":' ||
    COALESCE('"' || t4.x3 || '"', 'null') || '},"max":{"reopenCount":' || COALESCE(t4.x4, 'null') ||
    ',"createdAt":' || COALESCE('"' || t4.x5 || '"', 'null') || ',"firstRespondedAt":' || COALESCE('"' ||
    t4.x6 || '"', 'null') || '}}'
  FROM (
    SELECT sum(t3.s0) AS x0, CASE
    WHEN sum(t3.s0) < 0 THEN -((-sum(t3.s0) * 10000 * 2 + sum(t3.n)) / (sum(t3.n) * 2))
    ELSE (sum(t3.s0) * 10000 * 2 + sum(t3.n)) / (NULLIF(sum(t3.n), 0) * 2)
    END AS x1, min(t3.l1) AS x2, min(t3.l2) AS x3, max(t3.h0) AS x4, max(t3.h1) AS x5, max(t3.h3) AS x6
    FROM (
      SELECT count(*) AS n, sum(t2.reopen_count) AS s0, min(t2.created_at) AS l1, min(t2.resolved_at) AS l2,
        max(t2.reopen_count) AS h0, max(t2.created_at) AS h1, max(t2.first_responded_at) AS h3
      FROM ticket t2
      WHERE t2.deleted_at IS NULL
    ) t3
  ) t4
) || '}'
-- campaigns
SELECT '{"aggregate":' || (
  SELECT '{"count":' || t4.x0 || ',"sum":{"expectedLeads":' || CASE
  WHEN t4.x1 IS NULL THEN 'null'
  ELSE '"' || CAST(t4.x1 AS TEXT) || '"'
  END || '},"average":{"expectedLeads":' || CASE
  WHEN t4.x2 IS NULL THEN 'null'
  ELSE '"' || CASE
  WHEN t4.x2 >= 0 THEN printf('%d.%04d', t4.x2 / 10000, t4.x2 % 10000)
  ELSE printf('-%d.%04d', -t4.x2 / 10000, -t4.x2 % 10000)
  END || '"'
  END || '},"min":{"expectedLeads":' || COALESCE(t4.x3, 'null') || ',"startDate":' || COALESCE('"' || t4.x4 ||
    '"', 'null') || '},"max":{"endDate":' || COALESCE('"' || t4.x5 || '"', 'null') || '}}'
  FROM (
    SELECT COALESCE(sum(t3.n), 0) AS x0, sum(t3.s0) AS x1, CASE
    WHEN sum(t3.s0) < 0 THEN -((-sum(t3.s0) * 10000 * 2 + sum(t3.c0)) / (sum(t3.c0) * 2))
    ELSE (sum(t3.s0) * 10000 * 2 + sum(t3.c0)) / (NULLIF(sum(t3.c0), 0) * 2)
    END AS x2, min(t3.l0) AS x3, min(t3.l1) AS x4, max(t3.h2) AS x5
    FROM (
      SELECT count(*) AS n, sum(t2.expected_leads) AS s0, count(t2.expected_leads) AS c0,
        min(t2.expected_leads) AS l0, min(t2.start_date) AS l1, max(t2.end_date) AS h2
      FROM campaign t2
      WHERE t2.deleted_at IS NULL
    ) t3
  ) t4
) || '}'
