export { appendEvents } from './append-events.js';
export { handMade, openShops, type Shop, type Shops } from './shop.js';
