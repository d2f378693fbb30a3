# SPDX-License-Identifier: MIT
# mpck_flags: how every C file of the project is compiled and linked.
# assert() states invariants of mpcheck itself and stays in at every level.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_C_STANDARD 11)		# -std=gnu11
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(mpck_flags INTERFACE)
target_compile_definitions(mpck_flags INTERFACE _GNU_SOURCE=)
target_compile_options(mpck_flags INTERFACE
  $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wshadow -Wstrict-prototypes
  -Wmissing-prototypes -fno-semantic-interposition -UNDEBUG>
  $<$<C_COMPILER_ID:Clang>:-gdwarf-4>	# valgrind 3.19 reads no clang DWARF 5
  $<$<CONFIG:Debug>:-Og>
  $<$<BOOL:${MPCK_WERROR}>:-Werror>)

if(MPCK_SANITIZE)
  target_compile_options(mpck_flags INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-fsanitize=${MPCK_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer>)
  target_link_options(mpck_flags INTERFACE -fsanitize=${MPCK_SANITIZE})
endif()
