-- newest
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 1
) t1
-- largest
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || ',"baseTotal":' || (
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
    SELECT t1.base_total_minor AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.base_total_minor
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.base_total_minor DESC NULLS LAST, t1.id DESC
  LIMIT 1
) t1
-- customer
SELECT '{"first":' || json_quote(t1.name) || ',"second":' || json_quote(t1.name) || ',"all":{"totalCount":' ||
  (
  SELECT count(*)
  FROM sales_order t3
  WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
) || '},"drafts":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM sales_order t5
    WHERE t5.customer_id = t1.id AND t5.deleted_at IS NULL AND t5.status = 'DRAFT'
  ) || ',"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t4.number) || '}', ','), '')
  FROM (
    SELECT t4.number
    FROM sales_order t4
    WHERE t4.customer_id = t1.id AND t4.deleted_at IS NULL AND t4.status = 'DRAFT'
    ORDER BY t4.order_date DESC, t4.id DESC
    LIMIT 20
  ) t4
) || ']},"done":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM sales_order t7
    WHERE t7.customer_id = t1.id AND t7.deleted_at IS NULL AND t7.status = 'FULFILLED'
  ) || ',"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t6.number) ||
    ',"total":{"amount":"' || CASE WHEN t6.currency IN ('EUR',
    'USD') THEN CASE WHEN t6.total_minor >= 0 THEN printf('%d.%02d', t6.total_minor / 100,
    t6.total_minor % 100) ELSE printf('-%d.%02d', -t6.total_minor / 100,
    -t6.total_minor % 100) END WHEN t6.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
    'XPF') THEN CAST(t6.total_minor AS TEXT) WHEN t6.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN CASE WHEN t6.total_minor >= 0 THEN printf('%d.%03d', t6.total_minor / 1000,
    t6.total_minor % 1000) ELSE printf('-%d.%03d', -t6.total_minor / 1000,
    -t6.total_minor % 1000) END WHEN t6.currency IN ('CLF',
    'UYW') THEN CASE WHEN t6.total_minor >= 0 THEN printf('%d.%04d', t6.total_minor / 10000,
    t6.total_minor % 10000) ELSE printf('-%d.%04d', -t6.total_minor / 10000,
    -t6.total_minor % 10000) END ELSE CASE WHEN t6.total_minor >= 0 THEN printf('%d.%02d',
    t6.total_minor / 100, t6.total_minor % 100) ELSE printf('-%d.%02d', -t6.total_minor / 100,
    -t6.total_minor % 100) END END || '"}}', ','), '')
  FROM (
    SELECT t6.number, t6.total_minor, t6.currency
    FROM sales_order t6
    WHERE t6.customer_id = t1.id AND t6.deleted_at IS NULL AND t6.status = 'FULFILLED'
    ORDER BY t6.order_date DESC, t6.id DESC
    LIMIT 20
  ) t6
) || ']}}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- salesRep
SELECT '{"january":' || (
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
) || ',"march":' || (
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
          o.confirmed_on >= ?4 AND o.confirmed_on < ?5 AND o.deleted_at IS NULL AND 1 = 1
      ) - (
        SELECT COALESCE(SUM(b.base_amount_minor), 0)
        FROM order_return_credit b
        JOIN order_return k ON k.id = b.order_return_id
        JOIN sales_order o ON o.id = k.order_id
        WHERE b.rep_id = t1.id AND b.returned_on >= ?4 AND b.returned_on < ?5 AND o.deleted_at IS NULL AND
          1 = 1
      )
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || '}'
FROM sales_rep t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
