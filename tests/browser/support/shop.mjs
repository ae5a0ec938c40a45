// Somebody's web page with our snippet in it, served from another origin.
import { createServer } from 'node:http'

export async function openShop() {
  const shop = { snippet: '' }
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Filter cups</title><link rel="icon" href="data:,"></head>
      <body><h1>Filter cups</h1><p>Ceramic filter cup 01, ¥ 486 for three.</p>${shop.snippet}</body></html>`)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  shop.host = `127.0.0.1:${server.address().port}`
  shop.origin = `http://${shop.host}`
  shop.close = () => new Promise((done) => server.close(done))
  return shop
}
