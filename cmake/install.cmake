# SPDX-License-Identifier: MIT
# What `cmake --install` puts where; scenario modules: scenarios/.

include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/mpcheck)

install(TARGETS mpcheck mpp mpp_shared mpck_scenario EXPORT mpcheck
  FILE_SET HEADERS)
install(EXPORT mpcheck NAMESPACE mpcheck:: DESTINATION ${package}
  FILE mpcheck-targets.cmake)

configure_package_config_file(cmake/mpcheck-config.cmake.in
  mpcheck-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(mpcheck-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mpcheck-config.cmake
  ${PROJECT_BINARY_DIR}/mpcheck-config-version.cmake
  cmake/mpcheck_add_scenario.cmake cmake/mpcheck_add_corpus.cmake
  cmake/mpcheck_discover_tests.cmake
  cmake/mpcheck_write_tests.cmake DESTINATION ${package})

# mpp.pc names its prefix from where it lies, so that the tree can be moved.
set(prefix ${CMAKE_INSTALL_PREFIX})
cmake_path(RELATIVE_PATH prefix
  BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
configure_file(cmake/mpp.pc.in mpp.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/mpp.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES README.md LICENSE CHANGELOG.md OPTIONAL
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
foreach(section 1 3 5 7)
  install(DIRECTORY docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section}
    OPTIONAL FILES_MATCHING PATTERN "*.${section}")
endforeach()
