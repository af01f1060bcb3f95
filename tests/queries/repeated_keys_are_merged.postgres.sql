-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`,`owner`:' ||
  COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`,`id`:`rep_' || t2.id || '`}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',`orders`:{`totalCount`:' || (
  SELECT (
    SELECT count(*)
    FROM sales_order t4
    WHERE t4.customer_id = t1.id AND t4.deleted_at IS NULL
  ) || ',`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t3.number, '`', '`"`') || '`}', ','), '')
  FROM (
    SELECT t3.number
    FROM sales_order t3
    WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
    ORDER BY t3.order_date DESC, t3.id DESC
    LIMIT 1
  ) t3
) || ']},`city`:' || COALESCE('`' || replace(t1.city, '`', '`"`') || '`', 'null') || '}',
  ',') FILTER (WHERE t1.rn <= 1), '') || '],`totalCount`:' || (
  SELECT count(*)
  FROM customer t5
  WHERE t5.deleted_at IS NULL
) || ',`pageInfo`:{`hasNextPage`:' || CASE
WHEN count(t1.rn) > 1 THEN 'true'
ELSE 'false'
END || ',`hasPreviousPage`:false}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.name, t1.owner_id, t1.id, t1.city, t1.id AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL
    ORDER BY t1.id, t1.id
    LIMIT 1 + 1
  ) t1
) t1
