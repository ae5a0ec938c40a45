# Each header alone, as C99 to C17 and C++11 to C++20, without a warning. In: C CXX INCLUDE EXAMPLE
cmake_minimum_required(VERSION 3.25)
file(GLOB headers RELATIVE "${INCLUDE}" "${INCLUDE}/hotdesk/plugin/*.h")
set(strict -Wall -Wextra -pedantic -Werror -fsyntax-only "-I${INCLUDE}")

function(check compiler language standard)
  # One translation unit a standard would hide a missing include; a shell loop over headers is quick with -fsyntax-only.
  foreach(header IN LISTS headers)
    execute_process(COMMAND ${CMAKE_COMMAND} -E echo "#include \"${header}\"
typedef int not_empty;" COMMAND ${compiler} -x ${language} -std=${standard} ${strict} -
                    RESULTS_VARIABLE results ERROR_VARIABLE text)
    if(NOT results STREQUAL "0;0")
      message(SEND_ERROR "${header} as ${standard}:\n${text}")
    endif()
  endforeach()
endfunction()

foreach(standard IN ITEMS c99 c11 c17)
  check("${C}" c ${standard})
endforeach()
foreach(standard IN ITEMS c++11 c++14 c++17 c++20)
  check("${CXX}" c++ ${standard})
endforeach()
execute_process(COMMAND ${C} -std=c99 ${strict} -DHOTDESK_PLUGIN_ID="a.b" -DHOTDESK_PLUGIN_VERSION="1.0.0"
                        -DHOTDESK_PLUGIN_BUILD_ID="x" "${EXAMPLE}" RESULT_VARIABLE result ERROR_VARIABLE text)
if(NOT result EQUAL 0)
  message(SEND_ERROR "${EXAMPLE}:\n${text}")
endif()
