-- viewer
SELECT '{"__typename":"Viewer","name":' || json_quote(t1.name) || ',"role":' || json_quote(t1.role) ||
  ',"roles":' || t1.roles || ',"salesRep":' || COALESCE((
  SELECT '{"id":"rep_' || t2.id || '","name":' || json_quote(t2.name) || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.rep_id AND t2.deleted_at IS NULL
), 'null') || '}'
FROM (
  SELECT ?1 AS name, ?2 AS role, ?3 AS roles, ?4 AS rep_id
) t1
