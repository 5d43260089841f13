// Browse the type and the instance of the vision system, two references at a time, and read what stands there.
"use strict";
const { AttributeIds, BrowseDirection } = require("node-opcua-client");
const { run } = require("./connect.cjs");

const HIERARCHICAL = "HierarchicalReferences";

async function children(session, nodeId, reference = HIERARCHICAL, browseDirection = BrowseDirection.Forward) {
  const request = { nodeId, referenceTypeId: reference, includeSubtypes: true, browseDirection, resultMask: 63 };
  let answer = await session.browse(request);
  const found = [...answer.references];
  while (answer.continuationPoint?.length) {
    answer = await session.browseNext(answer.continuationPoint, false);
    found.push(...answer.references);
  }
  return found;
}

/** Every node below, as path to node class. */
async function tree(session, nodeId, path = "", found = {}) {
  for (const reference of await children(session, nodeId)) {
    const here = path ? `${path}/${reference.browseName.name}` : reference.browseName.name;
    if (here in found || here.split("/").length > 5) continue;
    found[here] = reference.nodeClass;
    await tree(session, reference.nodeId, here, found);
  }
  return found;
}

async function supertypes(session, nodeId) {
  const names = [];
  for (let type = nodeId; ; ) {
    const [above] = await children(session, type, "HasSubtype", BrowseDirection.Inverse);
    if (!above) return names;
    names.push(above.browseName.name);
    type = above.nodeId;
  }
}

async function signature(session, nodeId) {
  const [inputs, outputs] = await Promise.all(
    ["InputArguments", "OutputArguments"].map(async (name) => {
      const found = (await children(session, nodeId, "HasProperty")).find((one) => one.browseName.name === name);
      if (!found) return [];
      return (await session.read({ nodeId: found.nodeId, attributeId: AttributeIds.Value })).value.value;
    }),
  );
  return { inputs: inputs.map((argument) => argument.name), outputs: outputs.map((argument) => argument.name) };
}

run(async (session, given) => {
  session.requestedMaxReferencesPerNode = 2;
  const objects = (await children(session, "ObjectsFolder", "Organizes")).map((one) => one.browseName.name);
  const definition = await children(session, given.system, "HasTypeDefinition");
  const type = definition[0].nodeId;
  return {
    objects,
    namespaces: await session.readNamespaceArray(),
    type: { name: definition[0].browseName.name, id: type, supertypes: await supertypes(session, type) },
    onType: await tree(session, type),
    onInstance: await tree(session, given.system),
    start: await signature(session, `${given.system}.VisionStateMachine.AutomaticModeStateMachine.StartSingleJob`),
  };
});
