# hotdesk_add_plugin(<target> ID <reverse-dns> VERSION <semver> SOURCES <file>… MANIFEST <manifest.json>
#                    [CONFIG_SCHEMA <file>] [BUILD_ID <text>] [OUTPUT <folder>])
# Builds a plugin that the host's gate accepts, and beside it the folder that `plugins.path` takes:
#   <OUTPUT>/<ID>/<VERSION>/{manifest.json, lib/<os>-<arch>/plugin.so, config.schema.json}
# MANIFEST is the written part (vendor, names, license, extensions, permissions, …); id, version, build id, ABI, platform
# and the hashes of the files are filled in here. OUTPUT defaults to ${CMAKE_BINARY_DIR}/plugins.
# C or C++, whichever languages the project has. The source finds HOTDESK_PLUGIN_ID, HOTDESK_PLUGIN_VERSION and HOTDESK_PLUGIN_BUILD_ID as string macros.
set(HOTDESK_PLUGIN_CMAKE_DIR "${CMAKE_CURRENT_LIST_DIR}" CACHE INTERNAL "Where hotdesk-plugin.cmake lies")

function(hotdesk_add_plugin target)
  cmake_parse_arguments(ARG "" "ID;VERSION;MANIFEST;CONFIG_SCHEMA;BUILD_ID;OUTPUT" "SOURCES" ${ARGN})
  foreach(needed IN ITEMS ID VERSION MANIFEST SOURCES)
    if(NOT ARG_${needed})
      message(FATAL_ERROR "hotdesk_add_plugin(${target}): ${needed} is missing")
    endif()
  endforeach()
  if(NOT ARG_OUTPUT)
    set(ARG_OUTPUT "${CMAKE_BINARY_DIR}/plugins")
  endif()
  if(NOT ARG_BUILD_ID)
    _hotdesk_build_id(ARG_BUILD_ID "${ARG_VERSION}" ${ARG_SOURCES} ${ARG_CONFIG_SCHEMA})
  endif()

  add_library(${target} MODULE ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
                        VISIBILITY_INLINES_HIDDEN ON LINK_DEPENDS "${HOTDESK_PLUGIN_CMAKE_DIR}/hotdesk-plugin.map")
  target_compile_definitions(${target} PRIVATE HOTDESK_PLUGIN_ID="${ARG_ID}" HOTDESK_PLUGIN_VERSION="${ARG_VERSION}"
                             HOTDESK_PLUGIN_BUILD_ID="${ARG_BUILD_ID}")
  # A unique symbol would tie all versions together and keep the first one mapped for ever; see plugin-api/CONVENTIONS.md.
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE
    "LINKER:-Bsymbolic,-z,now,-z,relro,--exclude-libs,ALL,--version-script=${HOTDESK_PLUGIN_CMAKE_DIR}/hotdesk-plugin.map")
  # A project in C alone has no compiler to ask for C++20.
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("CXX" IN_LIST languages)
    target_link_libraries(${target} PRIVATE hotdesk::sdk)
  else()
    target_link_libraries(${target} PRIVATE hotdesk::plugin_api)
  endif()

  string(TOLOWER "${CMAKE_SYSTEM_NAME}" os)
  set(folder "${ARG_OUTPUT}/${ARG_ID}/${ARG_VERSION}")
  get_filename_component(manifest "${ARG_MANIFEST}" ABSOLUTE)
  set(schema "")
  if(ARG_CONFIG_SCHEMA)
    get_filename_component(schema "${ARG_CONFIG_SCHEMA}" ABSOLUTE)
  endif()
  add_custom_command(OUTPUT "${folder}/manifest.json"
    COMMAND ${CMAKE_COMMAND} -D "TEMPLATE=${manifest}" -D "SCHEMA=${schema}" -D "LIBRARY=$<TARGET_FILE:${target}>"
            -D "FOLDER=${folder}" -D "ID=${ARG_ID}" -D "VERSION=${ARG_VERSION}" -D "BUILD_ID=${ARG_BUILD_ID}"
            -D "ABI=${HOTDESK_ABI_VERSION}" -D "OS=${os}" -D "ARCH=${CMAKE_SYSTEM_PROCESSOR}"
            -P "${HOTDESK_PLUGIN_CMAKE_DIR}/hotdesk-manifest.cmake"
    DEPENDS ${target} "${manifest}" ${schema} "${HOTDESK_PLUGIN_CMAKE_DIR}/hotdesk-manifest.cmake"
    COMMENT "Plugin folder ${ARG_ID}/${ARG_VERSION}" VERBATIM)
  add_custom_target(${target}_package ALL DEPENDS "${folder}/manifest.json")
endfunction()

# A text that changes with sources, version, compiler and flags, and is the same on every machine.
function(_hotdesk_build_id out version)
  if(CMAKE_CXX_COMPILER_ID)
    set(compiler "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
  else()
    set(compiler "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}")
  endif()
  set(text "${version} ${compiler} ${CMAKE_BUILD_TYPE}")
  foreach(source IN LISTS ARGN)
    get_filename_component(path "${source}" ABSOLUTE)
    file(SHA256 "${path}" hash)
    string(APPEND text " ${hash}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  endforeach()
  string(SHA256 hash "${text}")
  string(SUBSTRING "${hash}" 0 16 short)
  set(${out} "${short}" PARENT_SCOPE)
endfunction()
