SELECT '{"data":{"customer":' || COALESCE((
  SELECT '{"id":"cus_' || c.id || '","name":' || json_quote(c.name) || ',"email":' || json_quote(c.email)
      || ',"phone":' || json_quote(c.phone) || ',"city":' || json_quote(c.city)
      || ',"country":' || json_quote(c.country) || ',"lifecycle":"' || c.lifecycle
      || '","createdAt":"' || c.created_at || '","orders":{"nodes":[' || (
        SELECT COALESCE(group_concat(
          '{"id":"ord_' || o.id || '","number":' || json_quote(o.number) || ',"status":"' || o.status
          || '","orderDate":"' || o.order_date || '","total":{"amount":"' || money(o.total_minor, o.currency)
          || '","currency":"' || o.currency || '"}}', ','), '')
        FROM (SELECT o.id, o.number, o.status, o.order_date, o.total_minor, o.currency FROM sales_order o
              WHERE o.customer_id = c.id AND o.deleted_at IS NULL
              ORDER BY o.order_date DESC, o.id DESC LIMIT 3) o
      ) || ']},"tickets":{"nodes":[' || (
        SELECT COALESCE(group_concat(
          '{"id":"tkt_' || t.id || '","number":' || json_quote(t.number) || ',"issue":' || json_quote(t.issue)
          || ',"priority":"' || t.priority || '","createdAt":"' || t.created_at || '"}', ','), '')
        FROM (SELECT t.id, t.number, t.issue, t.priority, t.created_at FROM ticket t
              WHERE t.customer_id = c.id AND t.status = 'OPEN' AND t.deleted_at IS NULL
              ORDER BY t.created_at DESC, t.id DESC LIMIT 2) t
      ) || ']}}'
  FROM customer c WHERE c.id = :id AND c.deleted_at IS NULL
), 'null') || '}}'
