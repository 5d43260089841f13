// Fetch the image of a result and a recipe archive as temporary files, in pieces, and write the archive back.
"use strict";
const { DataType, makeBrowsePath, resolveNodeId } = require("node-opcua-client");
const { run } = require("./connect.cjs");

const MV = 3;
const PIECE = 30000;
const extension = (value) => ({ dataType: DataType.ExtensionObject, value });
const uint32 = (value) => ({ dataType: DataType.UInt32, value });

async function structure(session, number, fields) {
  return session.constructExtensionObject(resolveNodeId(`ns=${MV};i=${number}`), fields);
}

async function call(session, objectId, methodId, inputArguments) {
  const answer = await session.call({ objectId, methodId, inputArguments });
  if (!answer.statusCode.isGood()) throw new Error(`${methodId}: ${answer.statusCode.name}`);
  return answer.outputArguments.map((argument) => argument.value);
}

/** A method of FileType, found below the file by its browse path. */
async function onFile(session, file, name, inputArguments) {
  const found = await session.translateBrowsePath(makeBrowsePath(file, `/${name}`));
  return call(session, file, found.targets[0].targetId, inputArguments);
}

async function property(session, file, name) {
  const found = await session.translateBrowsePath(makeBrowsePath(file, `.${name}`));
  return (await session.read({ nodeId: found.targets[0].targetId })).value.value;
}

async function fetchFile(session, transfer, options) {
  const [file, handle, machine] = await call(session, transfer, `${transfer}.GenerateFileForRead`, [extension(options)]);
  const size = Number((await property(session, file, "Size"))[1]), mimeType = await property(session, file, "MimeType");
  const pieces = [];
  for (;;) {
    const [data] = await onFile(session, file, "Read", [uint32(handle), { dataType: DataType.Int32, value: PIECE }]);
    if (!data || !data.length) break;
    pieces.push(data);
  }
  await onFile(session, file, "Close", [uint32(handle)]);
  return { data: Buffer.concat(pieces), pieces: pieces.length, size, mimeType, ready: machine.isEmpty() };
}

async function sendFile(session, transfer, options, data) {
  const [file, handle] = await call(session, transfer, `${transfer}.GenerateFileForWrite`, [extension(options)]);
  for (let at = 0; at < data.length; at += PIECE) {
    const value = data.subarray(at, at + PIECE);
    await onFile(session, file, "Write", [uint32(handle), { dataType: DataType.ByteString, value }]);
  }
  await call(session, transfer, `${transfer}.CloseAndCommit`, [uint32(handle)]);
}

run(async (session, given) => {
  const id = await structure(session, 3021, { id: given.result });
  const image = await fetchFile(session, `${given.system}.ResultManagement.ResultTransfer`, await structure(session, 3022, { id }));
  const internalId = await structure(session, 3013, { id: given.job });
  const recipe = await structure(session, 3012, { internalId });
  const transfer = `${given.system}.RecipeManagement.RecipeTransfer`;
  const archive = await fetchFile(session, transfer, recipe);
  await sendFile(session, transfer, recipe, archive.data);
  return { image, archive };
});
