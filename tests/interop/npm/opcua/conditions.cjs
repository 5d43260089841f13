// Find an alarm by ConditionRefresh, acknowledge it, wait until it is over, confirm it; every event of it is heard.
"use strict";
const { AttributeIds, ClientSubscription, TimestampsToReturn } = require("node-opcua-client");
const { constructEventFilter, findActiveConditions, ofType } = require("node-opcua-client");
const { run, plain } = require("./connect.cjs");

const CONDITIONS = "ns=3;i=1033"; // VisionConditionType, abstract: what is heard are its subtypes
const FIELDS = ["ConditionId", "EventId", "EventType", "Message", "Retain", "ConditionName", "AckedState.Id", "ConfirmedState.Id"];
const OWN = ["Comment", "ClientUserId", "ActiveState.Id", "3:ErrorCode", "3:CausePath", "3:StopReaction"];
const DEADLINE_MS = 30000;

async function until(what, read) {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const got = await read();
    if (got) return got;
    if (Date.now() > end) throw new Error(`${what} does not come`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function listen(session, nodeId, heard) {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 50,
    publishingEnabled: true,
  });
  const fields = [...FIELDS, ...OWN];
  const filter = constructEventFilter(fields, ofType(CONDITIONS));
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  item.on("changed", (values) => heard.push(Object.fromEntries(fields.map((name, i) => [name, plain(values[i].value)]))));
  return subscription;
}

run(async (session, given) => {
  const heard = [];
  const subscription = await listen(session, given.node, heard);
  const found = await until(given.condition, async () =>
    (await findActiveConditions(session)).find((one) => one.conditionName.value === given.condition),
  );
  const id = found.conditionId.value, event = found.eventId.value;
  const answers = {
    strange: await session.acknowledgeCondition(id, Buffer.from("no such event id"), "?"),
    acknowledge: await session.acknowledgeCondition(id, event, "seen by node-opcua"),
    again: await session.acknowledgeCondition(id, event, "seen twice"),
  };
  await until("its end", async () => heard.some((one) => one["ActiveState.Id"] === false));
  answers.confirm = await session.confirmCondition(id, event, "mended");
  await until("its last event", async () => heard.some((one) => one.Retain === false));
  const left = (await findActiveConditions(session)).map((one) => one.conditionName.value);
  await subscription.terminate();
  return { id: id.toString(), answers: Object.fromEntries(Object.entries(answers).map(([k, v]) => [k, v.name])), heard, left };
});
