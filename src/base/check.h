#pragma once

namespace mitome {

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace mitome

/// Our own bug, not bad input: active in every build, prints the place and aborts.
#define CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::mitome::check_failed(#expression, __FILE__, __LINE__))
