-- tickets
SELECT '{`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
  encode(convert_to('["Ticket PRIORITY:DESC,CREATED_AT:ASC",' || (t1.k0)::text || ',' || '"' ||
  to_char(t1.k1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' || ',' || t1.id || ']', 'UTF8'),
  'hex') || '`,`node`:{`number`:`' || replace(t1.number, '`', '`"`') || '`,`priority`:`' || t1.priority ||
  '`}}', ','), '') || ']}'
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
