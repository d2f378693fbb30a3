# SPDX-License-Identifier: MIT
# The rows of a .def table as lists: one new row is all CMake needs to know.

# mpck_rows(<out> <file> <macro> [<column>])
# The first column of every row such as STRATEGY(random, "random"), or
# another column (2, 3, ...), without quotes; "-" where a row has none.
function(mpck_rows out file macro)
  set(column 1)
  if(ARGC GREATER 3)
    set(column ${ARGV3})
  endif()
  cmake_path(ABSOLUTE_PATH file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} rows REGEX "^${macro}\\(")
  set(cells)
  foreach(row IN LISTS rows)
    if(NOT row MATCHES "^${macro}\\(")	# the rest of a row that has a ';'
      continue()
    endif()
    string(REGEX MATCHALL "\"[^\"]*\"|[A-Za-z0-9_.-]+" words "${row}")
    list(LENGTH words count)
    set(cell -)
    if(column LESS count)	# word 0 is the macro's own name
      list(GET words ${column} cell)
      string(REPLACE "\"" "" cell "${cell}")
    endif()
    list(APPEND cells "${cell}")
  endforeach()
  set(${out} "${cells}" PARENT_SCOPE)
endfunction()
