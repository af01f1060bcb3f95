-- customer
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- contact
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`,`givenName`:' || COALESCE('`' ||
  replace(t1.given_name, '`', '`"`') || '`', 'null') || ',`familyName`:' || COALESCE('`' ||
  replace(t1.family_name, '`', '`"`') || '`', 'null') || '}'
FROM contact t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- product
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM product t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- productCategory
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`,`parent`:' || COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM product_category t2
  WHERE t2.id = t1.parent_id AND t2.deleted_at IS NULL
), 'null') || '}'
FROM product_category t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- order
SELECT '{`number`:`' || replace(t1.number, '`', '`"`') || '`}'
FROM sales_order t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- ticket
SELECT '{`number`:`' || replace(t1.number, '`', '`"`') || '`}'
FROM ticket t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- campaign
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM campaign t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- salesRep
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM sales_rep t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- team
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`}'
FROM team t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
-- commissionPlan
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`,`tierMode`:`' || t1.tier_mode ||
  '`,`tiers`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`fromBps`:' || (t2.from_bps)::text || ',`toBps`:' ||
    COALESCE((t2.to_bps)::text, 'null') || ',`rateBps`:' || (t2.rate_bps)::text || '}', ','), '')
  FROM (
    SELECT t2.from_bps, t2.to_bps, t2.rate_bps
    FROM commission_tier t2
    WHERE t2.plan_id = t1.id
    ORDER BY t2.from_bps, t2.id
    LIMIT 20
  ) t2
) || ']},`assignments`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`rep`:' || COALESCE((
    SELECT '{`name`:`' || replace(t4.name, '`', '`"`') || '`}'
    FROM sales_rep t4
    WHERE t4.id = t3.rep_id AND t4.deleted_at IS NULL
  ), 'null') || ',`startsOn`:`' || t3.starts_on || '`}', ','), '')
  FROM (
    SELECT t3.rep_id, t3.starts_on
    FROM plan_assignment t3
    WHERE t3.plan_id = t1.id AND EXISTS (
      SELECT 1
      FROM sales_rep of_rep
      WHERE of_rep.id = t3.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
    )
    ORDER BY t3.starts_on DESC, t3.id DESC
    LIMIT 20
  ) t3
) || ']}}'
FROM commission_plan t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
