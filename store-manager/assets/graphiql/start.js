// Starts GraphiQL on the service that served this page; subscriptions go over its websocket.
'use strict';

const query = `# Ctrl-Enter runs the query; the book on the left shows the schema.
# Ctrl-Entrée exécute la requête ; le livre à gauche montre le schéma.
query Catalogue {
  search(text: "", first: 10) {
    edges {
      cursor
      node { id name sku price { amount currency } quantity }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;
const page = new URL(location.href);
const socket = new URL('graphql/ws', page);
socket.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
socket.search = '';
const asked = page.searchParams;
const fetcher = GraphiQL.createFetcher({
  url: page.pathname,
  wsClient: graphqlWs.createClient({ url: socket.href, lazy: true }),
});
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    query: asked.get('query') ?? undefined,
    variables: asked.get('variables') ?? undefined,
    defaultQuery: query,
  }),
);
