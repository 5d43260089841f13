"""ServerCapabilities: the limits that are held, and the profiles that are met."""

from collections.abc import Mapping

from asyncua import Server, ua

from .browsing import POINTS_PER_SESSION
from .sessions import METHODS_PER_CALL, MOST_QUEUED, NODES_PER_CALL, Limits
from .subscribing import ITEMS_PER_SESSION, SUBSCRIPTIONS_PER_SESSION

URI = "http://opcfoundation.org/UA-Profile/"
_VISION = f"{URI}External/Server/MachineVision/"
PROFILES: Mapping[str, str] = {
    f"{URI}Transport/uatcp-uasc-uabinary": "opc.tcp",
    "http://opcfoundation.org/UA/SecurityPolicy#None": "where the settings allow it",
    f"{URI}Security/UserToken/Server/UserNamePassword": "users with a password",
    f"{URI}Security/UserToken/Server/X509Certificate": "users with a certificate",
    f"{URI}Server/Core2017Facet": "reading, writing, browsing in pages",
    f"{URI}Server/NanoEmbeddedDevice2017": "and diagnostics",
    f"{URI}Server/MicroEmbeddedDevice2017": "and subscriptions in several sessions",
    f"{URI}Server/EmbeddedUA2017": "and security, with all types in the address space",
    f"{URI}Server/EmbeddedDataChangeSubscription": "subscriptions",
    f"{URI}Server/StandardDataChangeSubscription2017": "triggering, deadband, GetMonitoredItems, ResendData",
    f"{URI}Server/DataAccess": "AnalogUnitRange, TwoStateDiscrete, MultiStateDiscrete",
}
HISTORY_PROFILES: Mapping[str, str] = {f"{URI}Server/HistoricalRawData": "HistoryRead of raw values"}
MODEL_PROFILES: Mapping[str, str] = {
    f"{URI}Server/Methods": "Call",
    f"{_VISION}BasicVisionSystemServerFacet": "one VisionSystem with its managements",
    f"{_VISION}InlineVisionSystemServerFacet": "conditions, information and diagnostic events, SystemState",
    f"{_VISION}AutomaticModeServerFacet": "jobs, error events, ConfirmAll, simulation",
    f"{_VISION}BasicResultHandlingServerFacet": "ResultContent in events and by methods",
    f"{_VISION}InlineResultHandlingServerFacet": "MeasId, PartId, results by method, images as files",
    f"{_VISION}FullResultHandlingServerFacet": "the last results in the folder Results",
    f"{_VISION}StandardRecipeHandlingServerFacet": "ids that clients give, products, archives as files",
    f"{_VISION}FullRecipeHandlingServerFacet": "and versions, in the folders Recipes and Products",
    f"{_VISION}ProcessingTimesMetaDataHandlingServerFacet": "ProcessingTimes of each result",
}
EVENT_PROFILES: Mapping[str, str] = {f"{URI}Server/BaseHistoricalEvent": "HistoryRead of ResultReady events"}
"""Each with what of it is used here, all of whose mandatory units are met (see docs/opcua.md). Nobody certified it."""

LOCALES = ("en",)
SAMPLE_RATE_MS = 100.0  # of what follows the process image; results come as they are
NOT_SUPPORTED = 0
_PREFIX = "Server_ServerCapabilities_"
_LIMIT = f"{_PREFIX}OperationLimits_MaxNodesPer"


async def tell(server: Server, limits: Limits, profiles: list[str], max_message: int) -> None:
    """So that a client splits its calls by itself; every node of the capabilities has a value.

    Raises:
        ua.UaError: This asyncua has no such node.
    """
    for name, value in _values(limits, profiles, max_message).items():
        node = ua.NodeId(getattr(ua.ObjectIds, name))
        data = ua.DataValue(value)
        status = await server.iserver.aspace.write_attribute_value(node, ua.AttributeIds.Value, data)
        status.check()


def _values(limits: Limits, profiles: list[str], max_message: int) -> dict[str, ua.Variant]:
    kind = ua.VariantType
    numbers = {
        "MaxArrayLength": max_message,
        "MaxStringLength": max_message,
        "MaxByteStringLength": max_message,
        "MaxSessions": limits.sessions,
        "MaxSubscriptions": limits.sessions * SUBSCRIPTIONS_PER_SESSION,
        "MaxMonitoredItems": limits.sessions * ITEMS_PER_SESSION,
        "MaxSubscriptionsPerSession": SUBSCRIPTIONS_PER_SESSION,
        "MaxMonitoredItemsPerSubscription": ITEMS_PER_SESSION,
        "MaxMonitoredItemsQueueSize": MOST_QUEUED,
    }
    points = {
        "MaxBrowseContinuationPoints": POINTS_PER_SESSION,
        "MaxQueryContinuationPoints": NOT_SUPPORTED,
        "MaxHistoryContinuationPoints": 0,  # none runs out: nothing is kept for one
    }
    calls = {
        **dict.fromkeys(("Read", "Write", "Browse", "TranslateBrowsePathsToNodeIds", "RegisterNodes"), NODES_PER_CALL),
        "MethodCall": METHODS_PER_CALL,
        **dict.fromkeys(("NodeManagement", "HistoryUpdateData", "HistoryUpdateEvents"), NOT_SUPPORTED),
    }
    items = ua.Variant(ITEMS_PER_SESSION, kind.UInt32)
    return {
        f"{_PREFIX}ServerProfileArray": ua.Variant(profiles, kind.String, is_array=True),
        f"{_PREFIX}LocaleIdArray": ua.Variant(list(LOCALES), kind.String, is_array=True),
        f"{_PREFIX}MinSupportedSampleRate": ua.Variant(SAMPLE_RATE_MS, kind.Double),
        f"{_PREFIX}SoftwareCertificates": ua.Variant([], kind.ExtensionObject, is_array=True),
        **{_PREFIX + name: ua.Variant(value, kind.UInt32) for name, value in numbers.items()},
        **{_PREFIX + name: ua.Variant(value, kind.UInt16) for name, value in points.items()},
        **{_LIMIT + name: ua.Variant(value, kind.UInt32) for name, value in calls.items()},
        f"{_PREFIX}OperationLimits_MaxMonitoredItemsPerCall": items,
        "Server_ServerRedundancy_RedundancySupport": ua.Variant(int(ua.RedundancySupport.None_), kind.Int32),
        "Server_ServerDiagnostics_EnabledFlag": ua.Variant(True),
    }
