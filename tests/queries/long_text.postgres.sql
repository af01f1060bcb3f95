-- customers
SELECT '{`edges`:[' || COALESCE(string_agg('{`cursor`:`' || encode(convert_to('["Customer NAME:ASC",' ||
  to_json(t1.k0)::text || ',' || t1.id || ']', 'UTF8'), 'hex') || '`,`node`:{`name`:`' || replace(t1.name,
  '`', '`"`') || '`}}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name, t1.name_fold AS k0
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.lifecycle = 'CHURNED'
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- found
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (t1.name_fold >= $1::text AND t1.name_fold < $2::text)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
