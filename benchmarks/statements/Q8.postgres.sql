SELECT '{"data":{"customer":' || COALESCE((
  SELECT '{"id":"cus_' || c.id || '","name":' || to_json(c.name)::text || ',"email":' || to_json(c.email)::text
      || ',"phone":' || to_json(c.phone)::text || ',"city":' || COALESCE(to_json(c.city)::text, 'null')
      || ',"country":' || COALESCE(to_json(c.country)::text, 'null') || ',"lifecycle":"' || c.lifecycle
      || '","createdAt":"' || to_char(c.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      || '","orders":{"nodes":[' || (
        SELECT COALESCE(string_agg(
          '{"id":"ord_' || o.id || '","number":' || to_json(o.number)::text || ',"status":"' || o.status
          || '","orderDate":"' || o.order_date || '","total":{"amount":"' || money(o.total_minor, o.currency)
          || '","currency":"' || o.currency || '"}}', ','), '')
        FROM (SELECT o.id, o.number, o.status, o.order_date, o.total_minor, o.currency FROM sales_order o
              WHERE o.customer_id = c.id AND o.deleted_at IS NULL
              ORDER BY o.order_date DESC, o.id DESC LIMIT 3) o
      ) || ']},"tickets":{"nodes":[' || (
        SELECT COALESCE(string_agg(
          '{"id":"tkt_' || t.id || '","number":' || to_json(t.number)::text || ',"issue":' || to_json(t.issue)::text
          || ',"priority":"' || t.priority
          || '","createdAt":"' || to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"}', ','), '')
        FROM (SELECT t.id, t.number, t.issue, t.priority, t.created_at FROM ticket t
              WHERE t.customer_id = c.id AND t.status = 'OPEN' AND t.deleted_at IS NULL
              ORDER BY t.created_at DESC, t.id DESC LIMIT 2) t
      ) || ']}}'
  FROM customer c WHERE c.id = $1::bigint AND c.deleted_at IS NULL
), 'null') || '}}'
