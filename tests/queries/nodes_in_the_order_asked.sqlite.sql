-- nodes
SELECT '[' || COALESCE(group_concat(COALESCE(CASE n.prefix WHEN 'cmp' THEN (
  SELECT '{"id":"cmp_' || t1.id || '"}'
  FROM campaign t1
  WHERE t1.id = n.number AND t1.deleted_at IS NULL
) WHEN 'mem' THEN (
  SELECT '{"id":"mem_' || t2.id || '"}'
  FROM campaign_member t2
  WHERE t2.id = n.number
) WHEN 'ord' THEN (
  SELECT '{"id":"ord_' || t3.id || '"}'
  FROM sales_order t3
  WHERE t3.id = n.number AND t3.deleted_at IS NULL
) WHEN 'lin' THEN (
  SELECT '{"id":"lin_' || t4.id || '"}'
  FROM order_line t4
  WHERE t4.id = n.number
) WHEN 'crd' THEN (
  SELECT '{"id":"crd_' || t5.id || '"}'
  FROM order_credit t5
  WHERE t5.id = n.number
) WHEN 'cus' THEN (
  SELECT '{"id":"cus_' || t6.id || '","name":' || json_quote(t6.name) || '}'
  FROM customer t6
  WHERE t6.id = n.number AND t6.deleted_at IS NULL
) WHEN 'con' THEN (
  SELECT '{"id":"con_' || t7.id || '"}'
  FROM contact t7
  WHERE t7.id = n.number AND t7.deleted_at IS NULL
) WHEN 'tgt' THEN (
  SELECT '{"id":"tgt_' || t8.id || '"}'
  FROM sales_target t8
  WHERE t8.id = n.number
) WHEN 'pln' THEN (
  SELECT '{"id":"pln_' || t9.id || '"}'
  FROM commission_plan t9
  WHERE t9.id = n.number AND t9.deleted_at IS NULL
) WHEN 'tir' THEN (
  SELECT '{"id":"tir_' || t10.id || '","rateBps":' || t10.rate_bps || '}'
  FROM commission_tier t10
  WHERE t10.id = n.number
) WHEN 'asg' THEN (
  SELECT '{"id":"asg_' || t11.id || '"}'
  FROM plan_assignment t11
  WHERE t11.id = n.number
) WHEN 'cat' THEN (
  SELECT '{"id":"cat_' || t12.id || '"}'
  FROM product_category t12
  WHERE t12.id = n.number AND t12.deleted_at IS NULL
) WHEN 'prd' THEN (
  SELECT '{"id":"prd_' || t13.id || '","name":' || json_quote(t13.name) || ',"price":{"amount":"' || CASE
  WHEN t13.currency IN ('EUR', 'USD') THEN printf('%s%d.%02d',
    CASE WHEN t13.price_minor < 0 THEN '-' ELSE '' END, abs(t13.price_minor) / 100,
    abs(t13.price_minor) % 100)
  WHEN t13.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
    'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(t13.price_minor AS TEXT)
  WHEN t13.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN printf('%s%d.%03d',
    CASE WHEN t13.price_minor < 0 THEN '-' ELSE '' END, abs(t13.price_minor) / 1000,
    abs(t13.price_minor) % 1000)
  WHEN t13.currency IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
    CASE WHEN t13.price_minor < 0 THEN '-' ELSE '' END, abs(t13.price_minor) / 10000,
    abs(t13.price_minor) % 10000)
  ELSE printf('%s%d.%02d', CASE WHEN t13.price_minor < 0 THEN '-' ELSE '' END, abs(t13.price_minor) / 100,
    abs(t13.price_minor) % 100)
  END || '"}}'
  FROM product t13
  WHERE t13.id = n.number AND t13.deleted_at IS NULL
) WHEN 'tea' THEN (
  SELECT '{"id":"tea_' || t14.id || '"}'
  FROM team t14
  WHERE t14.id = n.number AND t14.deleted_at IS NULL
) WHEN 'rep' THEN (
  SELECT '{"id":"rep_' || t15.id || '","name":' || json_quote(t15.name) || '}'
  FROM sales_rep t15
  WHERE t15.id = n.number AND t15.deleted_at IS NULL
) WHEN 'tkt' THEN (
  SELECT '{"id":"tkt_' || t16.id || '","issue":' || json_quote(t16.issue) || '}'
  FROM ticket t16
  WHERE t16.id = n.number AND t16.deleted_at IS NULL
) WHEN 'msg' THEN (
  SELECT '{"id":"msg_' || t17.id || '","body":' || json_quote(t17.body) || '}'
  FROM ticket_message t17
  WHERE t17.id = n.number
) END, 'null'), ','), '') || ']'
FROM (
  SELECT json_extract(value, '$[0]') AS prefix, json_extract(value, '$[1]') AS number
  FROM json_each(:p1)
  ORDER BY key
) n
-- none
SELECT '[' || COALESCE(group_concat(COALESCE(CASE n.prefix WHEN 'cmp' THEN (
  SELECT '{"id":"cmp_' || t1.id || '"}'
  FROM campaign t1
  WHERE t1.id = n.number AND t1.deleted_at IS NULL
) WHEN 'mem' THEN (
  SELECT '{"id":"mem_' || t2.id || '"}'
  FROM campaign_member t2
  WHERE t2.id = n.number
) WHEN 'ord' THEN (
  SELECT '{"id":"ord_' || t3.id || '"}'
  FROM sales_order t3
  WHERE t3.id = n.number AND t3.deleted_at IS NULL
) WHEN 'lin' THEN (
  SELECT '{"id":"lin_' || t4.id || '"}'
  FROM order_line t4
  WHERE t4.id = n.number
) WHEN 'crd' THEN (
  SELECT '{"id":"crd_' || t5.id || '"}'
  FROM order_credit t5
  WHERE t5.id = n.number
) WHEN 'cus' THEN (
  SELECT '{"id":"cus_' || t6.id || '"}'
  FROM customer t6
  WHERE t6.id = n.number AND t6.deleted_at IS NULL
) WHEN 'con' THEN (
  SELECT '{"id":"con_' || t7.id || '"}'
  FROM contact t7
  WHERE t7.id = n.number AND t7.deleted_at IS NULL
) WHEN 'tgt' THEN (
  SELECT '{"id":"tgt_' || t8.id || '"}'
  FROM sales_target t8
  WHERE t8.id = n.number
) WHEN 'pln' THEN (
  SELECT '{"id":"pln_' || t9.id || '"}'
  FROM commission_plan t9
  WHERE t9.id = n.number AND t9.deleted_at IS NULL
) WHEN 'tir' THEN (
  SELECT '{"id":"tir_' || t10.id || '"}'
  FROM commission_tier t10
  WHERE t10.id = n.number
) WHEN 'asg' THEN (
  SELECT '{"id":"asg_' || t11.id || '"}'
  FROM plan_assignment t11
  WHERE t11.id = n.number
) WHEN 'cat' THEN (
  SELECT '{"id":"cat_' || t12.id || '"}'
  FROM product_category t12
  WHERE t12.id = n.number AND t12.deleted_at IS NULL
) WHEN 'prd' THEN (
  SELECT '{"id":"prd_' || t13.id || '"}'
  FROM product t13
  WHERE t13.id = n.number AND t13.deleted_at IS NULL
) WHEN 'tea' THEN (
  SELECT '{"id":"tea_' || t14.id || '"}'
  FROM team t14
  WHERE t14.id = n.number AND t14.deleted_at IS NULL
) WHEN 'rep' THEN (
  SELECT '{"id":"rep_' || t15.id || '"}'
  FROM sales_rep t15
  WHERE t15.id = n.number AND t15.deleted_at IS NULL
) WHEN 'tkt' THEN (
  SELECT '{"id":"tkt_' || t16.id || '"}'
  FROM ticket t16
  WHERE t16.id = n.number AND t16.deleted_at IS NULL
) WHEN 'msg' THEN (
  SELECT '{"id":"msg_' || t17.id || '"}'
  FROM ticket_message t17
  WHERE t17.id = n.number
) END, 'null'), ','), '') || ']'
FROM (
  SELECT json_extract(value, '$[0]') AS prefix, json_extract(value, '$[1]') AS number
  FROM json_each(:p1)
  ORDER BY key
) n
-- literal
SELECT '[' || COALESCE(group_concat(COALESCE(CASE n.prefix WHEN 'cmp' THEN (
  SELECT '{"__typename":"Campaign","id":"cmp_' || t1.id || '"}'
  FROM campaign t1
  WHERE t1.id = n.number AND t1.deleted_at IS NULL
) WHEN 'mem' THEN (
  SELECT '{"__typename":"CampaignMember","id":"mem_' || t2.id || '"}'
  FROM campaign_member t2
  WHERE t2.id = n.number
) WHEN 'ord' THEN (
  SELECT '{"__typename":"Order","id":"ord_' || t3.id || '"}'
  FROM sales_order t3
  WHERE t3.id = n.number AND t3.deleted_at IS NULL
) WHEN 'lin' THEN (
  SELECT '{"__typename":"OrderLine","id":"lin_' || t4.id || '"}'
  FROM order_line t4
  WHERE t4.id = n.number
) WHEN 'crd' THEN (
  SELECT '{"__typename":"OrderCredit","id":"crd_' || t5.id || '"}'
  FROM order_credit t5
  WHERE t5.id = n.number
) WHEN 'cus' THEN (
  SELECT '{"__typename":"Customer","id":"cus_' || t6.id || '"}'
  FROM customer t6
  WHERE t6.id = n.number AND t6.deleted_at IS NULL
) WHEN 'con' THEN (
  SELECT '{"__typename":"Contact","id":"con_' || t7.id || '"}'
  FROM contact t7
  WHERE t7.id = n.number AND t7.deleted_at IS NULL
) WHEN 'tgt' THEN (
  SELECT '{"__typename":"SalesTarget","id":"tgt_' || t8.id || '"}'
  FROM sales_target t8
  WHERE t8.id = n.number
) WHEN 'pln' THEN (
  SELECT '{"__typename":"CommissionPlan","id":"pln_' || t9.id || '"}'
  FROM commission_plan t9
  WHERE t9.id = n.number AND t9.deleted_at IS NULL
) WHEN 'tir' THEN (
  SELECT '{"__typename":"CommissionTier","id":"tir_' || t10.id || '"}'
  FROM commission_tier t10
  WHERE t10.id = n.number
) WHEN 'asg' THEN (
  SELECT '{"__typename":"PlanAssignment","id":"asg_' || t11.id || '"}'
  FROM plan_assignment t11
  WHERE t11.id = n.number
) WHEN 'cat' THEN (
  SELECT '{"__typename":"ProductCategory","id":"cat_' || t12.id || '"}'
  FROM product_category t12
  WHERE t12.id = n.number AND t12.deleted_at IS NULL
) WHEN 'prd' THEN (
  SELECT '{"__typename":"Product","id":"prd_' || t13.id || '"}'
  FROM product t13
  WHERE t13.id = n.number AND t13.deleted_at IS NULL
) WHEN 'tea' THEN (
  SELECT '{"__typename":"Team","id":"tea_' || t14.id || '"}'
  FROM team t14
  WHERE t14.id = n.number AND t14.deleted_at IS NULL
) WHEN 'rep' THEN (
  SELECT '{"__typename":"SalesRep","id":"rep_' || t15.id || '"}'
  FROM sales_rep t15
  WHERE t15.id = n.number AND t15.deleted_at IS NULL
) WHEN 'tkt' THEN (
  SELECT '{"__typename":"Ticket","id":"tkt_' || t16.id || '"}'
  FROM ticket t16
  WHERE t16.id = n.number AND t16.deleted_at IS NULL
) WHEN 'msg' THEN (
  SELECT '{"__typename":"TicketMessage","id":"msg_' || t17.id || '"}'
  FROM ticket_message t17
  WHERE t17.id = n.number
) END, 'null'), ','), '') || ']'
FROM (
  SELECT json_extract(value, '$[0]') AS prefix, json_extract(value, '$[1]') AS number
  FROM json_each(:p1)
  ORDER BY key
) n
-- one
SELECT '[' || COALESCE(group_concat(COALESCE(CASE n.prefix WHEN 'cmp' THEN (
  SELECT '{}'
  FROM campaign t1
  WHERE t1.id = n.number AND t1.deleted_at IS NULL
) WHEN 'mem' THEN (
  SELECT '{}'
  FROM campaign_member t2
  WHERE t2.id = n.number
) WHEN 'ord' THEN (
  SELECT '{}'
  FROM sales_order t3
  WHERE t3.id = n.number AND t3.deleted_at IS NULL
) WHEN 'lin' THEN (
  SELECT '{}'
  FROM order_line t4
  WHERE t4.id = n.number
) WHEN 'crd' THEN (
  SELECT '{}'
  FROM order_credit t5
  WHERE t5.id = n.number
) WHEN 'cus' THEN (
  SELECT '{}'
  FROM customer t6
  WHERE t6.id = n.number AND t6.deleted_at IS NULL
) WHEN 'con' THEN (
  SELECT '{}'
  FROM contact t7
  WHERE t7.id = n.number AND t7.deleted_at IS NULL
) WHEN 'tgt' THEN (
  SELECT '{}'
  FROM sales_target t8
  WHERE t8.id = n.number
) WHEN 'pln' THEN (
  SELECT '{}'
  FROM commission_plan t9
  WHERE t9.id = n.number AND t9.deleted_at IS NULL
) WHEN 'tir' THEN (
  SELECT '{}'
  FROM commission_tier t10
  WHERE t10.id = n.number
) WHEN 'asg' THEN (
  SELECT '{}'
  FROM plan_assignment t11
  WHERE t11.id = n.number
) WHEN 'cat' THEN (
  SELECT '{"name":' || json_quote(t12.name) || '}'
  FROM product_category t12
  WHERE t12.id = n.number AND t12.deleted_at IS NULL
) WHEN 'prd' THEN (
  SELECT '{}'
  FROM product t13
  WHERE t13.id = n.number AND t13.deleted_at IS NULL
) WHEN 'tea' THEN (
  SELECT '{}'
  FROM team t14
  WHERE t14.id = n.number AND t14.deleted_at IS NULL
) WHEN 'rep' THEN (
  SELECT '{}'
  FROM sales_rep t15
  WHERE t15.id = n.number AND t15.deleted_at IS NULL
) WHEN 'tkt' THEN (
  SELECT '{}'
  FROM ticket t16
  WHERE t16.id = n.number AND t16.deleted_at IS NULL
) WHEN 'msg' THEN (
  SELECT '{}'
  FROM ticket_message t17
  WHERE t17.id = n.number
) END, 'null'), ','), '') || ']'
FROM (
  SELECT json_extract(value, '$[0]') AS prefix, json_extract(value, '$[1]') AS number
  FROM json_each(:p1)
  ORDER BY key
) n
