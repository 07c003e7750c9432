// One import for the pages: import { page, h, t, api, button } from '/ui/ui.js';
export * from './words.js';
export * from './api.js';
export * from './parts.js';
export * from './page.js';
