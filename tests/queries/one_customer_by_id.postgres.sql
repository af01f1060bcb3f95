-- customer
SELECT '{`id`:`cus_' || t1.id || '`,`version`:' || (t1.version)::text || ',`name`:`' || replace(t1.name, '`',
  '`"`') || '`,`kind`:`' || t1.kind || '`,`lifecycle`:`' || t1.lifecycle || '`,`address`:`' ||
  replace(t1.address, '`', '`"`') || '`,`phone`:`' || replace(t1.phone, '`', '`"`') || '`,`phoneE164`:' ||
  COALESCE('`' || replace(t1.phone_e164, '`', '`"`') || '`', 'null') || ',`phoneStatus`:`' ||
  t1.phone_status || '`,`email`:`' || replace(t1.email, '`', '`"`') || '`,`emailNorm`:' || COALESCE('`' ||
  replace(t1.email_norm, '`', '`"`') || '`', 'null') || ',`timeZone`:' || COALESCE('`' ||
  replace(t1.time_zone, '`', '`"`') || '`', 'null') || ',`createdAt`:`' ||
  to_char(t1.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`updatedAt`:`' ||
  to_char(t1.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`owner`:' || COALESCE((
  SELECT '{`id`:`rep_' || t2.id || '`,`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',`parent`:' || COALESCE((
  SELECT '{`id`:`cus_' || t3.id || '`}'
  FROM customer t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || '}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
