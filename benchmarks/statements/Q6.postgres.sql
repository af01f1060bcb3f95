SELECT '{"data":{"orders":{"groups":[' || COALESCE(string_agg(
  '{"owner":' || COALESCE((SELECT '{"id":"rep_' || r.id || '","name":' || to_json(r.name)::text || '}'
                           FROM sales_rep r WHERE r.id = g.owner_id AND r.deleted_at IS NULL), 'null')
  || ',"aggregate":{"count":' || g.number || ',"sum":{"total":[' || g.totals || ']}}}', ','), '') || ']}}}'
FROM (SELECT owner_id, sum(number)::bigint AS number,
             string_agg('{"amount":"' || money(total, currency) || '","currency":"' || currency || '"}', ','
                        ORDER BY currency COLLATE "C") AS totals
      FROM (SELECT owner_id, currency, count(*) AS number, sum(total_minor)::bigint AS total FROM sales_order
            WHERE deleted_at IS NULL GROUP BY owner_id, currency) s
      GROUP BY owner_id ORDER BY sum(number) DESC, owner_id IS NULL, owner_id LIMIT 100) g
