# SPDX-License-Identifier: MIT
# mpcheck_add_scenario(<name> <source>...)
#
# Builds <name>.so, a module for `mpcheck scenario ./<name>.so`, in the current
# build folder.  What it calls (mpp_*, mpck_*) is resolved by the command that
# loads it, so it links nothing.  It is optimised in every configuration: at
# -O0 the state of a program has many more dead bytes.  Stacks stay readable.
# clang is told to write what libdw and valgrind of Debian 12 can read.
function(mpcheck_add_scenario name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX .so C_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON SKIP_BUILD_RPATH ON)
  target_link_libraries(${name} PRIVATE mpcheck::scenario)
  target_compile_options(${name} PRIVATE
    -O2 -g -fno-optimize-sibling-calls -fno-omit-frame-pointer
    -fstack-clash-protection
    $<$<C_COMPILER_ID:Clang>:-gdwarf-4 -gdwarf-aranges>)
  target_link_options(${name} PRIVATE -Wl,-z,now -Wl,-z,relro)
endfunction()
