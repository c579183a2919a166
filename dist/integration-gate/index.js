import { integrationGate } from '../shared/index.js';
await integrationGate();
