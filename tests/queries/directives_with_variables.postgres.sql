-- customer
SELECT '{"name":' || to_json(t1.name)::text || ',"orders":{"nodes":[' || (
  SELECT COALESCE(string_agg('{"number":' || to_json(t2.number)::text || '}', ','), '')
  FROM (
    SELECT t2.number
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.order_date DESC, t2.id DESC
    LIMIT 1
  ) t2
) || ']},"phone":' || to_json(t1.phone)::text || ',"city":' || COALESCE(to_json(t1.city)::text, 'null') || '}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
