-- Lists whose largest come first, and nulls last all the same, find that order in an index.

CREATE INDEX customer_city_fold_last_idx ON customer (city_fold DESC NULLS LAST, id DESC);
CREATE INDEX sales_order_base_total_minor_last_idx ON sales_order (base_total_minor DESC NULLS LAST, id DESC);
CREATE INDEX sales_order_confirmed_at_last_idx ON sales_order (confirmed_at DESC NULLS LAST, id DESC);
CREATE INDEX sales_order_confirmed_on_last_idx ON sales_order (confirmed_on DESC NULLS LAST, id DESC);
CREATE INDEX ticket_first_responded_at_last_idx ON ticket (first_responded_at DESC NULLS LAST, id DESC);
CREATE INDEX ticket_resolved_at_last_idx ON ticket (resolved_at DESC NULLS LAST, id DESC);
