-- salesReps
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM sales_rep t2
  WHERE t2.deleted_at IS NULL
) || ',`pageInfo`:{`hasNextPage`:' || CASE
WHEN count(t1.rn) > 1 THEN 'true'
ELSE 'false'
END || ',`endCursor`:' || COALESCE('`' || max(CASE WHEN t1.rn = LEAST(1,
  t1.m) THEN encode(convert_to('["SalesRep NAME:ASC",' || to_json(t1.k0)::text || ',' || t1.id || ']',
  'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
  encode(convert_to('["SalesRep NAME:ASC",' || to_json(t1.k0)::text || ',' || t1.id || ']', 'UTF8'), 'hex') ||
  '`,`node`:{`name`:`' || replace(t1.name, '`', '`"`') || '`,`reports`:{`totalCount`:' || (
  SELECT (
    SELECT count(*)
    FROM sales_rep t4
    WHERE t4.manager_id = t1.id AND t4.deleted_at IS NULL
  ) || ',`pageInfo`:{`hasNextPage`:' || CASE
  WHEN count(t3.rn) > 1 THEN 'true'
  ELSE 'false'
  END || ',`endCursor`:' || COALESCE('`' || max(CASE WHEN t3.rn = LEAST(1,
    t3.m) THEN encode(convert_to('["SalesRep NAME:ASC",' || to_json(t3.k0)::text || ',' || t3.id || ']',
    'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
    encode(convert_to('["SalesRep NAME:ASC",' || to_json(t3.k0)::text || ',' || t3.id || ']', 'UTF8'),
    'hex') || '`,`node`:{`name`:`' || replace(t3.name, '`', '`"`') || '`,`customers`:{`totalCount`:' || (
    SELECT (
      SELECT count(*)
      FROM customer t6
      WHERE t6.owner_id = t3.id AND t6.deleted_at IS NULL
    ) || ',`pageInfo`:{`hasPreviousPage`:' || CASE
    WHEN count(t5.rn) > 1 THEN 'true'
    ELSE 'false'
    END || ',`startCursor`:' || COALESCE('`' || max(CASE WHEN t5.rn = LEAST(1,
      t5.m) THEN encode(convert_to('["Customer NAME:ASC",' || to_json(t5.k0)::text || ',' || t5.id || ']',
      'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
      encode(convert_to('["Customer NAME:ASC",' || to_json(t5.k0)::text || ',' || t5.id || ']', 'UTF8'),
      'hex') || '`,`node`:{`name`:`' || replace(t5.name, '`', '`"`') || '`,`subsidiaries`:{`totalCount`:' || (
      SELECT (
        SELECT count(*)
        FROM customer t8
        WHERE t8.parent_id = t5.id AND t8.deleted_at IS NULL
      ) || ',`pageInfo`:{`hasNextPage`:' || CASE
      WHEN count(t7.rn) > 1 THEN 'true'
      ELSE 'false'
      END || ',`endCursor`:' || COALESCE('`' || max(CASE WHEN t7.rn = LEAST(1,
        t7.m) THEN encode(convert_to('["Customer NAME:ASC",' || to_json(t7.k0)::text || ',' || t7.id || ']',
        'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
        encode(convert_to('["Customer NAME:ASC",' || to_json(t7.k0)::text || ',' || t7.id || ']', 'UTF8'),
        'hex') || '`,`node`:{`name`:`' || replace(t7.name, '`', '`"`') || '`,`orders`:{`totalCount`:' || (
        SELECT (
          SELECT count(*)
          FROM sales_order t10
          WHERE t10.customer_id = t7.id AND t10.deleted_at IS NULL
        ) || ',`pageInfo`:{`hasNextPage`:' || CASE
        WHEN count(t9.rn) > 1 THEN 'true'
        ELSE 'false'
        END || ',`endCursor`:' || COALESCE('`' || max(CASE WHEN t9.rn = LEAST(1,
          t9.m) THEN encode(convert_to('["Order ORDER_DATE:DESC",' || '"' || t9.k0 || '"' || ',' || t9.id ||
          ']', 'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
          encode(convert_to('["Order ORDER_DATE:DESC",' || '"' || t9.k0 || '"' || ',' || t9.id || ']',
          'UTF8'), 'hex') || '`,`node`:{`number`:`' || replace(t9.number, '`', '`"`') ||
          '`,`credits`:{`totalCount`:' || (
          SELECT (
            SELECT count(*)
            FROM order_credit t12
            WHERE t12.order_id = t9.id
          ) || ',`pageInfo`:{`hasNextPage`:' || CASE
          WHEN count(t11.rn) > 1 THEN 'true'
          ELSE 'false'
          END || ',`endCursor`:' || COALESCE('`' || max(CASE WHEN t11.rn = LEAST(1,
            t11.m) THEN encode(convert_to('["OrderCredit SHARE:DESC",' || (t11.k0)::text || ',' || t11.id ||
            ']', 'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
            encode(convert_to('["OrderCredit SHARE:DESC",' || (t11.k0)::text || ',' || t11.id || ']', 'UTF8'),
            'hex') || '`,`node`:{`share`:' || (t11.share_bps)::text || ',`rep`:' || COALESCE((
            SELECT '{`name`:`' || replace(t13.name, '`', '`"`') || '`,`sales`:{`totalCount`:' || (
              SELECT (
                SELECT count(*)
                FROM order_credit t16
                JOIN sales_order t15 ON t15.id = t16.order_id
                WHERE t16.rep_id = t13.id AND t15.deleted_at IS NULL
              ) || ',`pageInfo`:{`hasNextPage`:' || CASE
              WHEN count(t14.rn) > 1 THEN 'true'
              ELSE 'false'
              END || ',`endCursor`:' || COALESCE('`' || max(CASE WHEN t14.rn = LEAST(1,
                t14.m) THEN encode(convert_to('["Order ORDER_DATE:DESC",' || '"' || t14.k0 || '"' || ',' ||
                t14.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' ||
                COALESCE(string_agg('{`cursor`:`' || encode(convert_to('["Order ORDER_DATE:DESC",' || '"' ||
                t14.k0 || '"' || ',' || t14.id || ']', 'UTF8'), 'hex') || '`,`node`:{`number`:`' ||
                replace(t14.number, '`', '`"`') || '`,`lines`:{`totalCount`:' || (
                SELECT (
                  SELECT count(*)
                  FROM order_line t18
                  WHERE t18.order_id = t14.id
                ) || ',`pageInfo`:{`hasPreviousPage`:' || CASE
                WHEN count(t17.rn) > 1 THEN 'true'
                ELSE 'false'
                END || ',`startCursor`:' || COALESCE('`' || max(CASE WHEN t17.rn = LEAST(1,
                  t17.m) THEN encode(convert_to('["OrderLine POSITION:ASC",' || (t17.k0)::text || ',' ||
                  t17.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' ||
                  COALESCE(string_agg('{`cursor`:`' || encode(convert_to('["OrderLine POSITION:ASC",' ||
                  (t17.k0)::text || ',' || t17.id || ']', 'UTF8'), 'hex') || '`,`node`:{`quantity`:' ||
                  (t17.quantity)::text || ',`product`:' || COALESCE((
                  SELECT '{`sku`:`' || replace(t19.sku, '`', '`"`') || '`,`tickets`:{`totalCount`:' || (
                    SELECT (
                      SELECT count(*)
                      FROM ticket t21
                      WHERE t21.product_id = t19.id AND t21.deleted_at IS NULL
                    ) || ',`pageInfo`:{`hasNextPage`:' || CASE
                    WHEN count(t20.rn) > 1 THEN 'true'
                    ELSE 'false'
                    END || ',`endCursor`:' || COALESCE('`' || max(CASE WHEN t20.rn = LEAST(1,
                      t20.m) THEN encode(convert_to('["Ticket CREATED_AT:DESC",' || '"' ||
                      to_char(t20.k0 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' || ',' ||
                      t20.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || '},`edges`:[' ||
                      COALESCE(string_agg('{`cursor`:`' || encode(convert_to('["Ticket CREATED_AT:DESC",' ||
                      '"' || to_char(t20.k0 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' ||
                      ',' || t20.id || ']', 'UTF8'), 'hex') || '`,`node`:{`number`:`' || replace(t20.number,
                      '`', '`"`') || '`}}', ',') FILTER (WHERE t20.rn <= 1), '')
                    FROM (
                      SELECT t20.*, row_number() OVER () AS rn, count(*) OVER () AS m
                      FROM (
                        SELECT t20.id, t20.number, t20.created_at AS k0
                        FROM ticket t20
                        WHERE t20.product_id = t19.id AND t20.deleted_at IS NULL
                        ORDER BY t20.created_at DESC, t20.id DESC
                        LIMIT 1 + 1
                      ) t20
                    ) t20
                  ) || ']}}'
                  FROM product t19
                  WHERE t19.id = t17.product_id AND t19.deleted_at IS NULL
                ), 'null') || '}}', ',') FILTER (WHERE t17.rn <= 1), '')
                FROM (
                  SELECT *
                  FROM (
                    SELECT t17.*, row_number() OVER () AS rn, count(*) OVER () AS m
                    FROM (
                      SELECT t17.id, t17.quantity, t17.product_id, t17.position AS k0
                      FROM order_line t17
                      WHERE t17.order_id = t14.id
                      ORDER BY t17.position DESC, t17.id DESC
                      LIMIT 1 + 1
                    ) t17
                  ) t17
                  ORDER BY rn DESC
                ) t17
              ) || ']}}}', ',') FILTER (WHERE t14.rn <= 1), '')
              FROM (
                SELECT t14.*, row_number() OVER () AS rn, count(*) OVER () AS m
                FROM (
                  SELECT t22.order_id AS id, t14.number, t22.order_date AS k0
                  FROM order_credit t22
                  JOIN sales_order t14 ON t14.id = t22.order_id
                  WHERE t22.rep_id = t13.id AND t14.deleted_at IS NULL
                  ORDER BY t22.order_date DESC, t22.order_id DESC
                  LIMIT 1 + 1
                ) t14
              ) t14
            ) || ']}}'
            FROM sales_rep t13
            WHERE t13.id = t11.rep_id AND t13.deleted_at IS NULL
          ), 'null') || '}}', ',') FILTER (WHERE t11.rn <= 1), '')
          FROM (
            SELECT t11.*, row_number() OVER () AS rn, count(*) OVER () AS m
            FROM (
              SELECT t11.id, t11.share_bps, t11.rep_id, t11.share_bps AS k0
              FROM order_credit t11
              WHERE t11.order_id = t9.id
              ORDER BY t11.share_bps DESC, t11.id DESC
              LIMIT 1 + 1
            ) t11
          ) t11
        ) || ']}}}', ',') FILTER (WHERE t9.rn <= 1), '')
        FROM (
          SELECT t9.*, row_number() OVER () AS rn, count(*) OVER () AS m
          FROM (
            SELECT t9.id, t9.number, t9.order_date AS k0
            FROM sales_order t9
            WHERE t9.customer_id = t7.id AND t9.deleted_at IS NULL
            ORDER BY t9.order_date DESC, t9.id DESC
            LIMIT 1 + 1
          ) t9
        ) t9
      ) || ']}}}', ',') FILTER (WHERE t7.rn <= 1), '')
      FROM (
        SELECT t7.*, row_number() OVER () AS rn, count(*) OVER () AS m
        FROM (
          SELECT t7.id, t7.name, t7.name_fold AS k0
          FROM customer t7
          WHERE t7.parent_id = t5.id AND t7.deleted_at IS NULL
          ORDER BY t7.name_fold, t7.id
          LIMIT 1 + 1
        ) t7
      ) t7
    ) || ']}}}', ',') FILTER (WHERE t5.rn <= 1), '')
    FROM (
      SELECT *
      FROM (
        SELECT t5.*, row_number() OVER () AS rn, count(*) OVER () AS m
        FROM (
          SELECT t5.id, t5.name, t5.name_fold AS k0
          FROM customer t5
          WHERE t5.owner_id = t3.id AND t5.deleted_at IS NULL
          ORDER BY t5.name_fold DESC, t5.id DESC
          LIMIT 1 + 1
        ) t5
      ) t5
      ORDER BY rn DESC
    ) t5
  ) || ']}}}', ',') FILTER (WHERE t3.rn <= 1), '')
  FROM (
    SELECT t3.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t3.id, t3.name, t3.name_fold AS k0
      FROM sales_rep t3
      WHERE t3.manager_id = t1.id AND t3.deleted_at IS NULL
      ORDER BY t3.name_fold, t3.id
      LIMIT 1 + 1
    ) t3
  ) t3
) || ']}}}', ',') FILTER (WHERE t1.rn <= 1), '') || ']}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.name, t1.name_fold AS k0
    FROM sales_rep t1
    WHERE t1.deleted_at IS NULL
    ORDER BY t1.name_fold, t1.id
    LIMIT 1 + 1
  ) t1
) t1
