-- customer
SELECT '{"id":"cus_' || t1.id || '","version":' || t1.version || ',"name":' || json_quote(t1.name) ||
  ',"kind":"' || t1.kind || '","lifecycle":"' || t1.lifecycle || '","address":' || json_quote(t1.address) ||
  ',"phone":' || json_quote(t1.phone) || ',"phoneE164":' || json_quote(t1.phone_e164) || ',"phoneStatus":"' ||
  t1.phone_status || '","email":' || json_quote(t1.email) || ',"emailNorm":' || json_quote(t1.email_norm) ||
  ',"timeZone":' || json_quote(t1.time_zone) || ',"createdAt":"' || t1.created_at || '","updatedAt":"' ||
  t1.updated_at || '","owner":' || COALESCE((
  SELECT '{"id":"rep_' || t2.id || '","name":' || json_quote(t2.name) || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',"parent":' || COALESCE((
  SELECT '{"id":"cus_' || t3.id || '"}'
  FROM customer t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || '}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
