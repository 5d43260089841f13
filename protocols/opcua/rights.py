"""What somebody must be allowed to for each node that can be written and each method that can be called."""

from collections.abc import Mapping

from asyncua import ua

from ..rights import ACKNOWLEDGE, COUNTERS, ONLINE, PRODUCTION, READ, RECIPES, SELECT_RECIPE, SETTINGS, TRIGGER

# By the last part of the node's id, or by the last two where several objects have one of that name.
RIGHTS: Mapping[str, str] = {
    **dict.fromkeys(("Trigger", "PartId", "StartSingleJob", "StartContinuous", "Stop", "Abort"), TRIGGER),
    **dict.fromkeys(("JobSelect", "PrepareRecipe", "UnprepareRecipe"), SELECT_RECIPE),
    **dict.fromkeys(("PrepareProduct", "UnprepareProduct", "Prepare", "Unprepare"), SELECT_RECIPE),
    **dict.fromkeys(("AddRecipe", "RemoveRecipe", "LinkProduct", "UnlinkProduct"), RECIPES),
    **dict.fromkeys(("ResetCounters", "LatchLot", "LatchShift"), COUNTERS),
    **dict.fromkeys(("Order", "Lot", "Shift"), PRODUCTION),
    **dict.fromkeys(("Halt", "Reset", "SelectModeAutomatic", "SimulationMode"), ONLINE),
    **dict.fromkeys(("Acknowledge", "Confirm", "AddComment", "ConfirmAll"), ACKNOWLEDGE),
    "DiagnosticLevel": SETTINGS,
    **dict.fromkeys(("GetRecipeListFiltered", "GetResultById", "GetResultComponentsById"), READ),
    **dict.fromkeys(("ReleaseRecipeHandle", "ReleaseResultHandle", "ResultTransfer.GenerateFileForRead"), READ),
    **dict.fromkeys(("ResultTransfer.GenerateFileForWrite", "ResultTransfer.CloseAndCommit"), READ),
    "RecipeTransfer.GenerateFileForRead": READ,
    **dict.fromkeys(("RecipeTransfer.GenerateFileForWrite", "RecipeTransfer.CloseAndCommit"), RECIPES),
    **dict.fromkeys(("GetResultListFiltered", "GetConfigurationById", "GetConfigurationList"), READ),
}


def right_for(node: ua.NodeId) -> str:
    """The right that `node` asks for; what nobody thought of is the administrator's."""
    owner, _, name = str(node.Identifier).rpartition(".")
    return RIGHTS.get(f"{owner.rpartition('.')[2]}.{name}") or RIGHTS.get(name, SETTINGS)
