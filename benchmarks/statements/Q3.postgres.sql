SELECT '{"data":{"customers":{"nodes":[' || COALESCE(string_agg(
  '{"id":"cus_' || c.id || '","name":' || to_json(c.name)::text || ',"orders":{"nodes":[' || (
    SELECT COALESCE(string_agg(
      '{"id":"ord_' || o.id || '","number":' || to_json(o.number)::text || ',"status":"' || o.status
      || '","orderDate":"' || o.order_date || '","total":{"amount":"' || money(o.total_minor, o.currency)
      || '","currency":"' || o.currency || '"},"lines":{"nodes":[' || (
        SELECT COALESCE(string_agg(
          '{"id":"lin_' || l.id || '","quantity":' || l.quantity || ',"price":{"amount":"'
          || money(l.price_minor, l.currency) || '","currency":"' || l.currency || '"},"product":' || COALESCE((
            SELECT '{"id":"prd_' || p.id || '","sku":' || to_json(p.sku)::text
                || ',"name":' || to_json(p.name)::text || '}'
            FROM product p WHERE p.id = l.product_id AND p.deleted_at IS NULL), 'null') || '}', ','), '')
        FROM (SELECT l.id, l.quantity, l.price_minor, l.currency, l.product_id FROM order_line l
              WHERE l.order_id = o.id ORDER BY l.position LIMIT 5) l
      ) || ']}}', ','), '')
    FROM (SELECT o.id, o.number, o.status, o.order_date, o.total_minor, o.currency FROM sales_order o
          WHERE o.customer_id = c.id AND o.deleted_at IS NULL
          ORDER BY o.order_date DESC, o.id DESC LIMIT 10) o
  ) || ']},"tickets":{"nodes":[' || (
    SELECT COALESCE(string_agg(
      '{"id":"tkt_' || t.id || '","number":' || to_json(t.number)::text || ',"issue":' || to_json(t.issue)::text
      || ',"status":"' || t.status || '","priority":"' || t.priority
      || '","createdAt":"' || to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"}', ','), '')
    FROM (SELECT t.id, t.number, t.issue, t.status, t.priority, t.created_at FROM ticket t
          WHERE t.customer_id = c.id AND t.deleted_at IS NULL
          ORDER BY t.created_at DESC, t.id DESC LIMIT 5) t
  ) || ']}}', ','), '') || ']}}}'
FROM (SELECT id, name FROM customer WHERE deleted_at IS NULL ORDER BY name_fold, id LIMIT 50) c
