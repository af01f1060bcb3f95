-- salesRep
SELECT '{"name":' || to_json(t1.name)::text || ',"manager":' || COALESCE((
  SELECT '{"name":' || to_json(t2.name)::text || ',"manager":' || COALESCE((
    SELECT '{"name":' || to_json(t3.name)::text || ',"manager":' || COALESCE((
      SELECT '{"name":' || to_json(t4.name)::text || ',"manager":' || COALESCE((
        SELECT '{"name":' || to_json(t5.name)::text || ',"manager":' || COALESCE((
          SELECT '{"name":' || to_json(t6.name)::text || ',"manager":' || COALESCE((
            SELECT '{"name":' || to_json(t7.name)::text || ',"manager":' || COALESCE((
              SELECT '{"name":' || to_json(t8.name)::text || ',"manager":' || COALESCE((
                SELECT '{"name":' || to_json(t9.name)::text || ',"manager":' || COALESCE((
                  SELECT '{"name":' || to_json(t10.name)::text || ',"manager":' || COALESCE((
                    SELECT '{"name":' || to_json(t11.name)::text || ',"manager":' || COALESCE((
                      SELECT '{"name":' || to_json(t12.name)::text || ',"manager":' || COALESCE((
                        SELECT '{"name":' || to_json(t13.name)::text || ',"manager":' || COALESCE((
                          SELECT '{"name":' || to_json(t14.name)::text || ',"manager":' || COALESCE((
                            SELECT '{"name":' || to_json(t15.name)::text || ',"manager":' || COALESCE((
                              SELECT '{"name":' || to_json(t16.name)::text || ',"manager":' || COALESCE((
                                SELECT '{"name":' || to_json(t17.name)::text || ',"manager":' || COALESCE((
                                  SELECT '{"name":' || to_json(t18.name)::text || ',"manager":' || COALESCE((
                                    SELECT '{"name":' || to_json(t19.name)::text || ',"manager":' ||
                                      COALESCE((
                                      SELECT '{"name":' || to_json(t20.name)::text || '}'
                                      FROM sales_rep t20
                                      WHERE t20.id = t19.manager_id AND t20.deleted_at IS NULL
                                    ), 'null') || '}'
                                    FROM sales_rep t19
                                    WHERE t19.id = t18.manager_id AND t19.deleted_at IS NULL
                                  ), 'null') || '}'
                                  FROM sales_rep t18
                                  WHERE t18.id = t17.manager_id AND t18.deleted_at IS NULL
                                ), 'null') || '}'
                                FROM sales_rep t17
                                WHERE t17.id = t16.manager_id AND t17.deleted_at IS NULL
                              ), 'null') || '}'
                              FROM sales_rep t16
                              WHERE t16.id = t15.manager_id AND t16.deleted_at IS NULL
                            ), 'null') || '}'
                            FROM sales_rep t15
                            WHERE t15.id = t14.manager_id AND t15.deleted_at IS NULL
                          ), 'null') || '}'
                          FROM sales_rep t14
                          WHERE t14.id = t13.manager_id AND t14.deleted_at IS NULL
                        ), 'null') || '}'
                        FROM sales_rep t13
                        WHERE t13.id = t12.manager_id AND t13.deleted_at IS NULL
                      ), 'null') || '}'
                      FROM sales_rep t12
                      WHERE t12.id = t11.manager_id AND t12.deleted_at IS NULL
                    ), 'null') || '}'
                    FROM sales_rep t11
                    WHERE t11.id = t10.manager_id AND t11.deleted_at IS NULL
                  ), 'null') || '}'
                  FROM sales_rep t10
                  WHERE t10.id = t9.manager_id AND t10.deleted_at IS NULL
                ), 'null') || '}'
                FROM sales_rep t9
                WHERE t9.id = t8.manager_id AND t9.deleted_at IS NULL
              ), 'null') || '}'
              FROM sales_rep t8
              WHERE t8.id = t7.manager_id AND t8.deleted_at IS NULL
            ), 'null') || '}'
            FROM sales_rep t7
            WHERE t7.id = t6.manager_id AND t7.deleted_at IS NULL
          ), 'null') || '}'
          FROM sales_rep t6
          WHERE t6.id = t5.manager_id AND t6.deleted_at IS NULL
        ), 'null') || '}'
        FROM sales_rep t5
        WHERE t5.id = t4.manager_id AND t5.deleted_at IS NULL
      ), 'null') || '}'
      FROM sales_rep t4
      WHERE t4.id = t3.manager_id AND t4.deleted_at IS NULL
    ), 'null') || '}'
    FROM sales_rep t3
    WHERE t3.id = t2.manager_id AND t3.deleted_at IS NULL
  ), 'null') || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.manager_id AND t2.deleted_at IS NULL
), 'null') || '}'
FROM sales_rep t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
