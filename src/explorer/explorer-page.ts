import { SAMPLE_QUERIES } from './sample-queries.js';

/** The page of the explorer: plain scripts of our own origin, nothing inline. */
export const EXPLORER_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Holdfast</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/graphiql/graphiql.min.css">
    <link rel="stylesheet" href="/graphiql/page.css">
  </head>
  <body>
    <div id="graphiql"></div>
    <script src="/graphiql/react.production.min.js"></script>
    <script src="/graphiql/react-dom.production.min.js"></script>
    <script src="/graphiql/graphiql.min.js"></script>
    <script src="/graphiql/init.js"></script>
  </body>
</html>
`;

export const EXPLORER_STYLE = 'html, body, #graphiql { height: 100vh; margin: 0; }\n';

/** Starts the explorer. What is typed stays in memory: search terms and names must not remain on a reviewer's disk. */
export const EXPLORER_SCRIPT = `'use strict';
const kept = new Map();
const storage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, String(value)),
  removeItem: (key) => void kept.delete(key),
  clear: () => kept.clear(),
  get length() { return kept.size; },
};
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
    storage,
    shouldPersistHeaders: false,
    defaultTabs: ${JSON.stringify(SAMPLE_QUERIES.map((query) => ({ query })))},
  }),
);
`;
