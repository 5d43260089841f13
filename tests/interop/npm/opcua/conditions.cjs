// Find an alarm by ConditionRefresh, acknowledge it, wait until it is over, confirm it; every event of it is heard.
"use strict";
const { findActiveConditions } = require("node-opcua-client");
const { hear, run, subscribed, until } = require("./connect.cjs");

const CONDITIONS = "ns=3;i=1033"; // VisionConditionType, abstract: what is heard are its subtypes
const FIELDS = ["ConditionId", "EventId", "EventType", "Message", "Retain", "ConditionName", "AckedState.Id", "ConfirmedState.Id"];
const OWN = ["Comment", "ClientUserId", "ActiveState.Id", "3:ErrorCode", "3:CausePath", "3:StopReaction"];

run(async (session, given) => {
  const heard = [];
  const subscription = await subscribed(session);
  await hear(subscription, given.node, CONDITIONS, [...FIELDS, ...OWN], (event) => heard.push(event));
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
