-- customer
SELECT '{"name":' || json_quote(t1.name) || ',"orders":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"number":' || json_quote(t2.number) || '}', ','), '')
  FROM (
    SELECT t2.number
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.order_date DESC, t2.id DESC
    LIMIT 1
  ) t2
) || ']},"phone":' || json_quote(t1.phone) || ',"city":' || json_quote(t1.city) || '}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
