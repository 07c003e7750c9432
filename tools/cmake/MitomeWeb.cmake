# mitome_web(TARGET): every file under web/ as bytes inside TARGET, so that one binary is the town. Markdown stays out.
function(mitome_web target)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/web ${PROJECT_SOURCE_DIR}/web/*)
  list(FILTER files EXCLUDE REGEX "\\.md$")
  list(SORT files)
  set(assembly "")
  set(declarations "")
  set(table "")
  set(number 0)
  set(sources "")
  foreach(file ${files})
    list(APPEND sources ${PROJECT_SOURCE_DIR}/web/${file})
    string(APPEND assembly "  \"web_${number}: .incbin \\\"${PROJECT_SOURCE_DIR}/web/${file}\\\"\\nweb_${number}_end: .byte 0\\n\"\n")
    string(APPEND declarations "extern \"C\" const unsigned char web_${number}[], web_${number}_end[];\n")
    string(APPEND table "    {\"${file}\", {web_${number}, static_cast<size_t>(web_${number}_end - web_${number})}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/web_files.cc)
  file(CONFIGURE OUTPUT ${generated} CONTENT [[// Made by tools/cmake/MitomeWeb.cmake from web/.
#include "apps/web/pages.h"

asm(".section .rodata\n"
@assembly@  ".previous\n");
@declarations@
namespace mitome::web {

std::span<const File> embedded_files() {
  static const File kFiles[] = {
@table@    {"", {}},
  };
  return {kFiles, @number@};
}

}  // namespace mitome::web
]] @ONLY)
  set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS "${sources}")
  target_sources(${target} PRIVATE ${generated})
endfunction()
