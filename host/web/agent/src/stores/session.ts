// Who is signed in.
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Me } from '../model.js';
import { auth, ProblemError, whenUnauthorized } from '../rest.js';

const TENANT_KEY = 'hotdesk.agent.tenant';

export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null);
  /** The session ended by itself, so the sign-in page can say so. */
  const expired = ref(false);
  /** There is a cookie, but the server doesn't answer. */
  const waiting = ref(false);

  /** Asks who the cookie belongs to. False: nobody, or nobody knows: `waiting` tells which. */
  async function restore(): Promise<boolean> {
    if (me.value !== null) return true;
    waiting.value = false;
    if (!hasCookie()) return false;
    try {
      accept(await auth.me());
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      waiting.value = error.status !== 401;
      return false;
    }
  }

  async function signIn(username: string, password: string): Promise<void> {
    accept(await auth.login(username, password));
  }

  async function signOut(): Promise<void> {
    try {
      await auth.logout();
    } finally {
      me.value = null;
      expired.value = false;
    }
  }

  whenUnauthorized(() => end());

  function end(): void {
    if (me.value === null) return;
    me.value = null;
    expired.value = true;
  }

  function accept(user: Me): void {
    me.value = user;
    expired.value = false;
    remember(user.tenant.name);
  }

  return { me, expired, waiting, restore, signIn, signOut, end };
});

function remember(tenant: string): void {
  try {
    localStorage.setItem(TENANT_KEY, tenant);
  } catch {
    // the greeting of the next sign-in is then a general one
  }
}

/** The name of the shop that last signed in on this device, for the sign-in page. */
export function lastTenant(): string {
  try {
    return localStorage.getItem(TENANT_KEY) ?? '';
  } catch {
    return '';
  }
}

// The readable half of the sign-in: without it nobody is signed in, and the question can be spared.
function hasCookie(): boolean {
  return document.cookie.split('; ').some((part) => part.startsWith('__Host-hotdesk-csrf='));
}
