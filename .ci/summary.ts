/**
 * `summary.ts REPORTS STEPS`: adds up vitest's JSON reports and the outcomes of other steps, a word a line, and names each test
 * that failed; 1 unless all passed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly TestFile[];
}

const firstLines = (text: string) => text.split('\n').slice(0, 6).join('\n    ');
function nameFailures({ name, message, assertionResults }: TestFile): void {
  if (assertionResults.length === 0) console.log(`FAILED ${name}\n    ${firstLines(message)}`);
  for (const { fullName, status, failureMessages } of assertionResults)
    if (status === 'failed') console.log(`FAILED ${name}: ${fullName}\n    ${firstLines(failureMessages.join('\n'))}`);
}

const [reports = '', steps = ''] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(reports)) {
  const report: Report = JSON.parse(readFileSync(join(reports, file), 'utf8'));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests;
  total.skipped += report.numPendingTests;
  // A test file that could not even load.
  report.testResults.filter(({ status }) => status === 'failed').forEach(nameFailures);
  const broken = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0);
  total.failed += broken.length;
}
const testsPassed = total.passed > 0;
for (const outcome of readFileSync(steps, 'utf8').split('\n').filter(Boolean)) {
  if (outcome !== 'passed' && outcome !== 'failed' && outcome !== 'skipped') throw new Error(`${steps}: "${outcome}"`);
  total[outcome] += 1;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = testsPassed && total.failed === 0 ? 0 : 1;
