// Recipes and products of the Machine Vision model: browsed, added, prepared, listed and removed, with what is heard of it.
"use strict";
const { AttributeIds, DataType, resolveNodeId } = require("node-opcua-client");
const { call, hear, plain, run, subscribed, until } = require("./connect.cjs");

const MV = 3;
const EXTERNAL = 3002, INTERNAL = 3013, PRODUCT = 3003, RECIPE_PREPARED = 1022;
const EITHER = 2; // TriStateBooleanDataType
const FIELDS = ["Message", "SourceName", "3:ExternalId", "3:InternalId", "3:ProductId"];

const uint32 = (value) => ({ dataType: DataType.UInt32, value });
const int32 = (value) => ({ dataType: DataType.Int32, value });

/** An argument: any of the structures of ids. */
async function own(session, number, id, more = {}) {
  const value = await session.constructExtensionObject(resolveNodeId(`ns=${MV};i=${number}`), { id, ...more });
  return { dataType: DataType.ExtensionObject, value };
}

/** What is in a folder, by name: node, type, and its value or those of its properties. */
async function content(session, folder) {
  const found = {};
  for (const one of (await session.browse({ nodeId: folder, referenceTypeId: "HasComponent", resultMask: 63 })).references) {
    const below = await session.browse({ nodeId: one.nodeId, referenceTypeId: "HasProperty", resultMask: 63 });
    const value = (await session.read({ nodeId: one.nodeId, attributeId: AttributeIds.Value })).value?.value;
    const shown = { node: plain(one.nodeId), type: plain(one.typeDefinition), value: plain(value), properties: {} };
    for (const { browseName, nodeId } of below.references) {
      shown.properties[browseName.name] = plain((await session.read({ nodeId })).value.value);
    }
    found[one.browseName.name] = shown;
  }
  return found;
}

run(async (session, given) => {
  const management = `${given.system}.RecipeManagement`;
  const [recipes, products] = [`${management}.Recipes`, `${management}.Products`];
  const method = (name, ...inputs) => call(session, `${management}.${name}`, inputs);
  const [nothing, anyProduct] = [await own(session, INTERNAL, ""), await own(session, PRODUCT, "")];
  const product = await own(session, PRODUCT, given.product);
  const holds = (folder, ...names) =>
    until(`${folder} with ${names}`, async () => {
      const shown = await content(session, folder);
      return Object.keys(shown).sort().join() === names.sort().join() && shown;
    });
  const said = {}, heard = [];

  said.recipes = await holds(recipes, "1", "2");
  said.products = await holds(products);
  const subscription = await subscribed(session);
  await hear(subscription, given.node, `ns=${MV};i=${RECIPE_PREPARED}`, FIELDS, (event) => heard.push(event));

  said.added = plain(await method("AddRecipe", await own(session, EXTERNAL, "2"), product));
  said.announced = plain(await method("AddRecipe", await own(session, EXTERNAL, "7"), anyProduct));
  said.linkedProducts = await holds(products, given.product);
  said.linked = await until("the link", async () => {
    const { LinkedProducts } = (await content(session, recipes))["2"].properties;
    return LinkedProducts.length && LinkedProducts;
  });

  said.product = plain(await method("PrepareProduct", product));
  await until("RecipePrepared", async () => heard.length === 1);
  said.recipe = plain(await method("PrepareRecipe", await own(session, EXTERNAL, "1"), nothing));
  await until("another RecipePrepared", async () => heard.length === 2);
  const wrong = await own(session, INTERNAL, "1", { version: "999" });
  said.unknown = plain(await method("PrepareRecipe", await own(session, EXTERNAL, ""), wrong));
  const any = await own(session, EXTERNAL, "");
  said.listed = plain(await method("GetRecipeListFiltered", any, product, int32(EITHER), uint32(0), uint32(0), int32(0)));

  said.inUse = plain(await method("RemoveRecipe", await own(session, EXTERNAL, "1")));
  said.removed = plain(await method("RemoveRecipe", await own(session, EXTERNAL, "2")));
  said.left = await holds(recipes, "1");
  await holds(products);
  await subscription.terminate();
  return { ...said, heard };
});
