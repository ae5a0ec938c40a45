import './styles/element.js';
import '@hotdesk/ui/tokens.css';
import '@hotdesk/ui/element-plus.css';
import './styles/kit.css';
import './styles/floating.css';
import { createHotdeskI18n } from '@hotdesk/ui/i18n';
import { startTheme } from '@hotdesk/ui/theme';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './app.vue';
import { makePreferences, PREFERENCES } from './features/preferences/use_preferences.js';
import en from './locales/en.json';
import zh from './locales/zh.json';
import { router } from './router.js';

const theme = startTheme();
const i18n = createHotdeskI18n({ zh, en });

createApp(App).use(createPinia()).use(i18n).use(router).provide(PREFERENCES, makePreferences(i18n, theme)).mount('#app');
