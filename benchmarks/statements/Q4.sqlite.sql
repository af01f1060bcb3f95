SELECT '{"data":{"salesReps":{"nodes":[' || COALESCE(group_concat(
  '{"id":"rep_' || r.id || '","name":' || json_quote(r.name) || ',"sales":{"nodes":[' || (
    SELECT COALESCE(group_concat(
      '{"id":"ord_' || o.id || '","number":' || json_quote(o.number) || ',"orderDate":"' || o.order_date
      || '","total":{"amount":"' || money(o.total_minor, o.currency) || '","currency":"' || o.currency
      || '"},"customer":' || COALESCE((
        SELECT '{"id":"cus_' || c.id || '","name":' || json_quote(c.name) || '}'
        FROM customer c WHERE c.id = o.customer_id AND c.deleted_at IS NULL), 'null') || '}', ','), '')
    FROM (SELECT o.id, o.number, o.order_date, o.total_minor, o.currency, o.customer_id
          FROM order_credit k JOIN sales_order o ON o.id = k.order_id
          WHERE k.rep_id = r.id AND o.deleted_at IS NULL
          ORDER BY k.order_date DESC, k.order_id DESC LIMIT 20) o
  ) || ']}}', ','), '') || ']}}}'
FROM (SELECT id, name FROM sales_rep WHERE deleted_at IS NULL ORDER BY name_fold, id LIMIT 20) r
