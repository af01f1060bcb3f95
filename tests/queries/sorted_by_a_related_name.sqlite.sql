-- customers
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' ||
  lower(hex('["Customer OWNER_NAME:ASC,NAME:ASC",' || json_quote(t1.k0) || ',' || json_quote(t1.k1) || ',' ||
  t1.id || ']')) || '","node":{"name":' || json_quote(t1.name) || ',"owner":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || '}}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name, t1.owner_id, ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) AS k0, t1.name_fold AS k1
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) NULLS LAST, t1.name_fold, t1.id
  LIMIT 20
) t1
-- rest
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","owner":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.owner_id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND CASE
  WHEN ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) IS NULL THEN 1
  ELSE 0
  END >= ?1 AND (CASE WHEN ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) IS NULL THEN 1 ELSE 0 END > ?1 OR (CASE WHEN ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) IS NULL THEN 1 ELSE 0 END = ?1 AND ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) > ?2) OR (CASE WHEN ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) IS NULL THEN 1 ELSE 0 END = ?1 AND (((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) = ?2 OR ?1 = 1) AND t1.name_fold > ?3) OR (CASE WHEN ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) IS NULL THEN 1 ELSE 0 END = ?1 AND (((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) = ?2 OR ?1 = 1) AND t1.name_fold = ?3 AND t1.id > ?4))
  ORDER BY ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.owner_id AND o.deleted_at IS NULL
  )) NULLS LAST, t1.name_fold, t1.id
  LIMIT 4
) t1
-- tickets
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"tkt_' || t1.id || '","assignee":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.assignee_id AND t2.deleted_at IS NULL
), 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.assignee_id
  FROM ticket t1
  WHERE t1.deleted_at IS NULL
  ORDER BY ((
    SELECT o.name_fold
    FROM sales_rep o
    WHERE o.id = t1.assignee_id AND o.deleted_at IS NULL
  )) DESC NULLS LAST, t1.id DESC
  LIMIT 20
) t1
-- orders
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"ord_' || t1.id || '","customer":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || '}'
  FROM customer t2
  WHERE t2.id = t1.customer_id AND t2.deleted_at IS NULL
), 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.customer_id
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL
  ORDER BY ((
    SELECT o.name_fold
    FROM customer o
    WHERE o.id = t1.customer_id AND o.deleted_at IS NULL
  )) NULLS LAST, t1.id
  LIMIT 3
) t1
