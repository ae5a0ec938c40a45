import type { UserConfig } from 'vite';
export declare function hotdeskApp(options: { dir: string; base: string; locales?: string }): UserConfig;
