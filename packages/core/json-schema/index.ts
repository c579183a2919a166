export { findMismatch, type JsonSchema } from './json-schema.js';
