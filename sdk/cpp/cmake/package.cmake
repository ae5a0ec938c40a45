# Makes ${OUT}/${NAME}.tar.gz from the install component `sdk` of the build tree ${BUILD}. Names sorted, times and owners fixed: the
# same inputs give the same bytes. In: BUILD OUT NAME STRIP
cmake_minimum_required(VERSION 3.25)
set(stage "${OUT}/${NAME}-stage")
file(REMOVE_RECURSE "${stage}")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}:\n${output}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install "${BUILD}" --component sdk --prefix "${stage}/${NAME}")
if(EXISTS "${stage}/${NAME}/bin/hotdesk")
  run(${STRIP} "${stage}/${NAME}/bin/hotdesk")
endif()
run(tar --create --file "${stage}/${NAME}.tar" --directory "${stage}" --format=ustar --sort=name --mtime=@0 --owner=0 --group=0
    --numeric-owner --mode=u=rwX,go=rX "${NAME}")
run(gzip -9 --no-name "${stage}/${NAME}.tar")
file(RENAME "${stage}/${NAME}.tar.gz" "${OUT}/${NAME}.tar.gz")
file(REMOVE_RECURSE "${stage}")
