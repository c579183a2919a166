export { languages, type Language } from './languages.js';
