#!/usr/bin/env node
// The `embedded-node` command's entry.
import { runEmbeddedNodeCommand } from '../dist/command/embedded-node-command.js';

process.exitCode = await runEmbeddedNodeCommand(process.argv.slice(2));
