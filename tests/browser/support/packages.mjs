// Packages as a vendor makes them: the folders that the build holds, packed and signed with the command line.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const build = resolve(root, process.env.HOTDESK_BUILD ?? 'build/check')

export class Vendor {
  /** Somebody with a key of their own that nobody trusts yet. */
  static async open(name) {
    const vendor = new Vendor()
    vendor.name = name
    vendor.folder = await mkdtemp(join(tmpdir(), 'hotdesk-vendor-'))
    vendor.key = join(vendor.folder, 'key.json')
    const { stdout } = await vendor.tool('keygen', '-o', vendor.key, '--name', name)
    vendor.keyId = stdout.match(/\b[0-9a-f]{16}\b/)[0]
    vendor.publicKey = await readFile(`${vendor.key}.pub`, 'utf8')
    return vendor
  }
  tool(...words) {
    return run(join(build, 'host/app/hotdesk'), ['plugin', ...words])
  }
  /** `folder`: below the build's test-plugins, such as rolling/test.rolling/1.0.0. */
  async package(folder) {
    const file = join(this.folder, `${folder.replaceAll('/', '-')}.hdplugin`)
    await this.tool('pack', join(build, 'test-plugins', folder), '-o', file)
    await this.tool('sign', file, '--key', this.key)
    return file
  }
  close() {
    return rm(this.folder, { recursive: true, force: true })
  }
}
