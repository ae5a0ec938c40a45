import { defineStore } from 'pinia'
import { ref } from 'vue'
import { hasLogin, listen, rest, toProblem } from './rest'
import type { Me } from './types'

/** Is the server answering? `since` is when it stopped. */
export type Link = { kind: 'live'; ms: number } | { kind: 'offline'; since: Date }

export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null)
  const link = ref<Link>({ kind: 'live', ms: 0 })
  /** True once the server refused the cookie of somebody who was signed in. */
  const expired = ref(false)

  listen({
    answered(status, ms) {
      // A quiet figure: the chip must not flicker with every single request.
      const before = link.value.kind === 'live' && link.value.ms > 0 ? link.value.ms : ms
      link.value = { kind: 'live', ms: before * 0.7 + ms * 0.3 }
      if (status === 401 && me.value) {
        me.value = null
        expired.value = true
      }
    },
    unreachable() {
      if (link.value.kind === 'live') link.value = { kind: 'offline', since: new Date() }
    },
  })

  /** Who the cookie belongs to; null when nobody is signed in. Throws when the server can't be asked. */
  async function restore(): Promise<Me | null> {
    // The readable half of the log-in is missing: don't ask for a 401 that would only redden the console.
    if (!hasLogin(document.cookie)) return (me.value = null)
    try {
      me.value = (await rest.me()).user
    } catch (error) {
      if (toProblem(error).status !== 401) throw error
      me.value = null
    }
    return me.value
  }
  async function signIn(username: string, password: string): Promise<Me> {
    const { user } = await rest.login(username, password)
    me.value = user
    expired.value = false
    return user
  }
  async function signOut(): Promise<void> {
    await rest.logout().catch((error: unknown) => {
      // 401: there is nothing left to sign out of. Anything else leaves the cookie alive, so say so.
      if (toProblem(error).status !== 401) throw error
    })
    me.value = null
    expired.value = false
  }
  return { me, link, expired, restore, signIn, signOut }
})

/** The panel is for admins; agents work elsewhere. */
export const mayAdminister = (me: Me): boolean => me.role === 'admin' || me.role === 'operator'
