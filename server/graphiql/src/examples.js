// The tabs a visitor finds open. The operations live in /examples, where the tests run them too.
import customers from "../../../examples/customers.graphql?raw";
import monthlySalesByRep from "../../../examples/monthly_sales_by_rep.graphql?raw";
import repSales from "../../../examples/rep_sales.graphql?raw";
import ticketsByPriority from "../../../examples/tickets_by_priority.graphql?raw";

// A tab is titled by the name of its operation.
export const exampleTabs = [
  { query: customers },
  { query: repSales },
  { query: ticketsByPriority },
  { query: monthlySalesByRep },
];

export const emptyTab = `# A new operation. Ctrl-Space completes, Ctrl-Enter runs; the explorer
# in the left bar lists every field. To sign in, put
# {"Authorization": "Bearer ..."} into the Headers editor below.

`;
