// Builds GraphiQL for any path it may be served under; compress.js then moves it to ../static.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic" } },
  worker: { format: "es" },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    license: { fileName: "licenses.md" },
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      output: {
        // Our few lines apart from the megabytes of others, which then keep their names when an
        // example changes. Monaco and Prettier are split off already: they load when needed.
        codeSplitting: {
          groups: [{ name: "vendor", test: /vite\/preload-helper|node_modules\/(?!monaco-|prettier)/ }],
        },
      },
      // Directives for React's compiler, which has already run on these packages.
      onwarn(warning, report) {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") report(warning);
      },
    },
  },
  // `npm run dev` shows a change at once, with the API of a demo server beside it.
  server: { proxy: { "/graphql": { target: "http://127.0.0.1:8000", ws: true } } },
});
