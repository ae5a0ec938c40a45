// For `npm run dev` only: a page of somebody's shop at /, and the panel over a server in memory at /widget/{site}.
import type { Plugin } from 'vite';

export function devPages(): Plugin {
  return {
    name: 'hotdesk-dev-pages',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (request.url === '/' || request.url?.startsWith('/?')) request.url = `/dev/shop.html${request.url.slice(1)}`;
        else if (/^\/widget\/[^/]+$/.test(request.url ?? '')) request.url = '/dev/panel.html';
        next();
      });
    },
  };
}
