-- products
SELECT '{"nodes":[' || COALESCE(group_concat('{"sku":' || json_quote(t1.sku) || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.active = ?1 AND EXISTS (
    SELECT 1
    FROM product_category t2
    WHERE t2.id = t1.category_id AND t2.deleted_at IS NULL AND t2.name IS NOT NULL
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
