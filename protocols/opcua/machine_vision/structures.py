"""The model's structures, made of facts and read back; `ua` has the classes once the nodeset is imported."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from asyncua import ua

from .occurrences import Context
from .station import ConfigurationFacts, RecipeFacts, ResultFacts

COMPLETED = 1  # ResultState
ALGORITHM = "SHA256"
EXTERNAL = "RecipeIdExternalDataType"
HIGHEST_JOB = 65535


def whole_number(own: str) -> int | None:
    """Our ids are whole numbers above 0 without signs or zeros in front, at most nine digits more than ever used."""
    return int(own) if own.isascii() and own.isdigit() and len(own) <= 18 and own[0] != "0" else None


def job_number(own: str | None) -> int | None:
    """Of a recipe's id; None: it is no job number."""
    number = whole_number(own or "")
    return number if number and number <= HIGHEST_JOB else None


def time(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1e6, UTC)


def simple_id(name: str, value: str) -> Any:
    """Any of the structures of ids, with nothing but the id."""
    made = getattr(ua, name)()
    made.Id = value
    return made


def job_id(number: int) -> Any:
    return simple_id("JobIdDataType", str(number))


def recipe_id(name: str, recipe: RecipeFacts) -> Any:
    """RecipeIdExternalDataType or RecipeIdInternalDataType: its id, the version, what it judges by."""
    own = recipe.ids[0] if name == EXTERNAL else str(recipe.job)
    return _binary_id(name, own, recipe.sha256, recipe.name, str(recipe.version))


def as_meant(own: Any, recipe: RecipeFacts) -> bool:
    """Version and hash of a recipe's id agree with this recipe, where they are given."""
    if own.Version not in (None, "", str(recipe.version)):
        return False
    hashed = own.HashAlgorithm in (None, "", ALGORITHM) and own.Hash
    return not hashed or bool(own.Hash == bytes.fromhex(recipe.sha256))


def product(own: str) -> Any:
    """ProductDataType."""
    made = ua.ProductDataType()
    made.ExternalId = simple_id("ProductIdDataType", own)
    return made


def configuration_id(facts: ConfigurationFacts) -> Any:
    return _binary_id("ConfigurationIdDataType", facts.id, facts.sha256, "the settings in use")


def _binary_id(name: str, own: str, sha256: str, description: str, version: str | None = None) -> Any:
    made = getattr(ua, name)()
    made.Id, made.Version = own, version
    made.Description = ua.LocalizedText(description)
    if sha256:
        made.Hash, made.HashAlgorithm = bytes.fromhex(sha256), ALGORITHM
    return made


def configuration(facts: ConfigurationFacts) -> Any:
    made = ua.ConfigurationDataType()
    made.HasTransferableDataOnFile = False
    made.ExternalId = made.InternalId = configuration_id(facts)
    made.LastModified = time(facts.modified_at_us)
    return made


def fields_of_context(context: Context) -> dict[str, ua.Variant]:
    """The ids that VisionEventType and VisionConditionType have in common; what is not known is empty."""
    own = str(context.number) if context.number else ""
    recipe, configuration = context.recipe, configuration_id(context.configuration)
    structures = {
        "JobId": simple_id("JobIdDataType", own),
        "ResultId": simple_id("ResultIdDataType", own),
        "MeasId": simple_id("MeasIdDataType", context.meas_id),
        "PartId": simple_id("PartIdDataType", context.part_id),
        "ProductId": simple_id("ProductIdDataType", context.product_id),
        "ExternalConfigurationId": configuration,
        "InternalConfigurationId": configuration,
    }
    for name in ("ExternalRecipeId", "InternalRecipeId"):
        kind = f"RecipeId{name.removesuffix('RecipeId')}DataType"
        structures[name] = recipe_id(kind, recipe) if recipe else simple_id(kind, "")
    return {name: ua.Variant(value, ua.VariantType.ExtensionObject) for name, value in structures.items()}


def fields_of_result(facts: ResultFacts) -> dict[str, ua.Variant]:
    """Every field that ResultDataType and ResultReadyEventType have in common, under the names that both give them."""
    kind = ua.VariantType
    structures = {
        "ResultId": simple_id("ResultIdDataType", str(facts.number)),
        "MeasId": simple_id("MeasIdDataType", facts.meas_id),
        "PartId": simple_id("PartIdDataType", facts.part_id),
        "ExternalRecipeId": recipe_id("RecipeIdExternalDataType", facts.recipe),
        "InternalRecipeId": recipe_id("RecipeIdInternalDataType", facts.recipe),
        "ProductId": simple_id("ProductIdDataType", facts.product_id),
        "ExternalConfigurationId": configuration_id(facts.configuration),
        "InternalConfigurationId": configuration_id(facts.configuration),
        "JobId": job_id(facts.number),
        "ProcessingTimes": _times(facts),
    }
    return {name: ua.Variant(value, kind.ExtensionObject) for name, value in structures.items()} | {
        "IsPartial": ua.Variant(False, kind.Boolean),
        "IsSimulated": ua.Variant(facts.simulated, kind.Boolean),
        "ResultState": ua.Variant(COMPLETED, kind.Int32),
        "CreationTime": ua.Variant(time(facts.finished_at_us), kind.DateTime),
        "ResultContent": ua.Variant(content(facts), kind.Variant, is_array=True),
    }


def result(facts: ResultFacts, fields: Mapping[str, ua.Variant] | None = None) -> Any:
    """ResultDataType; without content where the steps were not looked up. `fields`: those of `fields_of_result`."""
    made = ua.ResultDataType()
    for name, value in (fields or fields_of_result(facts)).items():
        setattr(made, name, value.Value)
    made.HasTransferableDataOnFile = facts.image
    if facts.steps is None:
        made.ResultContent = None
    return made


def content(facts: ResultFacts) -> list[ua.Variant]:
    """ResultContent: judgement, reject class, reason; then of all steps names, main values, units and passed."""
    kind, steps = ua.VariantType, facts.steps or ()
    return [
        ua.Variant(facts.judgement, kind.String),
        ua.Variant(facts.reject_class, kind.UInt16),
        ua.Variant(facts.reason, kind.String),
        ua.Variant([step.name for step in steps], kind.String, is_array=True),
        ua.Variant([step.value for step in steps], kind.Double, is_array=True),
        ua.Variant([step.unit for step in steps], kind.String, is_array=True),
        ua.Variant([step.passed for step in steps], kind.Boolean, is_array=True),
    ]


def _times(facts: ResultFacts) -> Any:
    made = ua.ProcessingTimesDataType()
    made.StartTime, made.EndTime = time(facts.started_at_us), time(facts.finished_at_us)
    made.AcquisitionDuration, made.ProcessingDuration = facts.acquisition_ms, facts.processing_ms
    return made
