import { computed, onScopeDispose, ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useNow } from '../../parts/use_now.js';
import { ProblemError } from '../../rest.js';
import { useSession } from '../../stores/session.js';
import { countdown, problemOf, type Problem } from './problems.js';

const RETRY_MS = 3_000;

/** The form's state: what is typed, what went wrong, and for how long trying again makes no sense. */
export function useSignIn() {
  const session = useSession();
  const router = useRouter();
  const route = useRoute();
  const now = useNow();

  const username = ref('');
  const password = ref('');
  const busy = ref(false);
  const problem = ref<Problem | null>(null);
  /** Fields left empty at the last try. */
  const missing = ref<{ username: boolean; password: boolean }>({ username: false, password: false });

  const wait = computed(() => countdown(problem.value?.until ?? null, now.value));

  async function submit(): Promise<boolean> {
    if (busy.value || wait.value !== '') return false;
    missing.value = { username: username.value.trim() === '', password: password.value === '' };
    if (missing.value.username || missing.value.password) return false;
    busy.value = true;
    problem.value = null;
    try {
      await session.signIn(username.value.trim(), password.value);
      if (session.me !== null && session.me.role !== 'agent' && session.me.role !== 'admin') {
        await session.signOut().catch(() => undefined);
        problem.value = { title: 'sign_in.no_workspace', more: 'sign_in.no_workspace_more', values: {}, until: null, field: null };
        return false;
      }
      await enter();
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problem.value = problemOf(error, Date.now());
      return false;
    } finally {
      busy.value = false;
    }
  }

  // a server that was away comes back with the same cookie: no need to sign in again
  const retry = setInterval(() => void comeBack(), RETRY_MS);
  onScopeDispose(() => clearInterval(retry));
  async function comeBack(): Promise<void> {
    if (session.waiting && !busy.value && (await session.restore())) await enter();
  }
  async function enter(): Promise<void> {
    const to = route.query['to'];
    await router.replace(typeof to === 'string' && to.startsWith('/') ? to : '/');
  }

  return { username, password, busy, problem, missing, wait, submit };
}
