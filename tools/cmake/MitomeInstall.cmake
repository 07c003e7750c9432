# cmake --install: the component "library" is what find_package(mitome) finds: mitome::card, the layers below it, and mitome::pcsc.
# The same names are there for whoever has this tree as a subdirectory. The target mitome_library builds them and nothing else.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(mitome_package ${CMAKE_INSTALL_LIBDIR}/cmake/mitome)
set(mitome_headers ${CMAKE_INSTALL_INCLUDEDIR}/mitome)
add_custom_target(mitome_library)

# mitome_export(EXPORT names…): these libraries as one file of targets, mitomeEXPORT.cmake
function(mitome_export export)
  foreach(name ${ARGN})
    add_library(mitome::${name} ALIAS mitome_${name})
    set_target_properties(mitome_${name} PROPERTIES EXPORT_NAME ${name})
    add_dependencies(mitome_library mitome_${name})
    install(TARGETS mitome_${name} EXPORT mitome${export} INCLUDES DESTINATION ${mitome_headers}
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
  endforeach()
  install(EXPORT mitome${export} NAMESPACE mitome:: DESTINATION ${mitome_package} COMPONENT library)
endfunction()

set(layers base codec crypto credential protocol card)
mitome_export(Targets ${layers})
mitome_export(PcscTargets pcsc)  # apart: who has no PC/SC still has the card

foreach(layer ${layers})
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/src/${layer}/*.h)
  list(REMOVE_ITEM headers crypto/evp.h)  # inside crypto/ only; it shows OpenSSL
  foreach(header ${headers})
    cmake_path(GET header PARENT_PATH folder)
    install(FILES src/${header} DESTINATION ${mitome_headers}/${folder} COMPONENT library)
  endforeach()
endforeach()
install(FILES src/base/reason.def DESTINATION ${mitome_headers}/base COMPONENT library)
install(FILES src/net/pcsc_reader.h DESTINATION ${mitome_headers}/net COMPONENT library)

configure_package_config_file(tools/cmake/mitomeConfig.cmake.in ${PROJECT_BINARY_DIR}/mitomeConfig.cmake
  INSTALL_DESTINATION ${mitome_package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mitomeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mitomeConfig.cmake ${PROJECT_BINARY_DIR}/mitomeConfigVersion.cmake
  DESTINATION ${mitome_package} COMPONENT library)
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT library)
