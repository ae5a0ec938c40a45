import { computed, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { toProblem } from '../../rest'
import { safeNext } from '../../router'
import { mayAdminister, useSession } from '../../session'
import { useNow } from '../../shared/clock'
import { mustWait, troubleOf, type LoginTrouble } from './login_error'

export function useSignIn() {
  const session = useSession()
  const router = useRouter()
  const route = useRoute()
  const now = useNow()
  const username = ref('')
  const password = ref('')
  const busy = ref(false)
  const trouble = ref<LoginTrouble | null>(null)
  const waiting = computed(() => mustWait(trouble.value, now.value))
  const ready = computed(() => !busy.value && !waiting.value)

  const leave = (): Promise<unknown> => router.replace(safeNext(route.query.next))

  /** Somebody who is signed in already has no business here. */
  async function goOnIfSignedIn(): Promise<void> {
    const me = session.me ?? (await session.restore().catch(() => null))
    if (!me) return
    if (mayAdminister(me)) await leave()
    else trouble.value = { kind: 'agent', name: me.name }
  }

  async function submit(): Promise<void> {
    if (!ready.value || !username.value.trim() || !password.value) return
    busy.value = true
    try {
      const me = await session.signIn(username.value.trim(), password.value)
      password.value = ''
      if (mayAdminister(me)) await leave()
      else trouble.value = { kind: 'agent', name: me.name }
    } catch (error) {
      trouble.value = troubleOf(toProblem(error), Date.now())
    } finally {
      busy.value = false
    }
  }
  return { username, password, busy, ready, trouble, now, submit, goOnIfSignedIn }
}
