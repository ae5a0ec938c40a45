// A server as its operator installs it: conf/install.sh from the build under test, in a folder of its own, on a free port.
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

/** A port nobody has now. */
function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}

export class InstalledServer {
  /** Installs and waits until the installer says that the server answers. */
  static async install() {
    const server = new InstalledServer()
    server.folder = await mkdtemp(join(tmpdir(), 'hotdesk-story-'))
    await chmod(server.folder, 0o755) // the service's own user must reach it
    server.dir = join(server.folder, 'hotdesk')
    server.port = await freePort()
    const build = process.env.HOTDESK_BUILD ?? 'build/check'
    const { stdout } = await run('bash', [join(root, 'conf/install.sh'), '--selfhost', '--no-cloud', '--yes', '--host', '127.0.0.1',
      '--port', String(server.port), '--dir', server.dir, '--from-build', resolve(root, build)], { cwd: root, maxBuffer: 1 << 24 })
    const find = (name) => stdout.match(new RegExp(`^${name}\\s+(\\S+)$`, 'm'))?.[1]
    server.words = stdout
    server.login = { username: find('Login'), password: find('Password') }
    server.site = find('Site code')
    server.address = `https://127.0.0.1:${server.port}`
    if (!server.login.password || !server.site) throw new Error(`the installer printed no login:\n${stdout}`)
    return server
  }

  /** The host's process, by the socket it listens on. */
  async pid() {
    const { stdout } = await run('pgrep', ['-f', `${this.dir}/bin/hotdesk serve`])
    return Number(stdout.trim().split('\n')[0])
  }

  /** kill -9. The service manager starts it again by itself. */
  async kill9() {
    process.kill(await this.pid(), 'SIGKILL')
  }

  /** Keeps it down until `up()`. */
  async down() {
    await run('supervisorctl', ['signal', 'KILL', await this.program()]).catch(() => {})
    await run('supervisorctl', ['stop', await this.program()]).catch(() => {})
  }
  async up() {
    await run('supervisorctl', ['start', await this.program()])
  }
  async program() {
    return (await readFile(join(this.dir, 'conf/install.env'), 'utf8')).match(/^name=(.*)$/m)[1]
  }

  async remove() {
    await run('bash', [join(root, 'conf/install.sh'), '--uninstall', '--purge', '--yes', '--dir', this.dir], { cwd: root })
    await rm(this.folder, { recursive: true, force: true })
  }
}
