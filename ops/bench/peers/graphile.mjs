// graphile-worker with its local queue and batched completion; speaks as Contestant.java does
import { createInterface } from "node:readline";
import { run, makeWorkerUtils, runMigrations, Logger } from "graphile-worker";
import pg from "pg";

const url = new URL(process.env.BENCH_URL.replace(/^jdbc:/, ""));
url.username = process.env.BENCH_USER;
url.password = process.env.BENCH_PASSWORD;
const connectionString = url.toString();
const logger = new Logger(() => () => {});
const commands = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function sql(text) {
  const client = new pg.Client(connectionString);
  await client.connect();
  const answer = await client.query(text);
  await client.end();
  return answer;
}

let ran = 0;
let first = 0;
const taskList = {
  noop: async () => {
    first ||= performance.now();
    ran++;
  },
};

await runMigrations({ connectionString, logger });
const utils = await makeWorkerUtils({ connectionString, logger, maxPoolSize: 4 });
const open = async () => Number((await sql("select count(*) n from graphile_worker._private_jobs")).rows[0].n);

async function drain(jobs, threads) {
  await sql("truncate graphile_worker._private_jobs");
  for (let from = 0; from < jobs; from += 500) {
    await utils.addJobs(Array.from({ length: Math.min(500, jobs - from) }, (_, i) => ({ identifier: "noop", payload: { i: from + i } })));
  }
  await sql("vacuum analyze");
  await sql("checkpoint");
  ran = first = 0;
  const runner = await run({
    preset: {
      worker: {
        connectionString, logger, concurrentJobs: threads, maxPoolSize: threads + 1,
        localQueue: { size: 500, refetchDelay: { durationMs: 10 } }, completeJobBatchDelay: 0, failJobBatchDelay: 0,
      },
    },
    taskList,
    noHandleSignals: true,
  });
  while (ran < jobs) await sleep(1);
  while ((await open()) > 0) await sleep(1);
  const rate = jobs / ((performance.now() - first) / 1000);
  await runner.stop();
  return rate;
}

const jobs = 200_000;
const warmAt = performance.now() + 30_000;
while (performance.now() < warmAt) await drain(jobs / 2, 50);
for (const threads of [10, 50]) {
  const measure = `drain-${jobs}-limit-${threads}`;
  console.log(`ready ${measure}`);
  await commands.next();
  console.log(`value ${measure} ${await drain(jobs, threads)}`);
}
process.exit(0);
