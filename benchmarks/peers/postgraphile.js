// PostGraphile 5 as its documentation recommends it for production: the Amber preset over the tables as they are, the
// fields that are asked for written as plans with extendSchema, no GraphiQL, no watching, persisted operations.

import { createServer } from "node:http";

import { PersistedPlugin } from "@grafserv/persisted";
import { postgraphile } from "postgraphile";
import { TYPES, withPgClient, withPgClientTransaction } from "postgraphile/@dataplan/pg";
import { makePgService } from "postgraphile/adaptors/pg";
import { access, connection, constant, lambda } from "postgraphile/grafast";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema, gql } from "postgraphile/utils";

import { amount } from "./money.js";

const schema = extendSchema((build) => {
  const { sql, pgResources: tables } = build;
  const { executor } = tables.customer;

  /** The rows of a table that were not removed. */
  function living(table, columns) {
    const $rows = table.find(columns);
    $rows.where(sql`${$rows.alias}.deleted_at IS NULL`);
    return $rows;
  }

  /** The record with this id, if it was not removed. */
  function record(table, $id) {
    const $rows = living(table, { id: $id });
    $rows.setUnique();
    return $rows.single();
  }

  /** The first rows of a table in the order of these columns of theirs. */
  function page($rows, columns, direction, $first) {
    for (const column of columns) $rows.orderBy({ attribute: column, direction });
    $rows.setOrderIsUnique();
    return first($rows, $first);
  }

  function first($rows, $first) {
    const $connection = connection($rows);
    $connection.setFirst($first);
    return $connection;
  }

  const money = ($minor, $currency) =>
    lambda([$minor, $currency], ([minor, currency]) => ({ amount: amount(String(minor), currency), currency }), true);

  const nodes = { nodes: ($page) => $page.nodes() };

  return {
    typeDefs: gql`
      type Money { amount: String! currency: String! }
      type Product { id: ID! sku: String! name: String! }
      type OrderLine { id: ID! quantity: Int! price: Money! product: Product }
      type OrderLines { nodes: [OrderLine!]! }
      type Order {
        id: ID! number: String! status: String! orderDate: String! total: Money!
        customer: Customer
        lines(first: Int = 20): OrderLines!
      }
      type Orders { nodes: [Order!]! }
      type Ticket {
        id: ID! number: String! issue: String! status: String! priority: String! createdAt: String!
        customer: Customer
      }
      type Tickets { nodes: [Ticket!]! totalCount: Int! }
      type SalesRep { id: ID! name: String! sales(first: Int = 20): Orders! }
      type SalesReps { nodes: [SalesRep!]! }
      type Customer {
        id: ID! name: String! email: String! phone: String! city: String country: String lifecycle: String!
        createdAt: String!
        owner: SalesRep
        orders(first: Int = 20): Orders!
        tickets(first: Int = 20): Tickets!
        openTickets(first: Int = 20): Tickets!
      }
      type Customers { nodes: [Customer!]! }
      type OrderSum { total: [Money!]! }
      type OrderAggregate { count: Int! sum: OrderSum! }
      type OrderGroup { owner: SalesRep aggregate: OrderAggregate! }
      type OrderGroups { groups: [OrderGroup!]! }

      extend type Query {
        customer(id: ID!): Customer
        customers(first: Int = 20): Customers!
        salesReps(first: Int = 20): SalesReps!
        tickets(first: Int = 20, status: String!, priority: String!): Tickets!
        ordersByOwner: OrderGroups!
      }

      input CreateTicketInput { customerId: ID! issue: String! priority: String! }
      type CreateTicketPayload { ticket: Ticket! }
      extend type Mutation { createTicket(input: CreateTicketInput!): CreateTicketPayload! }
    `,
    objects: {
      Query: {
        plans: {
          customer: (_, { $id }) => record(tables.customer, $id),
          customers: (_, { $first }) => page(living(tables.customer), ["name_fold", "id"], "ASC", $first),
          salesReps: (_, { $first }) => page(living(tables.sales_rep), ["name_fold", "id"], "ASC", $first),
          tickets: (_, { $first, $status, $priority }) =>
            page(living(tables.ticket, { status: $status, priority: $priority }), ["created_at", "id"], "DESC", $first),
          ordersByOwner: () => constant({}),
        },
      },
      Customer: {
        plans: {
          createdAt: ($customer) => $customer.get("created_at"),
          owner: ($customer) => record(tables.sales_rep, $customer.get("owner_id")),
          orders: ($customer, { $first }) =>
            page(living(tables.sales_order, { customer_id: $customer.get("id") }),
                 ["order_date", "id"], "DESC", $first),
          tickets: ($customer, { $first }) =>
            page(living(tables.ticket, { customer_id: $customer.get("id") }), ["created_at", "id"], "DESC", $first),
          openTickets: ($customer, { $first }) =>
            page(living(tables.ticket, { customer_id: $customer.get("id"), status: constant("OPEN") }),
                 ["created_at", "id"], "DESC", $first),
        },
      },
      SalesRep: {
        plans: {
          sales($rep, { $first }) {
            const $orders = living(tables.sales_order);
            const credit = sql.identifier(Symbol("credit"));
            $orders.join({
              type: "inner",
              from: sql`order_credit`,
              alias: credit,
              conditions: [
                sql`${credit}.order_id = ${$orders.alias}.id`,
                sql`${credit}.rep_id = ${$orders.placeholder($rep.get("id"))}`,
              ],
            });
            $orders.orderBy({ fragment: sql`${credit}.order_date`, codec: TYPES.date, direction: "DESC" });
            $orders.orderBy({ fragment: sql`${credit}.order_id`, codec: TYPES.bigint, direction: "DESC" });
            $orders.setOrderIsUnique();
            return first($orders, $first);
          },
        },
      },
      Order: {
        plans: {
          orderDate: ($order) => $order.get("order_date"),
          total: ($order) => money($order.get("total_minor"), $order.get("currency")),
          customer: ($order) => record(tables.customer, $order.get("customer_id")),
          lines: ($order, { $first }) =>
            page(tables.order_line.find({ order_id: $order.get("id") }), ["position", "id"], "ASC", $first),
        },
      },
      OrderLine: {
        plans: {
          price: ($line) => money($line.get("price_minor"), $line.get("currency")),
          product: ($line) => record(tables.product, $line.get("product_id")),
        },
      },
      Ticket: {
        plans: {
          createdAt: ($ticket) => $ticket.get("created_at"),
          customer: ($ticket) => record(tables.customer, $ticket.get("customer_id")),
        },
      },
      Customers: { plans: nodes },
      Orders: { plans: nodes },
      OrderLines: { plans: nodes },
      SalesReps: { plans: nodes },
      Tickets: {
        plans: {
          ...nodes,
          totalCount: ($page) =>
            $page.cloneSubplanWithoutPagination("aggregate").singleAsRecord().select(sql`count(*)`, TYPES.int, false),
        },
      },
      OrderGroups: { plans: { groups: () => withPgClient(executor, constant(null), groups) } },
      OrderGroup: {
        plans: {
          owner: ($group) => record(tables.sales_rep, access($group, "owner_id")),
          aggregate: ($group) => access($group, "aggregate"),
        },
      },
      Mutation: {
        plans: {
          createTicket: (_, { $input }) => withPgClientTransaction(executor, $input, createTicket),
        },
      },
      CreateTicketPayload: { plans: { ticket: ($id) => record(tables.ticket, $id) } },
    },
  };
});

/** The living orders by owner: how many, and their totals by currency. The larger group first. */
async function groups(client) {
  const { rows } = await client.query({
    text: `SELECT owner_id, sum(count)::int AS count,
                  json_agg(json_build_array(total::text, currency) ORDER BY currency COLLATE "C") AS totals
           FROM (SELECT owner_id, currency, count(*) AS count, sum(total_minor) AS total FROM sales_order
                 WHERE deleted_at IS NULL GROUP BY owner_id, currency) part
           GROUP BY owner_id ORDER BY sum(count) DESC, owner_id IS NULL, owner_id LIMIT 100`,
  });
  return rows.map(({ owner_id, count, totals }) => ({
    owner_id,
    aggregate: {
      count,
      sum: { total: totals.map(([minor, currency]) => ({ amount: amount(minor, currency), currency })) },
    },
  }));
}

/** The id of a new ticket. */
async function createTicket(client, { customerId, issue, priority }) {
  const { rows } = await client.query({
    name: "create-ticket",
    text: `WITH new (id) AS (SELECT nextval('ticket_id_seq'))
           INSERT INTO ticket
             (id, created_at, updated_at, number, number_fold, customer_id, issue, issue_fold, priority)
           SELECT id, now(), now(), 'T-' || id, 't-' || id, $1::bigint, $2::text, $3::text, $4::text FROM new
           RETURNING id`,
    values: [customerId, issue, issue.normalize("NFKC").toLowerCase(), priority],
  });
  return rows[0].id;
}

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [PersistedPlugin, schema],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ["public"],
      poolConfig: { max: 10, options: "-c jit=off -c timezone=UTC" },
    }),
  ],
  schema: { defaultBehavior: "-*" },
  grafast: { explain: false },
  grafserv: {
    graphiql: false,
    watch: false,
    outputDataAsString: true,
    persistedOperations: JSON.parse(process.env.PERSISTED_OPERATIONS ?? "{}"),
    allowUnpersistedOperation: true,
  },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), "127.0.0.1");
