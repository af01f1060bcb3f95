-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || '],`edges`:[' ||
  COALESCE(string_agg('{`node`:{`name`:`' || replace(t1.name, '`', '`"`') || '`},`cursor`:`' ||
  encode(convert_to('["Customer NAME:ASC",' || to_json(t1.k0)::text || ',' || t1.id || ']', 'UTF8'), 'hex') ||
  '`}', ','), '') || '],`again`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}',
  ','), '') || '],`cursors`:[' || COALESCE(string_agg('{`cursor`:`' ||
  encode(convert_to('["Customer NAME:ASC",' || to_json(t1.k0)::text || ',' || t1.id || ']', 'UTF8'), 'hex') ||
  '`}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name, t1.name_fold AS k0
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 2
) t1
