-- viewer
SELECT '{`__typename`:`Viewer`,`name`:`' || replace(t1.name, '`', '`"`') || '`,`role`:`' || replace(t1.role,
  '`', '`"`') || '`,`roles`:' || replace(t1.roles, '"', '`') || ',`salesRep`:' || COALESCE((
  SELECT '{`id`:`rep_' || t2.id || '`,`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM sales_rep t2
  WHERE t2.id = t1.rep_id AND t2.deleted_at IS NULL
), 'null') || '}'
FROM (
  SELECT $1::text AS name, $2::text AS role, $3::text AS roles, $4::bigint AS rep_id
) t1
