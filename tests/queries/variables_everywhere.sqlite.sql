-- one
SELECT '{"name":' || json_quote(t1.name) || '}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"orders":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"number":' || json_quote(t2.number) || ',"orderDate":"' || t2.order_date ||
    '"}', ','), '')
  FROM (
    SELECT t2.number, t2.order_date
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL AND t2.status IN (
      SELECT value
      FROM json_each(?1)
    ) AND t2.order_date >= ?2 AND t2.order_date < ?3 AND (t2.total_minor * CASE WHEN t2.currency IN ('BIF',
      'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN 10000 WHEN t2.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN 10 WHEN t2.currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END) >= ?4
    ORDER BY t2.order_date, t2.id
    LIMIT 20
  ) t2
) || ']}}', ',') FILTER (WHERE t1.rn <= 2), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 2 THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.name, t1.id, t1.name_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND NOT EXISTS (
      SELECT 1
      FROM sales_rep t3
      WHERE t3.id = t1.owner_id AND t3.deleted_at IS NULL AND t3.name_fold = ?5 AND t3.name = ?6
    ) AND t1.lifecycle IN (
      SELECT value
      FROM json_each(?7)
    ) AND NOT EXISTS (
      SELECT 1
      FROM json_each(?8) w
      WHERE (instr(t1.name_fold, w.value) > 0 OR instr(t1.email_fold, w.value) > 0 OR instr(t1.phone_fold,
        w.value) > 0 OR instr(t1.city_fold, w.value) > 0 OR instr(t1.address_fold, w.value) > 0) IS NOT TRUE
    ) AND (t1.name_fold, t1.id) < (?9, ?10)
    ORDER BY t1.name_fold DESC, t1.id DESC
    LIMIT 2 + 1
  ) t1
) t1
-- inside
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (((t1.name_fold >= ?1 AND t1.name_fold < ?2)) OR (NOT EXISTS (
    SELECT 1
    FROM sales_rep t2
    WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL AND t2.name_fold = ?3 AND t2.name = ?4
  ) AND t1.lifecycle IN (
    SELECT value
    FROM json_each(?5)
  )))
  ORDER BY t1.name_fold DESC, t1.id DESC
  LIMIT 20
) t1
-- leftOut
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL
) || '}'
