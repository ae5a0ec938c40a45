// Two places: the sign-in page and the workspace, where the open conversation is part of the address. The part after `#`
// never reaches the server, so that a reload works behind any proxy.
import { createRouter, createWebHashHistory } from 'vue-router';
import SignIn from './features/sign_in/View.vue';
import { useSession } from './stores/session.js';

export const router = createRouter({
  history: createWebHashHistory('/agent/'),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: SignIn },
    { path: '/', name: 'home', component: () => import('./features/workspace/View.vue') },
    { path: '/c/:id', name: 'conversation', component: () => import('./features/workspace/View.vue') },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
});

router.beforeEach(async (to) => {
  const session = useSession();
  const known = await session.restore();
  if (to.name === 'sign-in') return known ? { name: 'home' } : true;
  return known ? true : { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } };
});
