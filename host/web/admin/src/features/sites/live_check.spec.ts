import { expect, it } from 'vitest'
import { liveCheck } from './live_check'

const now = Date.parse('2026-11-24T12:00:00Z')
const ping = (secondsAgo: number, origin = 'https://shop.example') => ({ at: new Date(now - secondsAgo * 1000).toISOString(), origin, url: `${origin}/kettles` })
const site = (last_ping: ReturnType<typeof ping> | null, allowed_origins = ['https://shop.example']) => ({ last_ping, allowed_origins })

it('waits for the first ping, and after two minutes offers help', () => {
  expect(liveCheck(site(null), now - 5000, now)).toEqual({ state: 'waiting', long: false })
  expect(liveCheck(site(null), now - 120_000, now)).toEqual({ state: 'waiting', long: true })
})

it('has seen the page: fresh within a minute, installed after that', () => {
  expect(liveCheck(site(ping(3)), now, now)).toEqual({ state: 'seen', at: ping(3).at, origin: 'https://shop.example', url: 'https://shop.example/kettles', fresh: true, allowed: true })
  expect(liveCheck(site(ping(3600)), now, now)).toMatchObject({ state: 'seen', fresh: false })
})

it('says when the page is not on the allow-list', () => {
  expect(liveCheck(site(ping(3, 'https://other.example')), now, now)).toMatchObject({ state: 'seen', allowed: false })
  expect(liveCheck(site(ping(3, 'https://other.example'), []), now, now)).toMatchObject({ allowed: true })
})
