-- salesReps
WITH t10 AS (
  SELECT t8.id AS id, COALESCE((
    SELECT '{"sku":' || json_quote(t9.sku) || '}'
    FROM product t9
    WHERE t9.id = t8.product_id AND t9.deleted_at IS NULL
  ), 'null') AS x
  FROM order_line t8
) SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"hiredOn":' ||
  COALESCE('"' || t1.hired_on || '"', 'null') || ',"customers":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM customer t3
    WHERE t3.owner_id = t1.id AND t3.deleted_at IS NULL AND t3.country IS NOT NULL
  ) || ',"pageInfo":{"hasNextPage":' || CASE
  WHEN count(t2.rn) > 2 THEN 'true'
  ELSE 'false'
  END || '},"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t2.name) || ',"city":' ||
    json_quote(t2.city) || ',"orders":{"totalCount":' || (
    SELECT (
      SELECT count(*)
      FROM sales_order t5
      WHERE t5.customer_id = t2.id AND t5.deleted_at IS NULL AND (t5.status = 'DRAFT') IS NOT TRUE
    ) || ',"pageInfo":{"hasNextPage":' || CASE
    WHEN count(t4.rn) > 1 THEN 'true'
    ELSE 'false'
    END || '},"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t4.number) ||
      ',"total":{"amount":"' || CASE WHEN t4.currency IN ('EUR',
      'USD') THEN CASE WHEN t4.total_minor >= 0 THEN printf('%d.%02d', t4.total_minor / 100,
      t4.total_minor % 100) ELSE printf('-%d.%02d', -t4.total_minor / 100,
      -t4.total_minor % 100) END WHEN t4.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
      'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t4.total_minor AS TEXT) WHEN t4.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t4.total_minor >= 0 THEN printf('%d.%03d', t4.total_minor / 1000,
      t4.total_minor % 1000) ELSE printf('-%d.%03d', -t4.total_minor / 1000,
      -t4.total_minor % 1000) END WHEN t4.currency IN ('CLF',
      'UYW') THEN CASE WHEN t4.total_minor >= 0 THEN printf('%d.%04d', t4.total_minor / 10000,
      t4.total_minor % 10000) ELSE printf('-%d.%04d', -t4.total_minor / 10000,
      -t4.total_minor % 10000) END ELSE CASE WHEN t4.total_minor >= 0 THEN printf('%d.%02d',
      t4.total_minor / 100, t4.total_minor % 100) ELSE printf('-%d.%02d', -t4.total_minor / 100,
      -t4.total_minor % 100) END END || '","currency":"' || t4.currency || '"},"lines":{"totalCount":' || (
      SELECT (
        SELECT count(*)
        FROM order_line t7
        WHERE t7.order_id = t4.id AND t7.quantity >= ?1
      ) || ',"pageInfo":{"hasPreviousPage":' || CASE
      WHEN count(t6.rn) > 1 THEN 'true'
      ELSE 'false'
      END || '},"nodes":[' || COALESCE(group_concat('{"quantity":' || t6.quantity || ',"product":' || (
        SELECT t10.x
        FROM t10
        WHERE t10.id = t6.id
      ) || '}', ',') FILTER (WHERE t6.rn <= 1), '')
      FROM (
        SELECT *
        FROM (
          SELECT t6.*, row_number() OVER () AS rn, count(*) OVER () AS m
          FROM (
            SELECT t6.quantity, t6.id, t6.quantity AS k0
            FROM order_line t6
            WHERE t6.order_id = t4.id AND t6.quantity >= ?1
            ORDER BY t6.quantity DESC, t6.id DESC
            LIMIT 1 + 1
          ) t6
        ) t6
        ORDER BY rn DESC
      ) t6
    ) || ']}}', ',') FILTER (WHERE t4.rn <= 1), '')
    FROM (
      SELECT t4.*, row_number() OVER () AS rn, count(*) OVER () AS m
      FROM (
        SELECT t4.number, t4.total_minor, t4.currency, t4.id,
          (t4.total_minor * CASE WHEN t4.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
          'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
          'XPF') THEN 10000 WHEN t4.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
          'TND') THEN 10 WHEN t4.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) AS k0
        FROM sales_order t4
        WHERE t4.customer_id = t2.id AND t4.deleted_at IS NULL AND (t4.status = 'DRAFT') IS NOT TRUE
        ORDER BY (t4.total_minor * CASE WHEN t4.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF',
          'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
          'XPF') THEN 10000 WHEN t4.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
          'TND') THEN 10 WHEN t4.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) DESC, t4.id DESC
        LIMIT 1 + 1
      ) t4
    ) t4
  ) || ']}}', ',') FILTER (WHERE t2.rn <= 2), '')
  FROM (
    SELECT t2.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t2.name, t2.city, t2.id, t2.city_fold AS k0
      FROM customer t2
      WHERE t2.owner_id = t1.id AND t2.deleted_at IS NULL AND t2.country IS NOT NULL
      ORDER BY t2.city_fold DESC NULLS LAST, t2.id DESC
      LIMIT 2 + 1
    ) t2
  ) t2
) || ']}}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.hired_on, t1.id
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM customer t11
    WHERE t11.owner_id = t1.id AND t11.deleted_at IS NULL
  )
  ORDER BY t1.hired_on DESC, t1.id DESC
  LIMIT 3
) t1
