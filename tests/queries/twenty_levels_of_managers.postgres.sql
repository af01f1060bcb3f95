-- salesRep
SELECT '{`name`:`' || replace(t1.name, '`', '`"`') || '`,`manager`:' || COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`,`manager`:' || COALESCE((
    SELECT '{`name`:`' || replace(t3.name, '`', '`"`') || '`,`manager`:' || COALESCE((
      SELECT '{`name`:`' || replace(t4.name, '`', '`"`') || '`,`manager`:' || COALESCE((
        SELECT '{`name`:`' || replace(t5.name, '`', '`"`') || '`,`manager`:' || COALESCE((
          SELECT '{`name`:`' || replace(t6.name, '`', '`"`') || '`,`manager`:' || COALESCE((
            SELECT '{`name`:`' || replace(t7.name, '`', '`"`') || '`,`manager`:' || COALESCE((
              SELECT '{`name`:`' || replace(t8.name, '`', '`"`') || '`,`manager`:' || COALESCE((
                SELECT '{`name`:`' || replace(t9.name, '`', '`"`') || '`,`manager`:' || COALESCE((
                  SELECT '{`name`:`' || replace(t10.name, '`', '`"`') || '`,`manager`:' || COALESCE((
                    SELECT '{`name`:`' || replace(t11.name, '`', '`"`') || '`,`manager`:' || COALESCE((
                      SELECT '{`name`:`' || replace(t12.name, '`', '`"`') || '`,`manager`:' || COALESCE((
                        SELECT '{`name`:`' || replace(t13.name, '`', '`"`') || '`,`manager`:' || COALESCE((
                          SELECT '{`name`:`' || replace(t14.name, '`', '`"`') || '`,`manager`:' || COALESCE((
                            SELECT '{`name`:`' || replace(t15.name, '`', '`"`') || '`,`manager`:' ||
                              COALESCE((
                              SELECT '{`name`:`' || replace(t16.name, '`', '`"`') || '`,`manager`:' ||
                                COALESCE((
                                SELECT '{`name`:`' || replace(t17.name, '`', '`"`') || '`,`manager`:' ||
                                  COALESCE((
                                  SELECT '{`name`:`' || replace(t18.name, '`', '`"`') || '`,`manager`:' ||
                                    COALESCE((
                                    SELECT '{`name`:`' || replace(t19.name, '`', '`"`') || '`,`manager`:' ||
                                      COALESCE((
                                      SELECT '{`name`:`' || replace(t20.name, '`', '`"`') || '`}'
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
