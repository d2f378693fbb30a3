# SPDX-License-Identifier: MIT
# Files that stay readable in the source tree and become part of a library.

# mpck_embed(<target> <symbol> <file>): the bytes of file as
#	const unsigned char <symbol>[]; const size_t <symbol>_size;
# CMake runs again when the file changes.
function(mpck_embed target symbol file)
  cmake_path(ABSOLUTE_PATH file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes ${bytes})
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes ${bytes})
  file(RELATIVE_PATH from ${PROJECT_SOURCE_DIR} ${file})
  set(made ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
  file(CONFIGURE OUTPUT ${made} @ONLY CONTENT
"/* Made of @from@ by embed.cmake. */
#include <stddef.h>

extern const unsigned char @symbol@[];
extern const size_t @symbol@_size;

const unsigned char @symbol@[] = {
@bytes@
};
const size_t @symbol@_size = sizeof(@symbol@);
")
  target_sources(${target} PRIVATE ${made})
endfunction()
