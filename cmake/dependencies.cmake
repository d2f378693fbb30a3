# SPDX-License-Identifier: MIT
# What must be installed: scripts/install-deps installs it on Debian.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig QUIET)

set(wanted libunwind libdw libxxhash jansson gmp libxml-2.0)
if(BUILD_TESTING)
  list(APPEND wanted check)
endif()
set(missing)
foreach(module IN LISTS wanted)
  if(PkgConfig_FOUND)
    pkg_check_modules(${module} QUIET IMPORTED_TARGET ${module})
  endif()
  if(NOT ${module}_FOUND)
    list(APPEND missing ${module})
  endif()
endforeach()
if(NOT PkgConfig_FOUND)
  set(missing pkg-config)
endif()
if(missing)
  list(JOIN missing ", " missing)
  message(FATAL_ERROR
    "Not installed: ${missing}. Run scripts/install-deps, then try again.")
endif()

# Optional: fibers tell valgrind about their stacks.
find_path(VALGRIND_INCLUDE_DIR valgrind/valgrind.h)
mark_as_advanced(VALGRIND_INCLUDE_DIR)
