# Compiler and linker flags: warnings, the hardening set of docs/threat-model.md
# (each probed, since g++ 12 lacks some), and the sanitizers of the dev preset.
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)

add_library(mitome_flags INTERFACE)
target_compile_options(mitome_flags INTERFACE
  -Wall -Wextra -Wformat=2 -Wconversion -Wimplicit-fallthrough -Wshadow -Wnon-virtual-dtor)
if(MITOME_WERROR)
  target_compile_options(mitome_flags INTERFACE -Werror)
endif()

if(MITOME_SANITIZE)
  target_compile_options(mitome_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    # What AddressSanitizer or the processor tells anyway; it would be a third of the time to compile.
    -fno-sanitize=null,alignment,object-size,vptr)
  target_link_options(mitome_flags INTERFACE -fsanitize=address,undefined)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  foreach(flag
      -Werror=format-security -fstrict-flex-arrays=3 -fstack-clash-protection
      -fstack-protector-strong -fcf-protection=full -Wtrampolines
      -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing
      -ftrivial-auto-var-init=zero)
    string(MAKE_C_IDENTIFIER "MITOME_HAS${flag}" has)
    check_cxx_compiler_flag(${flag} ${has})
    if(${has})
      target_compile_options(mitome_flags INTERFACE ${flag})
    endif()
  endforeach()
  target_compile_options(mitome_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS)
  foreach(flag -Wl,-z,nodlopen -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now
      -Wl,--as-needed -Wl,--no-copy-dt-needed-entries)
    string(MAKE_C_IDENTIFIER "MITOME_HAS${flag}" has)
    check_linker_flag(CXX ${flag} ${has})
    if(${has})
      target_link_options(mitome_flags INTERFACE ${flag})
    endif()
  endforeach()
  target_link_options(mitome_flags INTERFACE -pie)
endif()
