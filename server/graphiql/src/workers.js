// Tells the editor where its background workers are: files of our own build, on this origin.
// graphiql/setup-workers/vite does the same but logs a line for every worker it starts.
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphQLWorker from "monaco-graphql/esm/graphql.worker.js?worker";

const WORKERS = { json: JsonWorker, graphql: GraphQLWorker };

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    return new (WORKERS[label] ?? EditorWorker)();
  },
};
