#!/usr/bin/env node
import { requireNode } from './require-node.ts'

requireNode()
await import('../cli.ts')
