# SPDX-License-Identifier: MIT
# mpcheck_discover_tests(<target>...
#   [PREFIX <text>]             in front of each test's name
#   [ARGUMENTS <argument>...]   of `mpcheck scenario`: --strategy dfs ...
#   [PARAMS <name>=<N>...]...   parameters; given several times, a test each
#   [LABELS <label>...] [TIMEOUT <seconds>])
#
# A CTest entry for the scenario of each target of mpcheck_add_scenario(): when
# the module has been built, it is asked for its scenario's name.  The test
# passes when the scenario behaves as its expectation says; exit code 77 is
# skipped.  A test is called <PREFIX><scenario>, and <PREFIX><scenario>.a=1.b=2
# when there are several PARAMS.
#
# The tests are written into a file for ctest, as those of GoogleTest are: the
# module's scenario is not known before it is built.
function(mpcheck_discover_tests)
  foreach(name TARGETS PREFIX ARGUMENTS LABELS TIMEOUT params_0)
    set(${name} "")
  endforeach()
  set(keyword TARGETS)
  set(sets 0)
  foreach(word IN LISTS ARGN)
    if(word MATCHES "^(PREFIX|ARGUMENTS|LABELS|TIMEOUT)$")
      set(keyword ${word})
    elseif(word STREQUAL "PARAMS")
      math(EXPR sets "${sets} + 1")
      set(keyword params_${sets})
      set(${keyword} "")
    else()
      list(APPEND ${keyword} "${word}")
    endif()
  endforeach()
  if(TARGETS STREQUAL "")
    message(FATAL_ERROR "mpcheck_discover_tests(): no target was given")
  endif()

  # A group of parameters as "a=1,b=2"; "-": none.
  set(groups)
  foreach(i RANGE ${sets})
    list(JOIN params_${i} "," group)
    if(group STREQUAL "")
      set(group -)
    endif()
    if(i GREATER 0 OR sets EQUAL 0)
      list(APPEND groups ${group})
    endif()
  endforeach()
  foreach(target IN LISTS TARGETS)
    mpcheck_discover_tests_of(${target})
  endforeach()
endfunction()

# With the variables of mpcheck_discover_tests().
function(mpcheck_discover_tests_of target)
  if(NOT TARGET ${target})
    message(FATAL_ERROR
      "mpcheck_discover_tests(): there is no target '${target}'")
  endif()
  get_property(count TARGET ${target} PROPERTY MPCHECK_DISCOVERIES)
  math(EXPR count "0${count} + 1")
  set_property(TARGET ${target} PROPERTY MPCHECK_DISCOVERIES ${count})
  set(base ${CMAKE_CURRENT_BINARY_DIR}/${target}-mpcheck-${count})

  add_dependencies(${target} mpcheck::mpcheck)
  add_custom_command(TARGET ${target} POST_BUILD
    BYPRODUCTS ${base}-tests.cmake
    COMMAND ${CMAKE_COMMAND}
      -D "mpcheck=$<TARGET_FILE:mpcheck::mpcheck>"
      -D "module=$<TARGET_FILE:${target}>"
      -D "file=${base}-tests.cmake"
      -D "prefix=[${PREFIX}]"	# or a space at its end is lost
      -D "arguments=${ARGUMENTS}"
      -D "groups=${groups}"
      -D "labels=${LABELS}"
      -D "timeout=${TIMEOUT}"
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/mpcheck_write_tests.cmake
    COMMENT "Asking ${target} for its scenario" VERBATIM)
  # A module that was not built is a test that fails, not one that is missing.
  file(WRITE ${base}-include.cmake
    "if(EXISTS [==[${base}-tests.cmake]==])\n"
    "  include([==[${base}-tests.cmake]==])\n"
    "else()\n"
    "  add_test([==[${target}-not-built]==] [==[${target}-not-built]==])\n"
    "endif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES
    ${base}-include.cmake)
endfunction()
