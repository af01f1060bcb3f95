-- tickets
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' ||
  lower(hex('["Ticket PRIORITY:DESC,CREATED_AT:ASC",' || t1.k0 || ',' || '"' || t1.k1 || '"' || ',' ||
  t1.id || ']')) || '","node":{"number":' || json_quote(t1.number) || ',"priority":"' || t1.priority || '"}}',
  ','), '') || ']}'
FROM (
  SELECT t1.id, t1.number, t1.priority,
    (CASE t1.priority WHEN 'LOW' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'HIGH' THEN 3 WHEN 'URGENT' THEN 4 END) AS k0,
    t1.created_at AS k1
  FROM ticket t1
  WHERE t1.deleted_at IS NULL
  ORDER BY (CASE t1.priority WHEN 'LOW' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'HIGH' THEN 3 WHEN 'URGENT' THEN 4 END) DESC,
    t1.created_at, t1.id
  LIMIT 20
) t1
