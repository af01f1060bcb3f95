-- customer
SELECT '{"id":"cus_' || t1.id || '","version":' || (t1.version)::text || ',"name":' ||
  to_json(t1.name)::text || ',"kind":"' || t1.kind || '","lifecycle":"' || t1.lifecycle || '","address":' ||
  to_json(t1.address)::text || ',"phone":' || to_json(t1.phone)::text || ',"phoneE164":' ||
  COALESCE(to_json(t1.phone_e164)::text, 'null') || ',"phoneStatus":"' || t1.phone_status || '","email":' ||
  to_json(t1.email)::text || ',"emailNorm":' || COALESCE(to_json(t1.email_norm)::text, 'null') ||
  ',"timeZone":' || COALESCE(to_json(t1.time_zone)::text, 'null') || ',"createdAt":"' ||
  to_char(t1.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","updatedAt":"' ||
  to_char(t1.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","owner":' || COALESCE((
  SELECT '{"id":"rep_' || t2.id || '","name":' || to_json(t2.name)::text || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',"parent":' || COALESCE((
  SELECT '{"id":"cus_' || t3.id || '"}'
  FROM customer t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || '}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
