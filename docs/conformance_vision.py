"""The units of Machine Vision: OPC 40100-1 1.00, chapter 13, by table."""

from docs.conformance import SERVICE, Profile, no, yes

_URI, _PART1 = "http://opcfoundation.org/UA-Profile/External/Server/MachineVision/", "OPC 40100-1, table"
_UNKNOWN = ""  # the copy at hand of the list of URIs ends before those of the profiles
_MV = f"{SERVICE}/test_machine_vision.py"
_BROWSED = f"{_MV}::test_the_type_and_every_mandatory_method_are_browsed"
_JOB = f"{_MV}::test_a_job_is_started_with_structures_and_its_result_fetched"
_EVENT = f"{_MV}::test_a_result_is_announced_with_every_field"
_LIST = f"{_MV}::test_results_are_listed_newest_first_by_what_they_are_asked_for"
_CONDITIONS, _NEWS = (f"{SERVICE}/test_machine_vision_{name}.py" for name in ("conditions", "news"))
_SHELF = f"{SERVICE}/test_machine_vision_recipes.py"
_RESULT_FILES, _RECIPE_FILES = f"{SERVICE}/test_result_files.py", f"{SERVICE}/test_recipe_files.py"
_NO_STEPS = "a state has no steps that a client could wait for"
_METHOD_CONTENT = yes("Method Based Content", _JOB, f"{_MV}::test_the_components_of_a_result_are_the_result")
_PROCESSING_TIMES = yes("Processing Times", _JOB, _EVENT)
_RESULTS, _RECIPES = f"{SERVICE}/test_result_files.py", f"{SERVICE}/test_recipe_files.py"
_RESULT_FILE = yes(
    "Result File",
    f"{_RESULTS}::test_the_image_of_a_result_is_the_file_that_is_kept",
    f"{_RESULTS}::test_a_result_says_whether_it_has_a_file",
)
_RECIPE_FILE = yes(
    "Recipe File",
    f"{_RECIPES}::test_the_archive_has_the_recipe_and_what_it_was_taught",
    f"{_RECIPES}::test_a_new_job_arrives_from_another_station_and_judges",
)
_CONFIGURATION_FILE = no("Configuration File", "the one configuration is the settings file of the machine")
_CLIENTS_CONFIGURATION = "a client adds none: the one configuration is the settings"

BASIC = Profile(
    "Basic Vision System Server Facet",
    f"{_URI}BasicVisionSystemServerFacet",
    f"{_PART1} 161",
    (
        yes(
            "Basic Vision System",
            _BROWSED,
            f"{_MV}::test_both_machines_show_the_state_with_the_node_of_its_type",
            f"{_MV}::test_halted_means_halted_until_reset",
        ),
        yes("Basic Result Management", _BROWSED, _JOB, _LIST),
        yes("Basic Configuration Management", _BROWSED, f"{_MV}::test_the_settings_are_the_one_configuration"),
        yes(
            "Basic Recipe Management",
            _BROWSED,
            f"{_MV}::test_a_recipe_is_taken_away_and_prepared_again",
            f"{_MV}::test_recipes_are_listed_with_what_they_judge_by",
        ),
    ),
)
INLINE = Profile(
    "Inline Vision System Server Facet",
    f"{_URI}InlineVisionSystemServerFacet",
    f"{_PART1} 162",
    (
        no("Safety State Management", "the station is no safety device", optional=True),
        yes("System State Information", f"{_NEWS}::test_the_state_after_semi_e10_follows_the_station"),
        yes("Diagnostic Events", f"{_NEWS}::test_diagnostic_events_come_from_the_level_on_that_is_set"),
        yes("Information Events", f"{_NEWS}::test_what_happens_is_news_with_every_field"),
        yes(
            "Error Conditions",
            f"{_CONDITIONS}::test_a_lost_camera_is_a_condition_with_every_field",
            f"{_CONDITIONS}::test_it_is_acknowledged_over_and_confirmed_and_then_it_is_settled",
            f"{_CONDITIONS}::test_who_comes_later_asks_what_is_retained",
            f"{_CONDITIONS}::test_a_recipe_that_is_missing_is_an_error_that_stays",
            f"{_CONDITIONS}::test_what_only_warns_is_a_warning_condition",
        ),
    ),
)
AUTOMATIC = Profile(
    "Automatic Mode Server Facet",
    f"{_URI}AutomaticModeServerFacet",
    f"{_PART1} 163",
    (
        yes(
            "Automatic Mode",
            f"{_MV}::test_the_automatic_mode_takes_an_offline_station_online",
            f"{_MV}::test_a_continuous_job_goes_on_until_it_is_stopped",
            f"{_MV}::test_a_part_triggered_over_modbus_moves_by_the_auto_twins",
            f"{_MV}::test_a_stopped_part_ends_with_its_result",
        ),
        yes("Easy Confirmation", f"{_CONDITIONS}::test_confirm_all_confirms_what_stands", optional=True),
        yes("Error Events", f"{_MV}::test_a_lost_camera_is_an_error_and_its_return_resolves_it"),
        yes(
            "Simulation",
            f"{_MV}::test_simulated_results_say_so_and_are_not_counted",
            f"{_MV}::test_a_restart_ends_a_simulation",
        ),
        *(
            no(f"StepModel {state}", _NO_STEPS, optional=True)
            for state in (
                *("Preoperational", "Halted", "Error", "Initialized", "Ready"),
                *("SingleExecution", "ContinuousExecution"),
            )
        ),
    ),
)
PROCESSING_TIMES = Profile(
    "Processing Times Server Facet",
    f"{_URI}ProcessingTimesMetaDataHandlingServerFacet",
    f"{_PART1} 164",
    (_PROCESSING_TIMES,),
)
FILES = Profile(
    "File Transfer Server Facet",
    f"{_URI}FileTransferServerFacet",
    f"{_PART1} 165",
    (_RESULT_FILE, _CONFIGURATION_FILE, _RECIPE_FILE),
)
BASIC_RESULTS = Profile(
    "Basic Result Handling Server Facet",
    f"{_URI}BasicResultHandlingServerFacet",
    f"{_PART1} 166",
    (
        yes("Event Based Content", _EVENT),
        yes("Method Based Content (optional here)", *_METHOD_CONTENT.tests, optional=True),
    ),
)
INLINE_RESULTS = Profile(
    "Inline Result Handling Server Facet",
    f"{_URI}InlineResultHandlingServerFacet",
    f"{_PART1} 167",
    (yes("Measurement ID", _JOB, _LIST), yes("Part ID", _JOB, _LIST), _METHOD_CONTENT, _RESULT_FILE),
    ("Basic Result Handling Server Facet",),
)
FULL_RESULTS = Profile(
    "Full Result Handling Server Facet",
    f"{_URI}FullResultHandlingServerFacet",
    f"{_PART1} 168",
    (
        yes(
            "Result Folder",
            f"{_RESULTS}::test_the_last_results_stand_in_their_slots_with_every_component",
            f"{_RESULTS}::test_who_subscribes_to_a_slot_gets_each_result_of_it",
        ),
    ),
    ("Inline Result Handling Server Facet",),
)
STANDARD_CONFIGURATIONS = Profile(
    "Standard Configuration Handling Server Facet",
    f"{_URI}StandardConfigurationHandlingServerFacet",
    f"{_PART1} 169",
    (no("Configuration ID External", _CLIENTS_CONFIGURATION), _CONFIGURATION_FILE),
)
FULL_CONFIGURATIONS = Profile(
    "Full Configuration Handling Server Facet",
    f"{_URI}FullConfigurationHandlingServerFacet",
    f"{_PART1} 170",
    (no("Configuration Folder", _CLIENTS_CONFIGURATION),),
    ("Standard Configuration Handling Server Facet",),
)
STANDARD_RECIPES = Profile(
    "Standard Recipe Handling Server Facet",
    f"{_URI}StandardRecipeHandlingServerFacet",
    f"{_PART1} 171",
    (
        yes(
            "Recipe ID External",
            f"{_MV}::test_a_recipe_is_taken_away_and_prepared_again",
            f"{_SHELF}::test_a_recipe_is_called_as_the_client_calls_it_also_after_a_restart",
        ),
        yes("Product ID", f"{_SHELF}::test_a_product_is_prepared_made_and_taken_away"),
        _RECIPE_FILE,
    ),
)
FULL_RECIPES = Profile(
    "Full Recipe Handling Server Facet",
    f"{_URI}FullRecipeHandlingServerFacet",
    f"{_PART1} 172",
    (
        yes(
            "Recipe Versioning",
            f"{_MV}::test_recipes_are_listed_with_what_they_judge_by",
            f"{_SHELF}::test_a_result_has_the_hash_of_its_version_also_after_a_release_and_a_restart",
            f"{_SHELF}::test_a_version_or_a_hash_that_is_given_must_agree",
        ),
        yes(
            "Recipe Folder",
            f"{_SHELF}::test_every_recipe_in_production_is_an_object_of_its_type",
            f"{_SHELF}::test_a_removed_recipe_is_gone_until_somebody_goes_back_to_it",
        ),
        yes("Product Folder", f"{_SHELF}::test_a_product_is_prepared_made_and_taken_away"),
    ),
    ("Standard Recipe Handling Server Facet",),
)
BASIC_PROFILE = Profile(
    "Basic Vision System Server Profile",
    _UNKNOWN,
    f"{_PART1} 173",
    (yes("Automatic Mode", *AUTOMATIC.units[0].tests),),
    (
        *("Basic Vision System Server Facet", "Basic Result Handling Server Facet"),
        "Embedded 2017 UA Server Profile",
    ),
)
SIMPLE_INLINE = Profile(
    "Simple Inline Vision System Server Profile",
    _UNKNOWN,
    f"{_PART1} 175",
    (_PROCESSING_TIMES,),
    (
        *("Basic Vision System Server Facet", "Inline Vision System Server Facet", "Automatic Mode Server Facet"),
        *("Basic Result Handling Server Facet", "Embedded 2017 UA Server Profile"),
    ),
)

PROFILES = (
    *(SIMPLE_INLINE, BASIC_PROFILE, BASIC, INLINE, AUTOMATIC, PROCESSING_TIMES),
    *(BASIC_RESULTS, INLINE_RESULTS, FULL_RESULTS, STANDARD_CONFIGURATIONS, FULL_CONFIGURATIONS),
    *(STANDARD_RECIPES, FULL_RECIPES, FILES),
)
