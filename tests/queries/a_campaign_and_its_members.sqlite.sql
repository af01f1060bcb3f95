-- campaigns
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"startDate":"' ||
  t1.start_date || '","endDate":"' || t1.end_date || '","status":"' || t1.status || '","channel":"' ||
  t1.channel || '","channelDetail":' || json_quote(t1.channel_detail) || ',"budget":{"amount":"' ||
  CASE WHEN t1.currency IN ('EUR', 'USD') THEN CASE WHEN t1.budget_minor >= 0 THEN printf('%d.%02d',
  t1.budget_minor / 100, t1.budget_minor % 100) ELSE printf('-%d.%02d', -t1.budget_minor / 100,
  -t1.budget_minor % 100) END WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
  'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN CAST(t1.budget_minor AS TEXT) WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN CASE WHEN t1.budget_minor >= 0 THEN printf('%d.%03d', t1.budget_minor / 1000,
  t1.budget_minor % 1000) ELSE printf('-%d.%03d', -t1.budget_minor / 1000,
  -t1.budget_minor % 1000) END WHEN t1.currency IN ('CLF',
  'UYW') THEN CASE WHEN t1.budget_minor >= 0 THEN printf('%d.%04d', t1.budget_minor / 10000,
  t1.budget_minor % 10000) ELSE printf('-%d.%04d', -t1.budget_minor / 10000,
  -t1.budget_minor % 10000) END ELSE CASE WHEN t1.budget_minor >= 0 THEN printf('%d.%02d',
  t1.budget_minor / 100, t1.budget_minor % 100) ELSE printf('-%d.%02d', -t1.budget_minor / 100,
  -t1.budget_minor % 100) END END || '","currency":"' || t1.currency || '"},"expectedRevenue":' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
  ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
  END
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(v.m AS TEXT)
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%03d', v.m / 1000, v.m % 1000)
  ELSE printf('-%d.%03d', -v.m / 1000, -v.m % 1000)
  END
  WHEN v.c IN ('CLF', 'UYW') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%04d', v.m / 10000, v.m % 10000)
  ELSE printf('-%d.%04d', -v.m / 10000, -v.m % 10000)
  END
  ELSE CASE
  WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
  ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
  END
  END || '","currency":"' || v.c || '"}'
  END
  FROM (
    SELECT t1.expected_revenue_minor AS m, t1.currency AS c
    LIMIT 1
  ) v
) || ',"owner":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',"parent":' || COALESCE((
  SELECT '{"name":' || json_quote(t3.name) || '}'
  FROM campaign t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || ',"children":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"name":' || json_quote(t4.name) || '}', ','), '')
  FROM (
    SELECT t4.name
    FROM campaign t4
    WHERE t4.parent_id = t1.id AND t4.deleted_at IS NULL
    ORDER BY t4.start_date DESC, t4.id DESC
    LIMIT 20
  ) t4
) || ']},"memberCount":' || (
  SELECT COUNT(*)
  FROM campaign_member m
  WHERE m.campaign_id = t1.id AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
  )
) || ',"members":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM campaign_member t6
    WHERE t6.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = t6.customer_id AND of_customer.deleted_at IS NULL
    ) AND (t6.status = 'EXCLUDED') IS NOT TRUE
  ) || ',"nodes":[' || COALESCE(group_concat('{"status":"' || t5.status || '","customer":' || COALESCE((
    SELECT '{"name":' || json_quote(t7.name) || '}'
    FROM customer t7
    WHERE t7.id = t5.customer_id AND t7.deleted_at IS NULL
  ), 'null') || '}', ','), '')
  FROM (
    SELECT t5.status, t5.customer_id
    FROM campaign_member t5
    WHERE t5.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = t5.customer_id AND of_customer.deleted_at IS NULL
    ) AND (t5.status = 'EXCLUDED') IS NOT TRUE
    ORDER BY t5.created_at, t5.id
    LIMIT 20
  ) t5
) || ']},"orders":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"number":' || json_quote(t8.number) || '}', ','), '') || '],"aggregate":' ||
    (
    SELECT '{"sum":{"baseTotal":' || CASE
    WHEN t11.x0 IS NULL THEN 'null'
    ELSE '{"amount":"' || CASE
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('EUR', 'USD') THEN CASE
    WHEN t11.x0 >= 0 THEN printf('%d.%02d', t11.x0 / 100, t11.x0 % 100)
    ELSE printf('-%d.%02d', -t11.x0 / 100, -t11.x0 % 100)
    END
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
      'XAF', 'XOF', 'XPF') THEN CAST(t11.x0 AS TEXT)
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
    WHEN t11.x0 >= 0 THEN printf('%d.%03d', t11.x0 / 1000, t11.x0 % 1000)
    ELSE printf('-%d.%03d', -t11.x0 / 1000, -t11.x0 % 1000)
    END
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('CLF', 'UYW') THEN CASE
    WHEN t11.x0 >= 0 THEN printf('%d.%04d', t11.x0 / 10000, t11.x0 % 10000)
    ELSE printf('-%d.%04d', -t11.x0 / 10000, -t11.x0 % 10000)
    END
    ELSE CASE
    WHEN t11.x0 >= 0 THEN printf('%d.%02d', t11.x0 / 100, t11.x0 % 100)
    ELSE printf('-%d.%02d', -t11.x0 / 100, -t11.x0 % 100)
    END
    END || '","currency":"' || ((
      SELECT currency
      FROM organisation
    )) || '"}'
    END || '}}'
    FROM (
      SELECT sum(t10.s0) AS x0
      FROM (
        SELECT count(*) AS n, sum(t9.base_total_minor) AS s0
        FROM sales_order t9
        WHERE t9.campaign_id = t1.id AND t9.deleted_at IS NULL
      ) t10
    ) t11
  )
  FROM (
    SELECT t8.number
    FROM sales_order t8
    WHERE t8.campaign_id = t1.id AND t8.deleted_at IS NULL
    ORDER BY t8.order_date DESC, t8.id DESC
    LIMIT 20
  ) t8
) || '}}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.start_date, t1.end_date, t1.status, t1.channel, t1.channel_detail, t1.budget_minor,
    t1.currency, t1.expected_revenue_minor, t1.owner_id, t1.parent_id, t1.id
  FROM campaign t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 20
) t1
-- customer
SELECT '{"campaignMembers":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"status":"' || t2.status || '","excludedReason":' ||
    json_quote(t2.excluded_reason) || ',"campaign":' || COALESCE((
    SELECT '{"name":' || json_quote(t3.name) || '}'
    FROM campaign t3
    WHERE t3.id = t2.campaign_id AND t3.deleted_at IS NULL
  ), 'null') || '}', ','), '')
  FROM (
    SELECT t2.status, t2.excluded_reason, t2.campaign_id
    FROM campaign_member t2
    WHERE t2.customer_id = t1.id AND EXISTS (
      SELECT 1
      FROM campaign of_campaign
      WHERE of_campaign.id = t2.campaign_id AND of_campaign.deleted_at IS NULL
    )
    ORDER BY t2.created_at DESC, t2.id DESC
    LIMIT 20
  ) t2
) || ']}}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
