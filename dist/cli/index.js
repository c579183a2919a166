#!/usr/bin/env node
import { cli } from '../shared/index.js';
await cli(process.argv.slice(2), `${import.meta.dirname}/../..`);
