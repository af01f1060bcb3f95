-- nodes
SELECT '[' || COALESCE(string_agg(COALESCE(CASE n.prefix WHEN 'cmp' THEN (
  SELECT '{`id`:`cmp_' || t1.id || '`}'
  FROM campaign t1
  WHERE t1.id = n.number AND t1.deleted_at IS NULL
) WHEN 'mem' THEN (
  SELECT '{`id`:`mem_' || t2.id || '`}'
  FROM campaign_member t2
  WHERE t2.id = n.number AND EXISTS (
    SELECT 1
    FROM campaign of_campaign
    WHERE of_campaign.id = t2.campaign_id AND of_campaign.deleted_at IS NULL OFFSET 0
  ) AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = t2.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
  )
) WHEN 'ord' THEN (
  SELECT '{`id`:`ord_' || t3.id || '`}'
  FROM sales_order t3
  WHERE t3.id = n.number AND t3.deleted_at IS NULL
) WHEN 'lin' THEN (
  SELECT '{`id`:`lin_' || t4.id || '`}'
  FROM order_line t4
  WHERE t4.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t4.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'crd' THEN (
  SELECT '{`id`:`crd_' || t5.id || '`}'
  FROM order_credit t5
  WHERE t5.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t5.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'ret' THEN (
  SELECT '{`id`:`ret_' || t6.id || '`}'
  FROM order_return t6
  WHERE t6.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t6.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'rtl' THEN (
  SELECT '{`id`:`rtl_' || t7.id || '`}'
  FROM order_return_line t7
  WHERE t7.id = n.number AND EXISTS (
    SELECT 1
    FROM order_return of_order_return
    WHERE of_order_return.id = t7.order_return_id AND EXISTS (
      SELECT 1
      FROM sales_order of_order
      WHERE of_order.id = of_order_return.order_id AND of_order.deleted_at IS NULL OFFSET 0
    ) OFFSET 0
  )
) WHEN 'cus' THEN (
  SELECT '{`id`:`cus_' || t8.id || '`,`name`:`' || replace(t8.name, '`', '`"`') || '`}'
  FROM customer t8
  WHERE t8.id = n.number AND t8.deleted_at IS NULL
) WHEN 'con' THEN (
  SELECT '{`id`:`con_' || t9.id || '`}'
  FROM contact t9
  WHERE t9.id = n.number AND t9.deleted_at IS NULL
) WHEN 'tgt' THEN (
  SELECT '{`id`:`tgt_' || t10.id || '`}'
  FROM sales_target t10
  WHERE t10.id = n.number AND (t10.rep_id IS NULL OR EXISTS (
    SELECT 1
    FROM sales_rep of_rep
    WHERE of_rep.id = t10.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
  )) AND (t10.team_id IS NULL OR EXISTS (
    SELECT 1
    FROM team of_team
    WHERE of_team.id = t10.team_id AND of_team.deleted_at IS NULL OFFSET 0
  ))
) WHEN 'trv' THEN (
  SELECT '{`id`:`trv_' || t11.id || '`}'
  FROM target_revision t11
  WHERE t11.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_target of_target
    WHERE of_target.id = t11.target_id AND (of_target.rep_id IS NULL OR EXISTS (
      SELECT 1
      FROM sales_rep of_rep
      WHERE of_rep.id = of_target.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
    )) AND (of_target.team_id IS NULL OR EXISTS (
      SELECT 1
      FROM team of_team
      WHERE of_team.id = of_target.team_id AND of_team.deleted_at IS NULL OFFSET 0
    )) OFFSET 0
  )
) WHEN 'pln' THEN (
  SELECT '{`id`:`pln_' || t12.id || '`}'
  FROM commission_plan t12
  WHERE t12.id = n.number AND t12.deleted_at IS NULL
) WHEN 'tir' THEN (
  SELECT '{`id`:`tir_' || t13.id || '`,`rateBps`:' || (t13.rate_bps)::text || '}'
  FROM commission_tier t13
  WHERE t13.id = n.number AND EXISTS (
    SELECT 1
    FROM commission_plan of_plan
    WHERE of_plan.id = t13.plan_id AND of_plan.deleted_at IS NULL OFFSET 0
  )
) WHEN 'asg' THEN (
  SELECT '{`id`:`asg_' || t14.id || '`}'
  FROM plan_assignment t14
  WHERE t14.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_rep of_rep
    WHERE of_rep.id = t14.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
  )
) WHEN 'cat' THEN (
  SELECT '{`id`:`cat_' || t15.id || '`}'
  FROM product_category t15
  WHERE t15.id = n.number AND t15.deleted_at IS NULL
) WHEN 'prd' THEN (
  SELECT '{`id`:`prd_' || t16.id || '`,`name`:`' || replace(t16.name, '`', '`"`') ||
    '`,`price`:{`amount`:`' || CASE
  WHEN t16.currency IN ('EUR', 'USD') THEN ((t16.price_minor)::numeric * 0.01)::text
  WHEN t16.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
    'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN (t16.price_minor)::text
  WHEN t16.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
    'TND') THEN ((t16.price_minor)::numeric * 0.001)::text
  WHEN t16.currency IN ('CLF', 'UYW') THEN ((t16.price_minor)::numeric * 0.0001)::text
  ELSE ((t16.price_minor)::numeric * 0.01)::text
  END || '`}}'
  FROM product t16
  WHERE t16.id = n.number AND t16.deleted_at IS NULL
) WHEN 'tea' THEN (
  SELECT '{`id`:`tea_' || t17.id || '`}'
  FROM team t17
  WHERE t17.id = n.number AND t17.deleted_at IS NULL
) WHEN 'rep' THEN (
  SELECT '{`id`:`rep_' || t18.id || '`,`name`:`' || replace(t18.name, '`', '`"`') || '`}'
  FROM sales_rep t18
  WHERE t18.id = n.number AND t18.deleted_at IS NULL
) WHEN 'tkt' THEN (
  SELECT '{`id`:`tkt_' || t19.id || '`,`issue`:`' || replace(t19.issue, '`', '`"`') || '`}'
  FROM ticket t19
  WHERE t19.id = n.number AND t19.deleted_at IS NULL
) WHEN 'msg' THEN (
  SELECT '{`id`:`msg_' || t20.id || '`,`body`:`' || replace(t20.body, '`', '`"`') || '`}'
  FROM ticket_message t20
  WHERE t20.id = n.number AND EXISTS (
    SELECT 1
    FROM ticket of_ticket
    WHERE of_ticket.id = t20.ticket_id AND of_ticket.deleted_at IS NULL OFFSET 0
  )
) WHEN 'tsc' THEN (
  SELECT '{`id`:`tsc_' || t21.id || '`}'
  FROM ticket_status_change t21
  WHERE t21.id = n.number AND EXISTS (
    SELECT 1
    FROM ticket of_ticket
    WHERE of_ticket.id = t21.ticket_id AND of_ticket.deleted_at IS NULL OFFSET 0
  )
) END, 'null'), ','), '') || ']'
FROM (
  SELECT pair ->> 0 AS prefix, (pair ->> 1)::bigint AS number
  FROM json_array_elements(($1::text)::json) WITH ORDINALITY AS pairs (pair, place)
  ORDER BY place
) n
-- none
SELECT '[' || COALESCE(string_agg(COALESCE(CASE n.prefix WHEN 'cmp' THEN (
  SELECT '{`id`:`cmp_' || t1.id || '`}'
  FROM campaign t1
  WHERE t1.id = n.number AND t1.deleted_at IS NULL
) WHEN 'mem' THEN (
  SELECT '{`id`:`mem_' || t2.id || '`}'
  FROM campaign_member t2
  WHERE t2.id = n.number AND EXISTS (
    SELECT 1
    FROM campaign of_campaign
    WHERE of_campaign.id = t2.campaign_id AND of_campaign.deleted_at IS NULL OFFSET 0
  ) AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = t2.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
  )
) WHEN 'ord' THEN (
  SELECT '{`id`:`ord_' || t3.id || '`}'
  FROM sales_order t3
  WHERE t3.id = n.number AND t3.deleted_at IS NULL
) WHEN 'lin' THEN (
  SELECT '{`id`:`lin_' || t4.id || '`}'
  FROM order_line t4
  WHERE t4.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t4.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'crd' THEN (
  SELECT '{`id`:`crd_' || t5.id || '`}'
  FROM order_credit t5
  WHERE t5.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t5.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'ret' THEN (
  SELECT '{`id`:`ret_' || t6.id || '`}'
  FROM order_return t6
  WHERE t6.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t6.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'rtl' THEN (
  SELECT '{`id`:`rtl_' || t7.id || '`}'
  FROM order_return_line t7
  WHERE t7.id = n.number AND EXISTS (
    SELECT 1
    FROM order_return of_order_return
    WHERE of_order_return.id = t7.order_return_id AND EXISTS (
      SELECT 1
      FROM sales_order of_order
      WHERE of_order.id = of_order_return.order_id AND of_order.deleted_at IS NULL OFFSET 0
    ) OFFSET 0
  )
) WHEN 'cus' THEN (
  SELECT '{`id`:`cus_' || t8.id || '`}'
  FROM customer t8
  WHERE t8.id = n.number AND t8.deleted_at IS NULL
) WHEN 'con' THEN (
  SELECT '{`id`:`con_' || t9.id || '`}'
  FROM contact t9
  WHERE t9.id = n.number AND t9.deleted_at IS NULL
) WHEN 'tgt' THEN (
  SELECT '{`id`:`tgt_' || t10.id || '`}'
  FROM sales_target t10
  WHERE t10.id = n.number AND (t10.rep_id IS NULL OR EXISTS (
    SELECT 1
    FROM sales_rep of_rep
    WHERE of_rep.id = t10.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
  )) AND (t10.team_id IS NULL OR EXISTS (
    SELECT 1
    FROM team of_team
    WHERE of_team.id = t10.team_id AND of_team.deleted_at IS NULL OFFSET 0
  ))
) WHEN 'trv' THEN (
  SELECT '{`id`:`trv_' || t11.id || '`}'
  FROM target_revision t11
  WHERE t11.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_target of_target
    WHERE of_target.id = t11.target_id AND (of_target.rep_id IS NULL OR EXISTS (
      SELECT 1
      FROM sales_rep of_rep
      WHERE of_rep.id = of_target.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
    )) AND (of_target.team_id IS NULL OR EXISTS (
      SELECT 1
      FROM team of_team
      WHERE of_team.id = of_target.team_id AND of_team.deleted_at IS NULL OFFSET 0
    )) OFFSET 0
  )
) WHEN 'pln' THEN (
  SELECT '{`id`:`pln_' || t12.id || '`}'
  FROM commission_plan t12
  WHERE t12.id = n.number AND t12.deleted_at IS NULL
) WHEN 'tir' THEN (
  SELECT '{`id`:`tir_' || t13.id || '`}'
  FROM commission_tier t13
  WHERE t13.id = n.number AND EXISTS (
    SELECT 1
    FROM commission_plan of_plan
    WHERE of_plan.id = t13.plan_id AND of_plan.deleted_at IS NULL OFFSET 0
  )
) WHEN 'asg' THEN (
  SELECT '{`id`:`asg_' || t14.id || '`}'
  FROM plan_assignment t14
  WHERE t14.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_rep of_rep
    WHERE of_rep.id = t14.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
  )
) WHEN 'cat' THEN (
  SELECT '{`id`:`cat_' || t15.id || '`}'
  FROM product_category t15
  WHERE t15.id = n.number AND t15.deleted_at IS NULL
) WHEN 'prd' THEN (
  SELECT '{`id`:`prd_' || t16.id || '`}'
  FROM product t16
  WHERE t16.id = n.number AND t16.deleted_at IS NULL
) WHEN 'tea' THEN (
  SELECT '{`id`:`tea_' || t17.id || '`}'
  FROM team t17
  WHERE t17.id = n.number AND t17.deleted_at IS NULL
) WHEN 'rep' THEN (
  SELECT '{`id`:`rep_' || t18.id || '`}'
  FROM sales_rep t18
  WHERE t18.id = n.number AND t18.deleted_at IS NULL
) WHEN 'tkt' THEN (
  SELECT '{`id`:`tkt_' || t19.id || '`}'
  FROM ticket t19
  WHERE t19.id = n.number AND t19.deleted_at IS NULL
) WHEN 'msg' THEN (
  SELECT '{`id`:`msg_' || t20.id || '`}'
  FROM ticket_message t20
  WHERE t20.id = n.number AND EXISTS (
    SELECT 1
    FROM ticket of_ticket
    WHERE of_ticket.id = t20.ticket_id AND of_ticket.deleted_at IS NULL OFFSET 0
  )
) WHEN 'tsc' THEN (
  SELECT '{`id`:`tsc_' || t21.id || '`}'
  FROM ticket_status_change t21
  WHERE t21.id = n.number AND EXISTS (
    SELECT 1
    FROM ticket of_ticket
    WHERE of_ticket.id = t21.ticket_id AND of_ticket.deleted_at IS NULL OFFSET 0
  )
) END, 'null'), ','), '') || ']'
FROM (
  SELECT pair ->> 0 AS prefix, (pair ->> 1)::bigint AS number
  FROM json_array_elements(($1::text)::json) WITH ORDINALITY AS pairs (pair, place)
  ORDER BY place
) n
-- literal
SELECT '[' || COALESCE(string_agg(COALESCE(CASE n.prefix WHEN 'cmp' THEN (
  SELECT '{`__typename`:`Campaign`,`id`:`cmp_' || t1.id || '`}'
  FROM campaign t1
  WHERE t1.id = n.number AND t1.deleted_at IS NULL
) WHEN 'mem' THEN (
  SELECT '{`__typename`:`CampaignMember`,`id`:`mem_' || t2.id || '`}'
  FROM campaign_member t2
  WHERE t2.id = n.number AND EXISTS (
    SELECT 1
    FROM campaign of_campaign
    WHERE of_campaign.id = t2.campaign_id AND of_campaign.deleted_at IS NULL OFFSET 0
  ) AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = t2.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
  )
) WHEN 'ord' THEN (
  SELECT '{`__typename`:`Order`,`id`:`ord_' || t3.id || '`}'
  FROM sales_order t3
  WHERE t3.id = n.number AND t3.deleted_at IS NULL
) WHEN 'lin' THEN (
  SELECT '{`__typename`:`OrderLine`,`id`:`lin_' || t4.id || '`}'
  FROM order_line t4
  WHERE t4.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t4.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'crd' THEN (
  SELECT '{`__typename`:`OrderCredit`,`id`:`crd_' || t5.id || '`}'
  FROM order_credit t5
  WHERE t5.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t5.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'ret' THEN (
  SELECT '{`__typename`:`OrderReturn`,`id`:`ret_' || t6.id || '`}'
  FROM order_return t6
  WHERE t6.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t6.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'rtl' THEN (
  SELECT '{`__typename`:`OrderReturnLine`,`id`:`rtl_' || t7.id || '`}'
  FROM order_return_line t7
  WHERE t7.id = n.number AND EXISTS (
    SELECT 1
    FROM order_return of_order_return
    WHERE of_order_return.id = t7.order_return_id AND EXISTS (
      SELECT 1
      FROM sales_order of_order
      WHERE of_order.id = of_order_return.order_id AND of_order.deleted_at IS NULL OFFSET 0
    ) OFFSET 0
  )
) WHEN 'cus' THEN (
  SELECT '{`__typename`:`Customer`,`id`:`cus_' || t8.id || '`}'
  FROM customer t8
  WHERE t8.id = n.number AND t8.deleted_at IS NULL
) WHEN 'con' THEN (
  SELECT '{`__typename`:`Contact`,`id`:`con_' || t9.id || '`}'
  FROM contact t9
  WHERE t9.id = n.number AND t9.deleted_at IS NULL
) WHEN 'tgt' THEN (
  SELECT '{`__typename`:`SalesTarget`,`id`:`tgt_' || t10.id || '`}'
  FROM sales_target t10
  WHERE t10.id = n.number AND (t10.rep_id IS NULL OR EXISTS (
    SELECT 1
    FROM sales_rep of_rep
    WHERE of_rep.id = t10.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
  )) AND (t10.team_id IS NULL OR EXISTS (
    SELECT 1
    FROM team of_team
    WHERE of_team.id = t10.team_id AND of_team.deleted_at IS NULL OFFSET 0
  ))
) WHEN 'trv' THEN (
  SELECT '{`__typename`:`TargetRevision`,`id`:`trv_' || t11.id || '`}'
  FROM target_revision t11
  WHERE t11.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_target of_target
    WHERE of_target.id = t11.target_id AND (of_target.rep_id IS NULL OR EXISTS (
      SELECT 1
      FROM sales_rep of_rep
      WHERE of_rep.id = of_target.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
    )) AND (of_target.team_id IS NULL OR EXISTS (
      SELECT 1
      FROM team of_team
      WHERE of_team.id = of_target.team_id AND of_team.deleted_at IS NULL OFFSET 0
    )) OFFSET 0
  )
) WHEN 'pln' THEN (
  SELECT '{`__typename`:`CommissionPlan`,`id`:`pln_' || t12.id || '`}'
  FROM commission_plan t12
  WHERE t12.id = n.number AND t12.deleted_at IS NULL
) WHEN 'tir' THEN (
  SELECT '{`__typename`:`CommissionTier`,`id`:`tir_' || t13.id || '`}'
  FROM commission_tier t13
  WHERE t13.id = n.number AND EXISTS (
    SELECT 1
    FROM commission_plan of_plan
    WHERE of_plan.id = t13.plan_id AND of_plan.deleted_at IS NULL OFFSET 0
  )
) WHEN 'asg' THEN (
  SELECT '{`__typename`:`PlanAssignment`,`id`:`asg_' || t14.id || '`}'
  FROM plan_assignment t14
  WHERE t14.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_rep of_rep
    WHERE of_rep.id = t14.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
  )
) WHEN 'cat' THEN (
  SELECT '{`__typename`:`ProductCategory`,`id`:`cat_' || t15.id || '`}'
  FROM product_category t15
  WHERE t15.id = n.number AND t15.deleted_at IS NULL
) WHEN 'prd' THEN (
  SELECT '{`__typename`:`Product`,`id`:`prd_' || t16.id || '`}'
  FROM product t16
  WHERE t16.id = n.number AND t16.deleted_at IS NULL
) WHEN 'tea' THEN (
  SELECT '{`__typename`:`Team`,`id`:`tea_' || t17.id || '`}'
  FROM team t17
  WHERE t17.id = n.number AND t17.deleted_at IS NULL
) WHEN 'rep' THEN (
  SELECT '{`__typename`:`SalesRep`,`id`:`rep_' || t18.id || '`}'
  FROM sales_rep t18
  WHERE t18.id = n.number AND t18.deleted_at IS NULL
) WHEN 'tkt' THEN (
  SELECT '{`__typename`:`Ticket`,`id`:`tkt_' || t19.id || '`}'
  FROM ticket t19
  WHERE t19.id = n.number AND t19.deleted_at IS NULL
) WHEN 'msg' THEN (
  SELECT '{`__typename`:`TicketMessage`,`id`:`msg_' || t20.id || '`}'
  FROM ticket_message t20
  WHERE t20.id = n.number AND EXISTS (
    SELECT 1
    FROM ticket of_ticket
    WHERE of_ticket.id = t20.ticket_id AND of_ticket.deleted_at IS NULL OFFSET 0
  )
) WHEN 'tsc' THEN (
  SELECT '{`__typename`:`TicketStatusChange`,`id`:`tsc_' || t21.id || '`}'
  FROM ticket_status_change t21
  WHERE t21.id = n.number AND EXISTS (
    SELECT 1
    FROM ticket of_ticket
    WHERE of_ticket.id = t21.ticket_id AND of_ticket.deleted_at IS NULL OFFSET 0
  )
) END, 'null'), ','), '') || ']'
FROM (
  SELECT pair ->> 0 AS prefix, (pair ->> 1)::bigint AS number
  FROM json_array_elements(($1::text)::json) WITH ORDINALITY AS pairs (pair, place)
  ORDER BY place
) n
-- one
SELECT '[' || COALESCE(string_agg(COALESCE(CASE n.prefix WHEN 'cmp' THEN (
  SELECT '{}'
  FROM campaign t1
  WHERE t1.id = n.number AND t1.deleted_at IS NULL
) WHEN 'mem' THEN (
  SELECT '{}'
  FROM campaign_member t2
  WHERE t2.id = n.number AND EXISTS (
    SELECT 1
    FROM campaign of_campaign
    WHERE of_campaign.id = t2.campaign_id AND of_campaign.deleted_at IS NULL OFFSET 0
  ) AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = t2.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
  )
) WHEN 'ord' THEN (
  SELECT '{}'
  FROM sales_order t3
  WHERE t3.id = n.number AND t3.deleted_at IS NULL
) WHEN 'lin' THEN (
  SELECT '{}'
  FROM order_line t4
  WHERE t4.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t4.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'crd' THEN (
  SELECT '{}'
  FROM order_credit t5
  WHERE t5.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t5.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'ret' THEN (
  SELECT '{}'
  FROM order_return t6
  WHERE t6.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_order of_order
    WHERE of_order.id = t6.order_id AND of_order.deleted_at IS NULL OFFSET 0
  )
) WHEN 'rtl' THEN (
  SELECT '{}'
  FROM order_return_line t7
  WHERE t7.id = n.number AND EXISTS (
    SELECT 1
    FROM order_return of_order_return
    WHERE of_order_return.id = t7.order_return_id AND EXISTS (
      SELECT 1
      FROM sales_order of_order
      WHERE of_order.id = of_order_return.order_id AND of_order.deleted_at IS NULL OFFSET 0
    ) OFFSET 0
  )
) WHEN 'cus' THEN (
  SELECT '{}'
  FROM customer t8
  WHERE t8.id = n.number AND t8.deleted_at IS NULL
) WHEN 'con' THEN (
  SELECT '{}'
  FROM contact t9
  WHERE t9.id = n.number AND t9.deleted_at IS NULL
) WHEN 'tgt' THEN (
  SELECT '{}'
  FROM sales_target t10
  WHERE t10.id = n.number AND (t10.rep_id IS NULL OR EXISTS (
    SELECT 1
    FROM sales_rep of_rep
    WHERE of_rep.id = t10.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
  )) AND (t10.team_id IS NULL OR EXISTS (
    SELECT 1
    FROM team of_team
    WHERE of_team.id = t10.team_id AND of_team.deleted_at IS NULL OFFSET 0
  ))
) WHEN 'trv' THEN (
  SELECT '{}'
  FROM target_revision t11
  WHERE t11.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_target of_target
    WHERE of_target.id = t11.target_id AND (of_target.rep_id IS NULL OR EXISTS (
      SELECT 1
      FROM sales_rep of_rep
      WHERE of_rep.id = of_target.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
    )) AND (of_target.team_id IS NULL OR EXISTS (
      SELECT 1
      FROM team of_team
      WHERE of_team.id = of_target.team_id AND of_team.deleted_at IS NULL OFFSET 0
    )) OFFSET 0
  )
) WHEN 'pln' THEN (
  SELECT '{}'
  FROM commission_plan t12
  WHERE t12.id = n.number AND t12.deleted_at IS NULL
) WHEN 'tir' THEN (
  SELECT '{}'
  FROM commission_tier t13
  WHERE t13.id = n.number AND EXISTS (
    SELECT 1
    FROM commission_plan of_plan
    WHERE of_plan.id = t13.plan_id AND of_plan.deleted_at IS NULL OFFSET 0
  )
) WHEN 'asg' THEN (
  SELECT '{}'
  FROM plan_assignment t14
  WHERE t14.id = n.number AND EXISTS (
    SELECT 1
    FROM sales_rep of_rep
    WHERE of_rep.id = t14.rep_id AND of_rep.deleted_at IS NULL OFFSET 0
  )
) WHEN 'cat' THEN (
  SELECT '{`name`:`' || replace(t15.name, '`', '`"`') || '`}'
  FROM product_category t15
  WHERE t15.id = n.number AND t15.deleted_at IS NULL
) WHEN 'prd' THEN (
  SELECT '{}'
  FROM product t16
  WHERE t16.id = n.number AND t16.deleted_at IS NULL
) WHEN 'tea' THEN (
  SELECT '{}'
  FROM team t17
  WHERE t17.id = n.number AND t17.deleted_at IS NULL
) WHEN 'rep' THEN (
  SELECT '{}'
  FROM sales_rep t18
  WHERE t18.id = n.number AND t18.deleted_at IS NULL
) WHEN 'tkt' THEN (
  SELECT '{}'
  FROM ticket t19
  WHERE t19.id = n.number AND t19.deleted_at IS NULL
) WHEN 'msg' THEN (
  SELECT '{}'
  FROM ticket_message t20
  WHERE t20.id = n.number AND EXISTS (
    SELECT 1
    FROM ticket of_ticket
    WHERE of_ticket.id = t20.ticket_id AND of_ticket.deleted_at IS NULL OFFSET 0
  )
) WHEN 'tsc' THEN (
  SELECT '{}'
  FROM ticket_status_change t21
  WHERE t21.id = n.number AND EXISTS (
    SELECT 1
    FROM ticket of_ticket
    WHERE of_ticket.id = t21.ticket_id AND of_ticket.deleted_at IS NULL OFFSET 0
  )
) END, 'null'), ','), '') || ']'
FROM (
  SELECT pair ->> 0 AS prefix, (pair ->> 1)::bigint AS number
  FROM json_array_elements(($1::text)::json) WITH ORDINALITY AS pairs (pair, place)
  ORDER BY place
) n
