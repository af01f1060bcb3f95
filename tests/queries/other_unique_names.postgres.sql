-- order
SELECT '{`id`:`ord_' || t1.id || '`,`number`:`' || replace(t1.number, '`', '`"`') || '`}'
FROM sales_order t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = $1::text
-- draft
SELECT '{`id`:`ord_' || t1.id || '`,`number`:`' || replace(t1.number, '`', '`"`') || '`}'
FROM sales_order t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = $1::text
-- product
SELECT '{`id`:`prd_' || t1.id || '`,`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = $1::text
-- ticket
SELECT '{`id`:`tkt_' || t1.id || '`,`issue`:`' || replace(t1.issue, '`', '`"`') || '`}'
FROM ticket t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = $1::text
-- removed
SELECT '{`id`:`tkt_' || t1.id || '`}'
FROM ticket t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = $1::text
-- absent
SELECT '{`id`:`prd_' || t1.id || '`}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = $1::text
