// Starts GraphiQL for Rapport: one endpoint on this origin, for queries and for live results.
import "./workers.js";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { createGraphiQLFetcher, createLocalStorage } from "@graphiql/toolkit";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createRoot } from "react-dom/client";

import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./style.css";

import { emptyTab, exampleTabs } from "./examples.js";

// Relative to the page, so that a proxy may serve Rapport under a path.
const endpoint = new URL("graphql", document.baseURI);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === "https:" ? "wss:" : "ws:";

// What stands in the Headers editor goes out as HTTP headers, and as the payload of
// `connection_init` where an operation is a subscription.
const fetch = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: socket.href,
  // Without it the fetcher asks for `application/graphql-response+json`, then JSON.
  enableIncrementalDelivery: false,
});

// A demo says here which headers its page begins with, and shows them; any other server says nothing.
const headers = document.querySelector('meta[name="rapport-headers"]')?.content;

// The schema is asked for once before the Headers editor stands.
const fetcher = (request, options) =>
  headers && request.operationName === "IntrospectionQuery" && !options?.headers
    ? fetch(request, { ...options, headers: JSON.parse(headers) })
    : fetch(request, options);

// Any GraphiQL that was ever opened on this host and port left its tabs under the usual name.
const storage = createLocalStorage({ namespace: "rapport" });

const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

createRoot(document.getElementById("root")).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    plugins={plugins}
    defaultTabs={exampleTabs}
    defaultQuery={emptyTab}
    defaultHeaders={headers}
    defaultEditorToolsVisibility={headers ? "headers" : false}
  >
    <GraphiQL.Logo>
      <span className="rapport-logo">Rapport</span>
    </GraphiQL.Logo>
  </GraphiQL>,
);
