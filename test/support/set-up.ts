// Runs in each test file before its tests. This hook comes before the file's own, whose ends have
// nothing left to do then.
import { afterAll } from '@jest/globals';
import { endUnfinished } from './unfinished.js';

afterAll(() => endUnfinished());
