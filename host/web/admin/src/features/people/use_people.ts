import { computed, ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { rest, toProblem, type Problem } from '../../rest'
import { useSession } from '../../session'
import { confirm } from '../../shared/confirm'
import { usePaged } from '../../shared/paged'
import { why } from '../../shared/problem_words'
import { toast } from '../../shared/toasts'
import { queryText, setQuery } from '../../shared/url_state'
import type { Person, PersonPatch } from '../../types'

/** A password that was made by the server and is shown this one time. */
export interface Once {
  username: string
  password: string
}

export function usePeople() {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const list = usePaged((cursor) => rest.users({ limit: 100, cursor }))

  const search = computed(() => queryText(route.query.q))
  const role = computed(() => queryText(route.query.role))
  const active = computed(() => queryText(route.query.active))
  const shown = computed(() => filterPeople(list.rows.value ?? [], search.value, role.value, active.value))

  const editing: Ref<Person | null> = ref(null)
  const once = ref<Once | null>(null)
  const isSelf = (user: Person): boolean => user.id === session.me?.id

  function put(user: Person): void {
    const rows = list.rows.value ?? []
    list.rows.value = rows.some((u) => u.id === user.id) ? rows.map((u) => (u.id === user.id ? user : u)) : [user, ...rows]
    if (editing.value?.id === user.id) editing.value = user
  }

  /** Null when it worked; the generated password is in `once`. */
  async function create(values: { username: string; name: string; role: string }): Promise<Problem | null> {
    try {
      const made = await rest.createUser(values)
      put(made.user)
      if (made.password) once.value = { username: made.user.username, password: made.password }
      return null
    } catch (error) {
      return toProblem(error)
    }
  }
  async function change(user: Person, patch: PersonPatch): Promise<Problem | null> {
    try {
      put(await rest.updateUser(user.id, patch))
      toast(t('people.saved', { name: patch.name ?? user.name }))
      return null
    } catch (error) {
      return toProblem(error)
    }
  }
  async function setActive(user: Person, on: boolean): Promise<void> {
    if (!on && !(await confirm({ title: t('people.disable.title', { name: user.name }), text: [t('people.disable.text')], safe: [t('people.disable.history'), t('people.disable.again')], action: t('people.disable.action'), danger: true }))) return
    try {
      put(await rest.updateUser(user.id, { active: on }))
      toast(t(on ? 'people.enable.done' : 'people.disable.done', { name: user.name }))
    } catch (error) {
      toast(`${t('people.not_changed', { name: user.name })} ${why(toProblem(error))}`, { bad: true })
    }
  }
  async function resetPassword(user: Person): Promise<void> {
    if (!(await confirm({ title: t('people.reset.title', { name: user.name }), text: [t('people.reset.text')], action: t('people.reset.action'), danger: true }))) return
    try {
      const { password } = await rest.resetPassword(user.id)
      once.value = { username: user.username, password }
    } catch (error) {
      toast(`${t('people.not_changed', { name: user.name })} ${why(toProblem(error))}`, { bad: true })
    }
  }
  const setFilter = (change_: Record<string, string | null>): void => setQuery(router, change_)
  return { list, search, role, active, shown, editing, once, isSelf, create, change, setActive, resetPassword, setFilter }
}

export function filterPeople(users: readonly Person[], search: string, role: string, active: string): Person[] {
  const words = search.trim().toLowerCase()
  return users.filter((u) => (!role || u.role === role) && (active === '' || u.active === (active === 'yes')) && (!words || u.name.toLowerCase().includes(words) || u.username.toLowerCase().includes(words)))
}

/** What the server's rule for user names is, told before it has to say no: a–z, digits, . _ - @ +, 3 to 64, a letter or digit first. */
export const usernameOk = (text: string): boolean => /^[a-z0-9][a-z0-9._@+-]{2,63}$/i.test(text.trim())
