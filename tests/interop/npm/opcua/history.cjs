// Read back values and events of the last hour, in pages of `page`; says which answer there is where there is no history.
"use strict";
const opcua = require("node-opcua-client");
const { AttributeIds, HistoryReadRequest, TimestampsToReturn } = opcua;
const { ReadEventDetails, ReadRawModifiedDetails, makeAccessLevelFlag } = opcua;
const { constructEventFilter, ofType, promoteOpaqueStructure, resolveNodeId } = opcua;
const { plain, run } = require("./connect.cjs");

const FIELDS = ["EventType", "Time", "SourceName", "3:ResultId", "3:JobId", "3:PartId", "3:ResultState", "3:ResultContent"];

async function pages(session, nodeId, historyReadDetails) {
  const found = [];
  for (let continuationPoint = null; ; ) {
    const request = new HistoryReadRequest({
      historyReadDetails,
      nodesToRead: [{ nodeId: resolveNodeId(nodeId), continuationPoint }],
      releaseContinuationPoints: false,
      timestampsToReturn: TimestampsToReturn.Both,
    });
    const [result] = (await session.historyRead(request)).results;
    if (!result.statusCode.isGood()) return { status: result.statusCode.name, pages: found };
    found.push(result.historyData);
    continuationPoint = result.continuationPoint;
    if (!continuationPoint?.length) return { status: "Good", pages: found };
  }
}

async function values(session, nodeId, span, page) {
  const details = new ReadRawModifiedDetails({ isReadModified: false, ...span, numValuesPerNode: page, returnBounds: false });
  const read = await pages(session, nodeId, details);
  const samples = read.pages.map((data) => data?.dataValues ?? []);
  const said = ({ value, sourceTimestamp }) => ({ value: plain(value), at: plain(sourceTimestamp) });
  return { status: read.status, pages: samples.length, values: samples.flat().map(said) };
}

async function events(session, nodeId, span, page) {
  const filter = constructEventFilter(FIELDS, ofType("ns=3;i=1024"));
  const read = await pages(session, nodeId, new ReadEventDetails({ ...span, numValuesPerNode: page, filter }));
  const found = read.pages.map((data) => data?.events ?? []);
  await promoteOpaqueStructure(session, found.flat().flatMap(({ eventFields }) => eventFields.map((value) => ({ value }))));
  const said = ({ eventFields }) => Object.fromEntries(FIELDS.map((name, i) => [name, plain(eventFields[i])]));
  return { status: read.status, pages: found.length, events: found.flat().map(said) };
}

run(async (session, given) => {
  const now = Date.now();
  const span = { startTime: new Date(now - 3600_000), endTime: new Date(now + 60_000) };
  const level = (await session.read({ nodeId: given.node, attributeId: AttributeIds.AccessLevel })).value.value;
  return {
    offered: (level & makeAccessLevelFlag("HistoryRead")) !== 0,
    values: await values(session, given.node, span, given.page),
    floats: await values(session, given.floats, span, 0),
    events: await events(session, given.system, span, given.page),
  };
});
