# SPDX-License-Identifier: MIT
# mpcheck_add_corpus(<folder>
#   [PREFIX <text>]              in front of each test's name ("corpus.")
#   [WORKING_DIRECTORY <dir>]    where the modules are that the schedules name;
#                                the build folder if not given
#   [LABELS <label>...] [TIMEOUT <seconds>])
#
# A CTest entry for each schedule that `mpcheck corpus add` has kept in the
# folder.  It passes when the schedule is fixed or no longer applicable, or its
# scenario expects what it shows.
#
# These tests come first: `ctest -j` starts what costs most before the rest, and
# they say so; without -j the order is that of the calls, so call it early.
function(mpcheck_add_corpus folder)
  cmake_parse_arguments(PARSE_ARGV 1 corpus ""
    "PREFIX;WORKING_DIRECTORY;TIMEOUT" "LABELS")
  if(corpus_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "mpcheck_add_corpus(): what is "
      "'${corpus_UNPARSED_ARGUMENTS}'?")
  endif()
  if(NOT DEFINED corpus_PREFIX)
    set(corpus_PREFIX corpus.)
  endif()
  if(NOT corpus_WORKING_DIRECTORY)
    set(corpus_WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  file(GLOB schedules CONFIGURE_DEPENDS "${folder}/*.schedule")
  foreach(schedule IN LISTS schedules)
    cmake_path(GET schedule STEM LAST_ONLY name)
    add_test(NAME "${corpus_PREFIX}${name}"
      COMMAND mpcheck::mpcheck corpus run "${schedule}"
      WORKING_DIRECTORY "${corpus_WORKING_DIRECTORY}")
    set_tests_properties("${corpus_PREFIX}${name}" PROPERTIES COST 1000000)
    if(corpus_LABELS)
      set_tests_properties("${corpus_PREFIX}${name}" PROPERTIES
        LABELS "${corpus_LABELS}")
    endif()
    if(corpus_TIMEOUT)
      set_tests_properties("${corpus_PREFIX}${name}" PROPERTIES
        TIMEOUT ${corpus_TIMEOUT})
    endif()
  endforeach()
endfunction()
