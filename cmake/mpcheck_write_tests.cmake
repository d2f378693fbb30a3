# SPDX-License-Identifier: MIT
# The script of mpcheck_discover_tests(), run when a module has been built:
# writes ${file}, a test of CTest for each of ${groups}.
cmake_minimum_required(VERSION 3.25)

string(REGEX REPLACE "^.(.*).$" "\\1" prefix "${prefix}")
file(REMOVE ${file})
execute_process(COMMAND ${mpcheck} list --json ${module}
  OUTPUT_VARIABLE listing ERROR_VARIABLE sentence RESULT_VARIABLE code
  TIMEOUT 60)
if(NOT code STREQUAL "0")
  message(FATAL_ERROR "${mpcheck} list --json ${module} (${code}): ${sentence}")
endif()
string(JSON scenario GET "${listing}" scenarios 0 name)

# Words as CTest's files take any text.
function(quote out)
  set(text)
  foreach(word IN LISTS ARGN)
    string(APPEND text " [==[${word}]==]")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

set(tests "# Written by mpcheck_discover_tests().\n")
list(LENGTH groups ngroups)
foreach(group IN LISTS groups)
  set(name "${prefix}${scenario}")
  set(options)
  if(NOT group STREQUAL "-")
    string(REPLACE "," ";" params "${group}")
    foreach(param IN LISTS params)
      list(APPEND options --set ${param})
    endforeach()
    if(ngroups GREATER 1)
      list(JOIN params "." suffix)
      string(APPEND name ".${suffix}")
    endif()
  endif()
  quote(command "${name}" "${mpcheck}" scenario "${module}" ${options}
    ${arguments})
  string(APPEND tests "add_test(${command})\n"
    "set_tests_properties([==[${name}]==] PROPERTIES SKIP_RETURN_CODE 77"
    " LABELS [==[${labels}]==]")
  if(NOT timeout STREQUAL "")
    string(APPEND tests " TIMEOUT ${timeout}")
  endif()
  string(APPEND tests ")\n")
endforeach()
file(WRITE ${file} "${tests}")
