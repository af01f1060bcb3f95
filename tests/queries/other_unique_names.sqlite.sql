-- order
SELECT '{"id":"ord_' || t1.id || '","number":' || json_quote(t1.number) || '}'
FROM sales_order t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = ?1
-- draft
SELECT '{"id":"ord_' || t1.id || '","number":' || json_quote(t1.number) || '}'
FROM sales_order t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = ?1
-- product
SELECT '{"id":"prd_' || t1.id || '","name":' || json_quote(t1.name) || '}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = ?1
-- ticket
SELECT '{"id":"tkt_' || t1.id || '","issue":' || json_quote(t1.issue) || '}'
FROM ticket t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = ?1
-- removed
SELECT '{"id":"tkt_' || t1.id || '"}'
FROM ticket t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = ?1
-- absent
SELECT '{"id":"prd_' || t1.id || '"}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = ?1
