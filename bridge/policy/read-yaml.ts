import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { DocumentPath } from '../domain/policy/document-problem.ts'
import { sentenceAt } from './shown-place.ts'

/** What can be wrong with a text before anybody asks what it means. */
export type YamlProblemCode =
  | 'too_large'
  | 'too_deep'
  | 'syntax'
  | 'several_documents'
  | 'directive'
  | 'anchor'
  | 'alias'
  | 'tag'
  | 'key'
  | 'duplicate_key'
  | 'number_form'

export type Place = { line: number; column: number }
export type YamlProblem = Place & { at: DocumentPath; code: YamlProblemCode; sentence: string }

/** Plain data, and where each part of it stands; for one that is not there, where its surroundings stand. */
export type ReadYaml = { value: unknown; placeOf: (at: DocumentPath) => Place }

export const mostBytes = 256 * 1024
export const mostLevels = 100
/** Enough to correct a document by; a hostile one has thousands. */
const mostProblems = 50

/**
 * Reads one YAML 1.2 document into plain data. Refuses what means more than it shows: anchors, aliases, tags of other
 * schemas, directives, repeated keys, several documents, numbers that are not written in plain digits, and texts that
 * are too large or too deep.
 */
export const readYaml = (text: string): ReadYaml | { problems: readonly YamlProblem[] } => {
  if (Buffer.byteLength(text, 'utf8') > mostBytes) {
    return refuse({ line: 1, column: 1 }, 'too_large', `The document is larger than ${mostBytes / 1024} KiB.`)
  }
  if (!text.isWellFormed()) {
    return refuse({ line: 1, column: 1 }, 'syntax', 'The text is not well-formed Unicode; save it as UTF-8.')
  }
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.max(0, offset))
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    strict: true,
    stringKeys: true,
    // Compares every key with every other; the walk below does it in one go.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  })
  const directive = /^%.*$/m.exec(text.slice(0, document.contents?.range?.[0] ?? text.length))
  if (directive !== null) {
    return refuse(
      placeAt(directive.index),
      'directive',
      'The document must not have directives, lines that begin with %.',
    )
  }
  const told = ({ code, message, pos }: { code: string; message: string; pos: readonly [number, number] }) => ({
    ...placeAt(pos[0]),
    at: [],
    ...faultOf(code, message),
  })
  const faults = document.errors.slice(0, mostProblems).map(told)
  if (faults.length > 0) return { problems: faults }
  const root = document.contents
  const walked = root === null ? [] : walk(root, placeAt)
  const problems = walked.length > 0 ? walked : document.warnings.map(told)
  if (problems.length > 0) return { problems: problems.slice(0, mostProblems) }
  return { value: document.toJS({ maxAliasCount: 0 }), placeOf: (at) => placeAt(offsetOf(root, at)) }
}

const refuse = (place: Place, code: YamlProblemCode, sentence: string): { problems: readonly YamlProblem[] } => ({
  problems: [{ ...place, at: [], code, sentence }],
})

const faultOf = (code: string, message: string): Pick<YamlProblem, 'code' | 'sentence'> => {
  switch (code) {
    case 'RESOURCE_EXHAUSTION':
      return { code: 'too_deep', sentence: tooDeep }
    case 'MULTIPLE_DOCS':
      return { code: 'several_documents', sentence: 'The text must hold one document only.' }
    case 'NON_STRING_KEY':
      return { code: 'key', sentence: 'The names of fields must be plain words.' }
    case 'TAG_RESOLVE_FAILED':
      return { code: 'tag', sentence: noTags }
    case 'MULTIPLE_ANCHORS':
      return { code: 'anchor', sentence: noAnchors }
    default:
      return { code: 'syntax', sentence: `The text is not readable as YAML: ${message.slice(0, 150)}.` }
  }
}

const tooDeep = `The document must not be nested deeper than ${mostLevels} levels.`
const noTags = 'The document must not use tags: only plain texts, numbers, true and false, lists and mappings.'
const noAnchors = 'The document must not use anchors: write the value where it is meant.'
const coreTag = /^tag:yaml\.org,2002:(map|seq|str|int|bool|null)$/

type Visit = { node: Node; at: DocumentPath; level: number }

/** Looks at every node, without recursion. */
const walk = (root: Node, placeAt: (offset: number) => Place): readonly YamlProblem[] => {
  const problems: YamlProblem[] = []
  const open: Visit[] = [{ node: root, at: [], level: 1 }]
  for (let visit = open.pop(); visit !== undefined && problems.length <= mostProblems; visit = open.pop()) {
    const { node, at, level } = visit
    const tell = (code: YamlProblemCode, sentence: string, of: Node = node): void => {
      problems.push({ ...placeAt(of.range?.[0] ?? 0), at, code, sentence })
    }
    if (level > mostLevels && !isScalar(node)) {
      tell('too_deep', tooDeep)
      continue
    }
    if (isAlias(node)) {
      tell('alias', 'The document must not use aliases: write the value where it is meant.')
      continue
    }
    if ('anchor' in node && node.anchor !== undefined) tell('anchor', noAnchors)
    if (node.tag !== undefined && !coreTag.test(node.tag)) tell('tag', noTags)
    if (isScalar(node)) {
      const { value, source } = node
      if (typeof value === 'number' && !/^-?(0|[1-9]\d{0,15})$/.test(source ?? '')) {
        tell('number_form', sentenceAt(at, 'must be a whole number in plain digits.'))
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        if (isNode(item)) open.push({ node: item, at: [...at, index], level: level + 1 })
      }
    } else if (isMap(node)) {
      const seen = new Set<string>()
      for (const { key, value } of node.items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        if (key.anchor !== undefined) tell('anchor', noAnchors, key)
        if (seen.has(name))
          tell('duplicate_key', sentenceAt([...at, name], 'stands twice; a field may stand once.'), key)
        if (name === '__proto__') tell('key', 'The names of fields must be plain words.', key)
        seen.add(name)
        if (isNode(value)) open.push({ node: value, at: [...at, name], level: level + 1 })
      }
    }
  }
  return problems.sort((a, b) => a.line - b.line || a.column - b.column)
}

/** Where a part begins: a field at its name, an entry of a list at its first letter. */
const offsetOf = (root: unknown, at: DocumentPath): number => {
  let node = root
  let offset = startOf(root)
  for (const step of at) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) return offset
      offset = startOf(pair.key)
      node = pair.value
    } else if (isSeq(node)) {
      const item = node.items[Number(step)]
      if (item === undefined) return offset
      offset = startOf(item)
      node = item
    } else {
      return offset
    }
  }
  return offset
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0)
