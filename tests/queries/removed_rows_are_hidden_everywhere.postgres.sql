-- salesReps
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM sales_rep t2
  WHERE t2.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM customer t3
    WHERE t3.owner_id = t2.id AND t3.deleted_at IS NULL AND (t3.name_fold >= $1::text AND
      t3.name_fold < $2::text)
  )
) || ',`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM customer t4
    WHERE t4.owner_id = t1.id AND t4.deleted_at IS NULL AND (t4.name_fold >= $1::text AND
      t4.name_fold < $2::text)
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- order
SELECT '{`number`:`' || replace(t1.number, '`', '`"`') || '`,`customer`:' || COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM customer t2
  WHERE t2.id = t1.customer_id AND t2.deleted_at IS NULL
), 'null') || ',`owner`:' || COALESCE((
  SELECT '{`name`:`' || replace(t3.name, '`', '`"`') || '`}'
  FROM sales_rep t3
  WHERE t3.id = t1.owner_id AND t3.deleted_at IS NULL
), 'null') || '}'
FROM sales_order t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- orders
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM customer t3
    WHERE t3.id = t2.customer_id AND t3.deleted_at IS NULL AND strpos(t3.name_fold, $1::text) > 0
  )
) || '}'
-- byCustomer
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`customer`:' || COALESCE((
    SELECT '{`name`:`' || replace(t5.name, '`', '`"`') || '`}'
    FROM customer t5
    WHERE t5.id = t4.g0 AND t5.deleted_at IS NULL
  ), 'null') || ',`aggregate`:{`count`:' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0
    FROM (
      SELECT (
        SELECT t6.id
        FROM customer t6
        WHERE t6.id = t3.g0 AND t6.deleted_at IS NULL
      ) AS g0, (sum(t3.n))::bigint AS n
      FROM (
        SELECT t2.customer_id AS g0, count(*) AS n
        FROM sales_order t2
        WHERE t2.deleted_at IS NULL AND t2.id = ANY($1::bigint[])
        GROUP BY 1
        ORDER BY 1
      ) t3
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
-- customer
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`,`owner`:' || COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || '}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- unowned
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM sales_rep t3
    WHERE t3.id = t2.owner_id AND t3.deleted_at IS NULL
  )
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`owner`:' || COALESCE((
  SELECT '{`name`:`' || replace(t4.name, '`', '`"`') || '`}'
  FROM sales_rep t4
  WHERE t4.id = t1.owner_id AND t4.deleted_at IS NULL
), 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.owner_id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM sales_rep t5
    WHERE t5.id = t1.owner_id AND t5.deleted_at IS NULL
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- tickets
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL
) || ',`aggregate`:' || (
  SELECT '{`count`:' || t5.x0 || '}'
  FROM (
    SELECT (COALESCE(sum(t4.n), 0))::bigint AS x0
    FROM (
      SELECT count(*) AS n
      FROM ticket t3
      WHERE t3.deleted_at IS NULL
    ) t4
  ) t5
) || '}'
-- acme
SELECT '{`tickets`:{`totalCount`:' || (
  SELECT (
    SELECT count(*)
    FROM ticket t3
    WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
  ) || ',`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t2.number, '`', '`"`') || '`}', ','), '')
  FROM (
    SELECT t2.number
    FROM ticket t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.created_at DESC, t2.id DESC
    LIMIT 20
  ) t2
) || ']}}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- campaign
SELECT '{`memberCount`:' || ((
  SELECT COUNT(*)
  FROM campaign_member m
  WHERE m.campaign_id = t1.id AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
  )
))::text || ',`members`:{`totalCount`:' || (
  SELECT (
    SELECT count(*)
    FROM campaign_member t3
    WHERE t3.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = t3.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    )
  ) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`mem_' || t2.id || '`,`customer`:' || COALESCE((
    SELECT '{`name`:`' || replace(t4.name, '`', '`"`') || '`}'
    FROM customer t4
    WHERE t4.id = t2.customer_id AND t4.deleted_at IS NULL
  ), 'null') || '}', ','), '')
  FROM (
    SELECT t2.id, t2.customer_id
    FROM campaign_member t2
    WHERE t2.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = t2.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    )
    ORDER BY t2.created_at, t2.id
    LIMIT 20
  ) t2
) || ']}}'
FROM campaign t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- teams
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM team t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- rep
SELECT '{`customers`:{`totalCount`:' || (
  SELECT (
    SELECT count(*)
    FROM customer t3
    WHERE t3.owner_id = t1.id AND t3.deleted_at IS NULL
  ) || ',`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t2.name, '`', '`"`') || '`}', ','), '')
  FROM (
    SELECT t2.name
    FROM customer t2
    WHERE t2.owner_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.name_fold, t2.id
    LIMIT 20
  ) t2
) || ']}}'
FROM sales_rep t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- sortedByOwner
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`owner`:' || COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.owner_id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) DESC NULLS LAST, t1.id DESC
  LIMIT 12
) t1
