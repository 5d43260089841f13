// Inspect parts by the methods of the Machine Vision model, listening to its events with every field they have.
"use strict";
const { BrowseDirection, DataType, VariantArrayType, resolveNodeId } = require("node-opcua-client");
const { call, hear, plain, run, subscribed, until } = require("./connect.cjs");

const MV = 3;
const TYPES = { 1018: "StateChanged", 1013: "JobStarted", 1025: "AcquisitionDone", 1024: "ResultReady", 1023: "Ready" };

/** Names of all fields of an event type, those of its supertypes too. */
async function fieldsOf(session, nodeId) {
  const properties = await session.browse({ nodeId, referenceTypeId: "Aggregates", includeSubtypes: true, resultMask: 63 });
  const own = properties.references.map(({ browseName: b }) => (b.namespaceIndex ? `${b.namespaceIndex}:${b.name}` : b.name));
  const above = await session.browse({ nodeId, referenceTypeId: "HasSubtype", browseDirection: BrowseDirection.Inverse, resultMask: 63 });
  return above.references.length ? [...new Set([...own, ...(await fieldsOf(session, above.references[0].nodeId))])] : own;
}

async function listen(session, nodeId, heard) {
  const subscription = await subscribed(session);
  for (const [number, kind] of Object.entries(TYPES)) {
    const type = `ns=${MV};i=${number}`;
    await hear(subscription, nodeId, type, await fieldsOf(session, type), (fields) => heard.push({ kind, fields }));
  }
  return subscription;
}

async function structure(session, number, id) {
  return session.constructExtensionObject(resolveNodeId(`ns=${MV};i=${number}`), { id });
}

run(async (session, given) => {
  const machine = `${given.system}.VisionStateMachine.AutomaticModeStateMachine`;
  const state = async () => (await session.read({ nodeId: `${machine}.CurrentState` })).value.value?.text;
  await until("Ready", async () => (await state()) === "Ready");
  const heard = [], parts = [];
  const extension = (value) => ({ dataType: DataType.ExtensionObject, value });
  const subscription = await listen(session, given.node, heard);
  console.log("listening");
  for (let i = 0; i < given.parts; i++) {
    await until("Ready", async () => (await state()) === "Ready");
    const [meas, part, recipe, product] = await Promise.all([
      structure(session, 3015, `meas-${i}`),
      structure(session, 3004, `Türe-${i}`),
      structure(session, 3002, ""),
      structure(session, 3003, ""),
    ]);
    const parameters = { dataType: DataType.Variant, arrayType: VariantArrayType.Array, value: [] };
    const [job, error] = await call(session, `${machine}.StartSingleJob`, [...[meas, part, recipe, product].map(extension), parameters]);
    if (error) throw new Error(`StartSingleJob: ${error}`);
    const wanted = await structure(session, 3021, job.id);
    const wait = { dataType: DataType.Int32, value: 10000 };
    const [, result, failed] = await call(session, `${given.system}.ResultManagement.GetResultById`, [extension(wanted), wait]);
    parts.push({ job: plain(job), result: plain(result), failed });
  }
  const wanted = given.parts || given.others; // parts that somebody else triggers
  for (const kind of ["Ready", "ResultReady"])
    await until(`${kind} event`, async () => heard.filter((event) => event.kind === kind).length >= wanted);
  await subscription.terminate();
  return { parts, heard };
});
