# Compiler flags as one target, hotdesk::build, linked PRIVATE and never exported.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

option(HOTDESK_WERROR "Warnings are errors" OFF)
option(HOTDESK_LTO "Link-time optimisation (release only)" OFF)
set(HOTDESK_SANITIZE "" CACHE STRING "Sanitizers: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
endif()
# -O1 keeps a two-core gate short; assertions stay on because nothing defines NDEBUG.
set(CMAKE_CXX_FLAGS_CHECK "-O1 -g1")
set(CMAKE_C_FLAGS_CHECK "-O1 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # base_dir and no hash_dir let two checkouts share one cache: the gate builds in a fresh clone each time.
  set(launcher ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
               CCACHE_SLOPPINESS=time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

add_library(hotdesk_build INTERFACE)
add_library(hotdesk::build ALIAS hotdesk_build)
target_compile_options(hotdesk_build INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-missing-field-initializers
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  # g++ 12 with optimisation takes Asio's coroutine frames (aligned_alloc behind operator new) for mismatched.
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-mismatched-new-delete>
  $<$<BOOL:${HOTDESK_WERROR}>:-Werror>
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
if(HOTDESK_SANITIZE)
  add_compile_options(-fsanitize=${HOTDESK_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HOTDESK_SANITIZE})
  if(HOTDESK_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(HOTDESK_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

# Beast over TLS needs about 2 GB a translation unit: never more than one at a time beside others on a small machine.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=1)
