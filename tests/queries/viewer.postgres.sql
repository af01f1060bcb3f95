-- viewer
SELECT '{"__typename":"Viewer","name":' || to_json(t1.name)::text || ',"role":' || to_json(t1.role)::text ||
  ',"roles":' || t1.roles || ',"salesRep":' || COALESCE((
  SELECT '{"id":"rep_' || t2.id || '","name":' || to_json(t2.name)::text || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.rep_id AND t2.deleted_at IS NULL
), 'null') || '}'
FROM (
  SELECT $1::text AS name, $2::text AS role, $3::text AS roles, $4::bigint AS rep_id
) t1
