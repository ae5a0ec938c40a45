import { ProblemError, type Problem } from '@hotdesk/client'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { PackageInfo } from '../../../plugin_types'
import { readReport } from './report'
import { mostBytes, unfit, unknownKey, useUpload } from './use_upload'

const server = vi.hoisted(() => ({ checkPackage: vi.fn(), uploadPackage: vi.fn(), grant: vi.fn(), setGrant: vi.fn() }))
vi.mock('../../../rest', async (original) => ({ ...(await original<typeof import('../../../rest')>()), rest: server }))

const file = (name: string, size = 10): File => Object.defineProperty(new File(['x'], name), 'size', { value: size })
const info: PackageInfo = { id: 'cn.yunfan.orders', version: '2.3.0', name: { en: 'Order cards' }, vendor: 'Yunfan', level: 'vendor', key_id: '7f2c', sha256: '00', permissions: ['kv'], budgets: {}, isolation: { min: 'runner' }, provides: ['hotdesk.filter/1'] }
const problem = (more: Partial<Problem>): Problem => ({ status: 422, code: 'E_PACKAGE', title: '', detail: '', errors: [], ...more })
const change = { lane: null, permissions: ['kv'], budgets: {} }

beforeEach(() => {
  for (const call of Object.values(server)) call.mockReset()
  server.grant.mockRejectedValue(new ProblemError(problem({ status: 404 })))
})

it('refuses what is no package before a byte is sent', async () => {
  expect([unfit(file('a.hdplugin')), unfit(file('a.zip')), unfit(file('a.hdplugin', 0)), unfit(file('A.HDPLUGIN', mostBytes + 1))]).toEqual([null, 'name', 'empty', 'large'])
  const upload = useUpload()
  await upload.choose(file('a.zip'))
  expect(upload.state.value).toMatchObject({ kind: 'unfit', fault: 'name' })
  expect(server.checkPackage).not.toHaveBeenCalled()
})

it('verifies, then installs, then grants', async () => {
  server.checkPackage.mockResolvedValue(info)
  const upload = useUpload()
  await upload.choose(file('a.hdplugin'))
  expect(upload.state.value).toMatchObject({ kind: 'ready', info, grant: null })
  expect(server.uploadPackage).not.toHaveBeenCalled()
  expect(await upload.install(change)).toBe(true)
  expect(server.uploadPackage).toHaveBeenCalledTimes(1)
  expect(server.setGrant).toHaveBeenCalledWith(info.id, change)
})

it('repeats only the grant when the package is in already', async () => {
  server.checkPackage.mockResolvedValue(info)
  server.setGrant.mockRejectedValueOnce(new ProblemError(problem({ status: 500 }))).mockResolvedValue({})
  const upload = useUpload()
  await upload.choose(file('a.hdplugin'))
  expect(await upload.install(change)).toBe(false)
  expect(upload.state.value).toMatchObject({ kind: 'ready', step: 'grant' })
  expect(await upload.install(change)).toBe(true)
  expect(server.uploadPackage).toHaveBeenCalledTimes(1)
})

it('lets the newest choice win', async () => {
  let late!: (value: PackageInfo) => void
  server.checkPackage.mockReturnValueOnce(new Promise((resolve) => (late = resolve))).mockResolvedValue({ ...info, version: '2.4.0' })
  const upload = useUpload()
  const first = upload.choose(file('a.hdplugin'))
  await upload.choose(file('b.hdplugin'))
  late(info)
  await first
  expect(upload.state.value).toMatchObject({ kind: 'ready', info: { version: '2.4.0' } })
})

it.each([
  ['the signing key is unknown', problem({ errors: [{ field: 'manifest.sig', message: 'signed with key 7f2c19ad00112233, which is not trusted here' }] }), '7f2c19ad00112233'],
  ['as this host says it', problem({ errors: [{ field: 'manifest.sig', message: "is by key 7f2c19ad00112233, which is not in the trust store: add the vendor's public key with the prefixes that it may sign" }] }), '7f2c19ad00112233'],
  ['a revoked key is no unknown one', problem({ errors: [{ field: 'manifest.sig', message: 'is by key 7f2c19ad00112233 (Yunfan), which was revoked on 2026-01-01: stolen' }] }), null],
  ['in the detail', problem({ detail: 'manifest.sig: unknown key "9ac1bd02"' }), '9ac1bd02'],
  ['a wrong hash is no matter of trust', problem({ errors: [{ field: 'lib/plugin.so', message: 'its SHA-256 is 00ff00ff00ff00ff, the manifest says 11' }] }), null],
])('%s', (_, refused, key) => {
  expect(unknownKey(refused)).toBe(key)
})

describe('the report', () => {
  it('reads checks that are listed', () => {
    expect(readReport({ checks: [{ name: 'query', ok: true }, { name: 'leaks', ok: false, detail: '2 threads' }] })).toEqual([
      { name: 'query', ok: true, text: '' },
      { name: 'leaks', ok: false, text: '2 threads' },
    ])
  })
  it('reads checks that are named, and leaves out what is none', () => {
    expect(readReport({ format: 1, gate: { result: 'pass' }, fuzz: 'failed' }).map((c) => [c.name, c.ok])).toEqual([
      ['gate', true],
      ['fuzz', false],
    ])
    expect(readReport(null)).toEqual([])
  })
})
