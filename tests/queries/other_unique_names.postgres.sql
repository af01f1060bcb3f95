-- order
SELECT '{"id":"ord_' || t1.id || '","number":' || to_json(t1.number)::text || '}'
FROM sales_order t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = $1::text
-- draft
SELECT '{"id":"ord_' || t1.id || '","number":' || to_json(t1.number)::text || '}'
FROM sales_order t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = $1::text
-- product
SELECT '{"id":"prd_' || t1.id || '","name":' || to_json(t1.name)::text || '}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = $1::text
-- ticket
SELECT '{"id":"tkt_' || t1.id || '","issue":' || to_json(t1.issue)::text || '}'
FROM ticket t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = $1::text
-- removed
SELECT '{"id":"tkt_' || t1.id || '"}'
FROM ticket t1
WHERE t1.deleted_at IS NULL AND t1.number_fold = $1::text
-- absent
SELECT '{"id":"prd_' || t1.id || '"}'
FROM product t1
WHERE t1.deleted_at IS NULL AND t1.sku_fold = $1::text
