-- customers
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- contacts
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM contact t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`con_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM contact t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- products
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`prd_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM product t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- productCategories
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM product_category t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`cat_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM product_category t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- orders
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`ord_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 1
) t1
-- tickets
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`tkt_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM ticket t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 1
) t1
-- campaigns
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM campaign t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`cmp_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM campaign t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 1
) t1
-- salesReps
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM sales_rep t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`rep_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- teams
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM team t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`tea_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM team t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- commissionPlans
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM commission_plan t2
  WHERE t2.deleted_at IS NULL
) || ',`nodes`:[' || COALESCE(string_agg('{`id`:`pln_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM commission_plan t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
