SELECT '{"data":{"orders":{"groups":[' || COALESCE(group_concat(
  '{"owner":' || COALESCE((SELECT '{"id":"rep_' || r.id || '","name":' || json_quote(r.name) || '}'
                           FROM sales_rep r WHERE r.id = g.owner_id AND r.deleted_at IS NULL), 'null')
  || ',"aggregate":{"count":' || g.number || ',"sum":{"total":[' || g.totals || ']}}}', ','), '') || ']}}}'
FROM (SELECT owner_id, sum(number) AS number,
             group_concat('{"amount":"' || money(total, currency) || '","currency":"' || currency || '"}', ',') AS totals
      FROM (SELECT owner_id, currency, count(*) AS number, sum(total_minor) AS total FROM sales_order
            WHERE deleted_at IS NULL GROUP BY owner_id, currency ORDER BY owner_id, currency)
      GROUP BY owner_id ORDER BY sum(number) DESC, owner_id IS NULL, owner_id LIMIT 100) g
