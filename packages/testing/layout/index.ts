export { writeLayout, type LayoutPlan, type WrittenLayout } from './write-layout.js';
