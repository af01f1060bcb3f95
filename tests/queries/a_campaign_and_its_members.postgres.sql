-- campaigns
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`,`startDate`:`' ||
  t1.start_date || '`,`endDate`:`' || t1.end_date || '`,`status`:`' || t1.status || '`,`channel`:`' ||
  t1.channel || '`,`channelDetail`:' || COALESCE('`' || replace(t1.channel_detail, '`', '`"`') || '`',
  'null') || ',`budget`:{`amount`:`' || CASE WHEN t1.currency IN ('EUR',
  'USD') THEN ((t1.budget_minor)::numeric * 0.01)::text WHEN t1.currency IN ('BIF', 'CLP', 'DJF', 'GNF',
  'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
  'XPF') THEN (t1.budget_minor)::text WHEN t1.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
  'TND') THEN ((t1.budget_minor)::numeric * 0.001)::text WHEN t1.currency IN ('CLF',
  'UYW') THEN ((t1.budget_minor)::numeric * 0.0001)::text ELSE ((t1.budget_minor)::numeric * 0.01)::text END ||
  '`,`currency`:`' || t1.currency || '`},`expectedRevenue`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`,`currency`:`' || v.c || '`}'
  END
  FROM (
    SELECT t1.expected_revenue_minor AS m, t1.currency AS c
    LIMIT 1
  ) v
) || ',`owner`:' || COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',`parent`:' || COALESCE((
  SELECT '{`name`:`' || replace(t3.name, '`', '`"`') || '`}'
  FROM campaign t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || ',`children`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`name`:`' || replace(t4.name, '`', '`"`') || '`}', ','), '')
  FROM (
    SELECT t4.name
    FROM campaign t4
    WHERE t4.parent_id = t1.id AND t4.deleted_at IS NULL
    ORDER BY t4.start_date DESC, t4.id DESC
    LIMIT 20
  ) t4
) || ']},`memberCount`:' || ((
  SELECT COUNT(*)
  FROM campaign_member m
  WHERE m.campaign_id = t1.id AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
  )
))::text || ',`members`:{`totalCount`:' || (
  SELECT (
    SELECT count(*)
    FROM campaign_member t6
    WHERE t6.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = t6.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    ) AND (t6.status = 'EXCLUDED') IS NOT TRUE
  ) || ',`nodes`:[' || COALESCE(string_agg('{`status`:`' || t5.status || '`,`customer`:' || COALESCE((
    SELECT '{`name`:`' || replace(t7.name, '`', '`"`') || '`}'
    FROM customer t7
    WHERE t7.id = t5.customer_id AND t7.deleted_at IS NULL
  ), 'null') || '}', ','), '')
  FROM (
    SELECT t5.status, t5.customer_id
    FROM campaign_member t5
    WHERE t5.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = t5.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    ) AND (t5.status = 'EXCLUDED') IS NOT TRUE
    ORDER BY t5.created_at, t5.id
    LIMIT 20
  ) t5
) || ']},`orders`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`number`:`' || replace(t8.number, '`', '`"`') || '`}', ','), '') ||
    '],`aggregate`:' || (
    SELECT '{`sum`:{`baseTotal`:' || CASE
    WHEN t11.x0 IS NULL THEN 'null'
    ELSE '{`amount`:`' || CASE
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('EUR', 'USD') THEN ((t11.x0)::numeric * 0.01)::text
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
      'XAF', 'XOF', 'XPF') THEN (t11.x0)::text
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t11.x0)::numeric * 0.001)::text
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('CLF', 'UYW') THEN ((t11.x0)::numeric * 0.0001)::text
    ELSE ((t11.x0)::numeric * 0.01)::text
    END || '`,`currency`:`' || ((
      SELECT currency
      FROM organisation
    )) || '`}'
    END || '}}'
    FROM (
      SELECT (sum(t10.s0))::bigint AS x0
      FROM (
        SELECT count(*) AS n, (sum(t9.base_total_minor))::bigint AS s0
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
SELECT '{`campaignMembers`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`status`:`' || t2.status || '`,`excludedReason`:' || COALESCE('`' ||
    replace(t2.excluded_reason, '`', '`"`') || '`', 'null') || ',`campaign`:' || COALESCE((
    SELECT '{`name`:`' || replace(t3.name, '`', '`"`') || '`}'
    FROM campaign t3
    WHERE t3.id = t2.campaign_id AND t3.deleted_at IS NULL
  ), 'null') || '}', ','), '')
  FROM (
    SELECT t2.status, t2.excluded_reason, t2.campaign_id
    FROM campaign_member t2
    WHERE t2.customer_id = t1.id AND EXISTS (
      SELECT 1
      FROM campaign of_campaign
      WHERE of_campaign.id = t2.campaign_id AND of_campaign.deleted_at IS NULL OFFSET 0
    )
    ORDER BY t2.created_at DESC, t2.id DESC
    LIMIT 20
  ) t2
) || ']}}'
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
