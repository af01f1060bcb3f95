SELECT '{"data":{"customers":{"nodes":[' || COALESCE(group_concat(
  '{"id":"cus_' || c.id || '","name":' || json_quote(c.name) || ',"orders":{"nodes":[' || (
    SELECT COALESCE(group_concat(
      '{"id":"ord_' || o.id || '","number":' || json_quote(o.number) || ',"status":"' || o.status
      || '","orderDate":"' || o.order_date || '","total":{"amount":"' || money(o.total_minor, o.currency)
      || '","currency":"' || o.currency || '"},"lines":{"nodes":[' || (
        SELECT COALESCE(group_concat(
          '{"id":"lin_' || l.id || '","quantity":' || l.quantity || ',"price":{"amount":"'
          || money(l.price_minor, l.currency) || '","currency":"' || l.currency || '"},"product":'
          || CASE WHEN l.product_id IS NULL THEN 'null' ELSE
               '{"id":"prd_' || l.product_id || '","sku":' || json_quote(l.sku) || ',"name":' || json_quote(l.name) || '}'
             END || '}', ','), '')
        FROM (SELECT l.id, l.quantity, l.price_minor, l.currency, p.id AS product_id, p.sku, p.name
              FROM order_line l LEFT JOIN product p ON p.id = l.product_id AND p.deleted_at IS NULL
              WHERE l.order_id = o.id ORDER BY l.position LIMIT 5) l
      ) || ']}}', ','), '')
    FROM (SELECT o.id, o.number, o.status, o.order_date, o.total_minor, o.currency FROM sales_order o
          WHERE o.customer_id = c.id AND o.deleted_at IS NULL
          ORDER BY o.order_date DESC, o.id DESC LIMIT 10) o
  ) || ']},"tickets":{"nodes":[' || (
    SELECT COALESCE(group_concat(
      '{"id":"tkt_' || t.id || '","number":' || json_quote(t.number) || ',"issue":' || json_quote(t.issue)
      || ',"status":"' || t.status || '","priority":"' || t.priority || '","createdAt":"' || t.created_at || '"}',
      ','), '')
    FROM (SELECT t.id, t.number, t.issue, t.status, t.priority, t.created_at FROM ticket t
          WHERE t.customer_id = c.id AND t.deleted_at IS NULL
          ORDER BY t.created_at DESC, t.id DESC LIMIT 5) t
  ) || ']}}', ','), '') || ']}}}'
FROM (SELECT id, name FROM customer WHERE deleted_at IS NULL ORDER BY name_fold, id LIMIT 50) c
