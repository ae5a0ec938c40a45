import type { Plugin, PluginVersion } from '../../types'

/** For specs: a plugin in two versions, the first of them stable. */
export const aVersion = (version: string, more: Partial<PluginVersion> = {}): PluginVersion => ({ version, build_id: version, state: 'installed', calls: 0, errors: 0, refused: 0, rewritten: 0, p50_us: 0, p99_us: 0, loaded_at: null, ...more })

export const aPlugin = (more: Partial<Plugin> = {}): Plugin => ({
  id: 'com.hotdesk.filtering',
  name: 'Content filter',
  enabled: true,
  lane: 'inline',
  state: 'active',
  versions: [aVersion('1.0.0', { state: 'active' }), aVersion('1.1.0')],
  release: { stable: '1.0.0', previous: null, candidate: null, percent: 0 },
  config: {},
  config_schema: null,
  ...more,
})
