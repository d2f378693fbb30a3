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
# they say so; without -j they stand before all of add_test(), and before what
# mpcheck_discover_tests() finds if this is called before it.
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
  set(tests "# Written by mpcheck_add_corpus().\n")
  foreach(schedule IN LISTS schedules)
    cmake_path(GET schedule STEM LAST_ONLY name)
    set(name "[==[${corpus_PREFIX}${name}]==]")
    string(APPEND tests "add_test(${name}"
      " [==[$<TARGET_FILE:mpcheck::mpcheck>]==] corpus run"
      " [==[${schedule}]==])\n"
      "set_tests_properties(${name} PROPERTIES COST 1000000"
      " WORKING_DIRECTORY [==[${corpus_WORKING_DIRECTORY}]==]")
    if(corpus_LABELS)
      string(APPEND tests " LABELS [==[${corpus_LABELS}]==]")
    endif()
    if(corpus_TIMEOUT)
      string(APPEND tests " TIMEOUT ${corpus_TIMEOUT}")
    endif()
    string(APPEND tests ")\n")
  endforeach()
  string(MD5 id "${folder}${corpus_PREFIX}")
  set(file ${CMAKE_CURRENT_BINARY_DIR}/mpcheck-corpus-${id}.cmake)
  file(GENERATE OUTPUT ${file} CONTENT "${tests}")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()
